"""Segmenters by what a user writes after --segmenter; the heavy ones are imported only when asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from actions.point import Box, Point
from model.base import ModelError

SPECS = "classical, sam:CHECKPOINT.pth, sam:vit_b:CHECKPOINT.pth, or sam:FOLDER-OR-HUB-ID"
_KINDS = ("vit_b", "vit_l", "vit_h")


class Segmenter(Protocol):
    """A picture and a place to a mask: what every class here is."""

    name: str

    def segment(self, image: NDArray[np.uint8], prompt: Point | Box) -> NDArray[np.bool_]: ...


@lru_cache(maxsize=2)
def shared_segmenter(spec: str) -> Segmenter:
    """One segmenter a process for all that ask for it, one picture at a time: its weights may be gigabytes."""
    return _OneAtATime(make_segmenter(spec))


class _OneAtATime:
    def __init__(self, segmenter: Segmenter) -> None:
        self.name = segmenter.name
        self._segmenter, self._turn = segmenter, Lock()

    def segment(self, image: NDArray[np.uint8], prompt: Point | Box) -> NDArray[np.bool_]:
        with self._turn:
            return self._segmenter.segment(image, prompt)


def make_segmenter(spec: str, device: str = "auto") -> Segmenter:
    """The segmenter of `classical`, `sam:PATH`, `sam:KIND:PATH` or `sam:FOLDER-OR-HUB-ID`. Raises ModelError."""
    kind, _, place = spec.partition(":")
    if spec == "classical":
        from model.segmenter.classical import ClassicalSegmenter

        return ClassicalSegmenter()
    if kind != "sam" or not place:
        raise ModelError(f"a segmenter is one of {SPECS}; {spec!r} is none")
    first, _, rest = place.partition(":")
    which, place = (first, rest) if first in _KINDS and rest else ("", place)
    path = Path(place).expanduser()
    if which or path.is_file() or path.suffix in (".pth", ".pt"):
        if not path.is_file():
            raise ModelError(
                f"there is no checkpoint {path}; the files are named on github.com/facebookresearch/segment-anything"
            )
        from model.segmenter.sam import load_sam

        return load_sam(path, which, device)
    from model.segmenter.converted import load_converted

    return load_converted(str(path) if path.is_dir() else place, device)

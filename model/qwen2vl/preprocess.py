"""Naive dynamic resolution: pixels to the patch rows of the vision tower, as Qwen2-VL's processor makes them.

Equal to transformers' `Qwen2VLImageProcessorPil` (tested); written out because that class costs several times as
much per image and because the size rule is needed before any pixel is touched, to budget tokens.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.base import Image, ModelError
from model.qwen2vl.kernels.resize import resize

DEFAULT_MAX_PIXELS = 1280 * 28 * 28
_DEFAULT_MIN_PIXELS = 56 * 56
_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
_MAX_RATIO = 200


@dataclass(frozen=True, slots=True)
class Grid:
    """An image's patches: t frames of h × w, before the 2×2 merge."""

    t: int
    h: int
    w: int

    def tokens(self, merge: int) -> int:
        """Tokens the language model sees."""
        return self.t * self.h * self.w // merge**2


@dataclass(frozen=True, slots=True)
class Preprocessor:
    """The checkpoint's preprocessor_config.json, with the pixel bounds in force."""

    patch: int = 14
    merge: int = 2
    temporal: int = 2
    min_pixels: int = _DEFAULT_MIN_PIXELS
    max_pixels: int = DEFAULT_MAX_PIXELS
    mean: tuple[float, ...] = _CLIP_MEAN
    std: tuple[float, ...] = _CLIP_STD

    def size(
        self, height: int, width: int, max_pixels: int | None = None, min_pixels: int | None = None
    ) -> tuple[int, int]:
        """(height, width) an image is resized to: multiples of patch·merge, the area within bounds, the ratio kept.

        The rule is smart_resize of transformers' Qwen2-VL image processor, Python's rounding to even included.

        Args:
            height: of the image, in pixels, as `width`.
            max_pixels: a cap of this image's own; the lower of the two caps holds, also over a floor.
            min_pixels: a floor of this image's own; the higher of the two floors holds, but never above the cap.

        Raises:
            ModelError: for a side ratio above 200.
        """
        if max(height, width) / min(height, width) > _MAX_RATIO:
            raise ModelError(
                f"an image of {width}×{height} is too narrow: one side is over {_MAX_RATIO} times the other"
            )
        factor = self.patch * self.merge
        most = self.max_pixels if max_pixels is None else min(self.max_pixels, max_pixels)
        own = (min_pixels, max_pixels) != (None, None)  # else all is as in transformers' smart_resize
        least = min(max(self.min_pixels, min_pixels or 0), most) if own else self.min_pixels
        h, w = round(height / factor) * factor, round(width / factor) * factor
        if h * w > most:
            return self._below(height, width, most)
        if h * w < least:
            grow = math.sqrt(least / (height * width))
            h = math.ceil(height * grow / factor) * factor
            w = math.ceil(width * grow / factor) * factor
            if own and h * w > most:
                return self._below(height, width, most)
        return h, w

    def _below(self, height: int, width: int, most: int) -> tuple[int, int]:
        """The largest size in the ratio of height and width whose area is within `most`, one block at least."""
        factor, shrink = self.patch * self.merge, math.sqrt(height * width / most)
        h = max(factor, math.floor(height / shrink / factor) * factor)
        w = max(factor, math.floor(width / shrink / factor) * factor)
        return h, w

    def grid(self, image: Image) -> Grid:
        """The grid an image will have, without looking at its pixels."""
        height, width = image.pixels.shape[:2]
        h, w = self.size(height, width, image.max_pixels, image.min_pixels)
        return Grid(1, h // self.patch, w // self.patch)

    def frame_patches(self, image: Image) -> NDArray[np.float32]:
        """float32 of shape (h·w, 3·patch·patch): one frame, patches of one merge block next to each other.

        A still image is its own second frame, so a vision tower whose embedding is summed over frames needs no more.
        """
        grid, p, m = self.grid(image), self.patch, self.merge
        pixels = resize(image.pixels, grid.h * p, grid.w * p)
        blocks = pixels.reshape(grid.h // m, m, p, grid.w // m, m, p, 3).transpose(0, 3, 1, 4, 6, 2, 5)
        # Moving bytes into place before they become floats moves a quarter as much.
        levels = np.ascontiguousarray(blocks).reshape(grid.h * grid.w, 3, p * p)
        std = np.asarray(self.std, np.float64)
        scale = (1 / 255 / std).astype(np.float32)[:, None]
        shift = (-np.asarray(self.mean, np.float64) / std).astype(np.float32)[:, None]
        frame = np.multiply(levels, scale, dtype=np.float32)
        frame += shift
        return frame.reshape(grid.h * grid.w, -1)

    def patches(self, image: Image) -> NDArray[np.float32]:
        """float32 of shape (t·h·w, 3·temporal·patch·patch): `frame_patches` with the frame once per temporal step."""
        frame = self.frame_patches(image).reshape(-1, 3, 1, self.patch**2)
        return np.repeat(frame, self.temporal, axis=2).reshape(len(frame), -1)


def load_preprocessor(folder: Path, min_pixels: int | None = None, max_pixels: int | None = None) -> Preprocessor:
    """Read preprocessor_config.json in either spelling of the bounds (`max_pixels` or `size.longest_edge`).

    The cap in force is `max_pixels` if given, else the checkpoint's but at most 1280·28·28: hub files say 16384·28·28,
    at which one 4K screenshot is 10,549 tokens. Raises ModelError on a file that cannot be read.
    """
    path = folder / "preprocessor_config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); fetch the checkpoint again") from error
    size = config.get("size") or {}
    highest = config.get("max_pixels") or size.get("longest_edge") or DEFAULT_MAX_PIXELS
    lowest = min_pixels or config.get("min_pixels") or size.get("shortest_edge") or _DEFAULT_MIN_PIXELS
    cap = min(highest, DEFAULT_MAX_PIXELS) if max_pixels is None else max_pixels
    if cap < lowest:
        raise ModelError(f"max_pixels ({cap}) is below min_pixels ({lowest}); raise one or lower the other")
    return Preprocessor(
        patch=config.get("patch_size", 14),
        merge=config.get("merge_size", 2),
        temporal=config.get("temporal_patch_size", 2),
        min_pixels=lowest,
        max_pixels=cap,
        mean=tuple(config.get("image_mean", _CLIP_MEAN)),
        std=tuple(config.get("image_std", _CLIP_STD)),
    )


def save_bounds(source: Path, folder: Path, preprocessor: Preprocessor) -> None:
    """Write `source`'s preprocessor_config.json into `folder` with the bounds in force instead of its own."""
    config = json.loads((source / "preprocessor_config.json").read_text(encoding="utf-8"))
    low, high = preprocessor.min_pixels, preprocessor.max_pixels
    config |= {"min_pixels": low, "max_pixels": high, "size": {"shortest_edge": low, "longest_edge": high}}
    (folder / "preprocessor_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

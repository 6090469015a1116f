"""Where a download is put."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path, PurePath


def reserve(folder: Path, name: str) -> Path:
    """A new empty file in the folder; never one outside, and never what a link there leads to."""
    bare = PurePath(name.lstrip(".") or "file")
    stem, suffix = _shortened(bare.stem, 150), _shortened(bare.suffix, 50)
    for number in itertools.count(1):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{number}-{stem}{suffix}")
        with contextlib.suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
    raise AssertionError("there is always a next number")


def _shortened(text: str, most: int) -> str:
    """The beginning of a text that fits so many bytes: file systems take 255."""
    return text.encode()[:most].decode(errors="ignore")

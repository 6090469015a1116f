"""A recorded screen's file: found without leaving its folder, its type told by its bytes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from actions.call import show
from envs.base import EnvError
from envs.replay.within import objection

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF", ".bmp": "BMP"}


_BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, EOFError, IndexError, struct.error,
    zlib.error,
)  # fmt: skip
"""What Pillow raises at bytes that are no picture; besides, an OSError without a number for one that breaks off."""


class HostilePathError(ValueError):
    """A path in the data that leads out of its episode's folder; nothing there is opened."""


class DamagedPictureError(EnvError):
    """A file is there and can be read, but is no whole picture."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture on disk: its size in pixels, and what its bytes and its name say it is."""

    path: Path
    height: int
    width: int
    format: str

    @property
    def named(self) -> str:
        return _SUFFIXES.get(self.path.suffix.lower(), "")


def place_of(folder: Path, image_path: str) -> Path:
    """The file that `image_path` of the data means: SUBSET/EPISODE/FILE, of which FILE is looked for in `folder`.

    Raises HostilePathError for an absolute path, for one with `..`, for one of another episode, for what no file can be
    called, and for a link that leads out of the folder.
    """
    parts = PurePosixPath(image_path).parts
    if not parts or "\\" in image_path or "\0" in image_path or image_path.startswith("/") or ".." in parts:
        raise HostilePathError(f"{show(image_path)} is not a path within the set")
    if len(parts) > 1 and parts[-2] != folder.name:
        raise HostilePathError(f"{show(image_path)} is in another episode's folder")
    path = folder / parts[-1]
    if why := objection(folder, path):
        raise HostilePathError(f"{show(image_path)} {why}")
    return path


def look_at(path: Path) -> PictureFile:
    """Read a picture's head. Raises OSError when it is missing or no picture."""
    try:
        with Image.open(path, formats=FORMATS) as picture:
            return PictureFile(path, picture.height, picture.width, picture.format or "")
    except _BROKEN as error:
        raise OSError(f"no picture ({error})") from error


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The pixels, uint8 RGB of shape (height, width, 3).

    Raises:
        DamagedPictureError: when the file is no whole picture.
        EnvError: when it is not there, or the disk refuses.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            return np.array(picture.convert("RGB"), dtype=np.uint8)
    except (OSError, *_BROKEN) as error:
        kind = DamagedPictureError if isinstance(error, _BROKEN) or error.errno is None else EnvError
        raise kind(f"the screen {path} cannot be read ({error}); run: visuomotor data check aitz ROOT") from error

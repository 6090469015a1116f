"""Pictures of data sets: found below one folder only, whatever the data say, and read by their content."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from actions.call import show
from envs.base import EnvError
from envs.replay.within import objection

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_BROKEN = (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError)


def below(folder: Path, name: str, place: str) -> Path:
    """The file of a relative name in `folder`. Raises EnvError for a name, or a link, that leads out of it."""
    relative = PurePosixPath(name)
    if not name or "\0" in name or "\\" in name or relative.is_absolute() or ".." in relative.parts:
        raise EnvError(f"{place}: {show(name)} is no relative path within the set")
    path = folder / relative
    if why := objection(folder, path):
        raise EnvError(f"{place}: {show(name)} {why}")
    return path


def read_image(path: Path) -> NDArray[np.uint8]:
    """uint8 RGB (height, width, 3), whatever the name ends with. Raises EnvError."""
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            return np.array(picture.convert("RGB"), dtype=np.uint8)
    except _BROKEN as error:
        raise EnvError(f"the picture {path} is missing or damaged ({error}); restore it") from error


def size_of(path: Path) -> tuple[int, int]:
    """Width and height in pixels, from the header alone. Raises EnvError."""
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            return picture.size
    except _BROKEN as error:
        raise EnvError(f"the picture {path} is missing or damaged ({error}); restore it") from error

"""A folder of Matterport pictures, in any of the three forms that are about."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from envs.base import EnvError
from envs.navigation.angles import VIEWS, Floats
from envs.navigation.skybox import Picture, Skybox, Sphere
from envs.navigation.views import Views

_LARGEST = 2048**2
"""Pixels of a view or of a skybox's face; Matterport's have 1024 x 1024."""
_FORMS = (
    "SCAN/matterport_skybox_images/VIEWPOINT_skybox{0..5}_sami.jpg, VIEWPOINT_skybox_small.jpg or VIEWPOINT/{0..35}.jpg"
)


class Images:
    """Pictures by scan and viewpoint: full skyboxes, strips of six faces, or folders of 36 views.

    Args:
        folder: where the folders of the scans are, or `v1/scans` with them.

    Raises:
        EnvError: when it is no folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise EnvError(f"images: {folder} is no folder; give the one that holds a folder for each scan")
        self.folder = folder / "v1" / "scans" if (folder / "v1" / "scans").is_dir() else folder
        self._cached = lru_cache(maxsize=4)(self._load)

    def sphere(self, scan: str, viewpoint: str, rotation: Floats) -> Sphere:
        """What is seen from a viewpoint. Raises EnvError, which names the file, when it is missing or broken.

        Args:
            rotation: (3, 3) of the viewpoint's pose.
        """
        return self._cached(scan, viewpoint, tuple(float(value) for value in rotation.ravel()))

    def _load(self, scan: str, viewpoint: str, rotation: tuple[float, ...]) -> Sphere:
        turned = np.array(rotation).reshape(3, 3)
        for place in (self.folder / scan / "matterport_skybox_images", self.folder / scan):
            if (place / f"{viewpoint}_skybox0_sami.jpg").exists():
                return Skybox(_stack([place / f"{viewpoint}_skybox{face}_sami.jpg" for face in range(6)]), turned)
            strip = place / f"{viewpoint}_skybox_small.jpg"
            if strip.exists():
                return Skybox(_faces(strip), turned)
            if (place / viewpoint / "0.jpg").exists():
                return Views(_stack([place / viewpoint / f"{view}.jpg" for view in range(VIEWS)]))
        raise EnvError(
            f"{self.folder} has no pictures of viewpoint {viewpoint} of scan {scan}; it should have {_FORMS}"
        )


def _faces(strip: Path) -> Picture:
    picture = _read(strip, 6)
    height, width = picture.shape[:2]
    if width != 6 * height:
        raise EnvError(f"{strip} is {width} x {height}; a strip of six square faces is six times as wide as high")
    return np.ascontiguousarray(picture.reshape(height, 6, height, 3).swapaxes(0, 1))


def _stack(files: list[Path]) -> Picture:
    pictures = [_read(file) for file in files]
    for file, picture in zip(files, pictures, strict=True):
        if picture.shape != pictures[0].shape:
            raise EnvError(f"{file} is of another size than {files[0].name} beside it")
    if len(files) == 6 and pictures[0].shape[0] != pictures[0].shape[1]:
        raise EnvError(f"{files[0]} is not square, as a skybox face is")
    return np.stack(pictures)


def _read(file: Path, faces: int = 1) -> Picture:
    try:
        # No other format: Pillow's readers of those are many, and some of them start programs.
        with Image.open(file, formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > faces * _LARGEST:
                raise EnvError(f"{file} is larger than any picture of a viewpoint: {picture.width} x {picture.height}")
            return np.array(picture.convert("RGB"))
    except FileNotFoundError as error:
        raise EnvError(f"{file} is missing, though others of its viewpoint are there") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # what Pillow raises
        raise EnvError(f"{file} cannot be read as a picture: {error}") from error

"""Thirty-six pictures of a viewpoint, one a discretised view, as a sphere: what MapGPT's and others' folders hold."""

from __future__ import annotations

import math

import numpy as np

from envs.navigation.angles import HEADINGS, STEP, VIEWS, elevation_of, heading_of
from envs.navigation.projection import Perspective, Rays
from envs.navigation.skybox import Picture, Texels, pack, unpack

FOV = math.radians(60)


class Views:
    """Pictures taken level with the world, 60 degrees high, in the order of the views.

    Args:
        pictures: (36, height, width, 3) uint8 RGB.
    """

    def __init__(self, pictures: Picture) -> None:
        if pictures.ndim != 4 or pictures.shape[0] != VIEWS or pictures.shape[3] != 3:
            raise ValueError(f"a viewpoint is {VIEWS} RGB pictures, not an array of {pictures.shape}")
        self._height, self._width = pictures.shape[1:3]
        self._texels = pack(pictures).ravel()

    def look(self, rays: Rays) -> Picture:
        """Each ray from the picture whose middle is nearest, its nearest pixel; what none shows repeats the edge."""
        local = rays.columns[:, None, :] + rays.rows[:, :, None]
        heading = np.arctan2(local[0], local[1])
        steep = np.arctan2(local[2], np.hypot(local[0], local[1]))
        row = np.where(steep < -STEP / 2, 0, np.where(steep > STEP / 2, 2, 1))
        view = row * HEADINGS + np.rint(heading / STEP).astype(np.intp) % HEADINGS
        turned = np.array([_frame(one) for one in range(VIEWS)])[view]
        x, y, depth = (np.einsum("hwk,khw->hw", turned[:, :, axis], local) for axis in range(3))
        focal = Perspective(0, 0, FOV, self._width, self._height).focal
        depth = np.maximum(depth, 1e-6)
        column = np.clip(np.floor(x / depth * focal + self._width / 2), 0, self._width - 1).astype(np.intp)
        line = np.clip(np.floor(y / depth * focal + self._height / 2), 0, self._height - 1).astype(np.intp)
        seen: Texels = self._texels[(view * self._height + line) * self._width + column]
        return unpack(seen)


def _frame(view: int) -> list[list[float]]:
    """Right, down and forward of a view's camera."""
    heading, steep = heading_of(view), elevation_of(view)
    sh, ch, se, ce = math.sin(heading), math.cos(heading), math.sin(steep), math.cos(steep)
    return [[ch, -sh, 0.0], [sh * se, ch * se, -ce], [sh * ce, ch * ce, se]]

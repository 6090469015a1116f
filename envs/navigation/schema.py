"""What stands for the pictures of a place where there are none: the horizon, and a line every 30 degrees."""

from __future__ import annotations

import numpy as np

from envs.navigation.angles import STEP
from envs.navigation.projection import Rays
from envs.navigation.skybox import Picture

_SKY, _FLOOR, _LINE = (226, 232, 240), (198, 190, 176), (150, 150, 150)


class Schema:
    """A sphere that shows directions alone."""

    def look(self, rays: Rays) -> Picture:
        local = rays.columns[:, None, :] + rays.rows[:, :, None]
        steep = np.arctan2(local[2], np.hypot(local[0], local[1]))
        picture = np.where((steep > 0)[..., None], np.array(_SKY, np.uint8), np.array(_FLOOR, np.uint8))
        off = np.abs(np.remainder(np.arctan2(local[0], local[1]) + STEP / 2, STEP) - STEP / 2)
        picture[(off < 0.004) | (np.abs(steep) < 0.004)] = _LINE
        return picture

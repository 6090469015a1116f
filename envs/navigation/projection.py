"""Pictures as bundles of rays: perspective and panorama, each a sum of one vector a column and one a row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from envs.navigation.angles import Direction, Floats, turn


@dataclass(frozen=True, slots=True)
class Rays:
    """The ray of pixel (row, column) is `columns[:, column] + rows[:, row]`, of any length, in world coordinates.

    Args:
        columns: (3, width).
        rows: (3, height).
    """

    columns: Floats
    rows: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.columns.shape[1], self.rows.shape[1]

    def turned(self, matrix: Floats) -> Rays:
        """The same rays in another frame: `matrix` (3, 3) times each."""
        return Rays(matrix @ self.columns, matrix @ self.rows)


@dataclass(frozen=True, slots=True)
class Perspective:
    """A pinhole picture, as the Matterport3D simulator draws it.

    Args:
        heading, elevation: of its middle, in radians.
        fov: its vertical angle in radians.
        width, height: in pixels.
    """

    heading: float
    elevation: float
    fov: float
    width: int
    height: int

    @property
    def focal(self) -> float:
        return self.height / 2 / math.tan(self.fov / 2)

    def rays(self) -> Rays:
        """d = F + x R - y U with x and y of pixel middles over the focal length (NavGraph.cpp, GL cube map)."""
        forward, right, up = _axes(self.heading, self.elevation)
        x = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        y = (np.arange(self.height) + 0.5 - self.height / 2) / self.focal
        return Rays(forward[:, None] + right[:, None] * x, -up[:, None] * y)

    def place(self, direction: Direction) -> tuple[float, float] | None:
        """The pixel, as (x, y), a direction falls on; None when it lies behind."""
        forward, right, up = _axes(self.heading, self.elevation)
        flat = math.cos(direction.elevation)
        ray = np.array(
            [math.sin(direction.heading) * flat, math.cos(direction.heading) * flat, math.sin(direction.elevation)]
        )
        depth = float(ray @ forward)
        if depth < 1e-6:
            return None
        x, y = float(ray @ right) / depth, float(ray @ up) / depth
        return self.width / 2 + x * self.focal, self.height / 2 - y * self.focal


@dataclass(frozen=True, slots=True)
class Panorama:
    """All around on a cylinder: columns are equal turns, upright lines stay upright; `heading` is in the middle.

    Args:
        heading: of the middle, in radians.
        width, height: in pixels.
    """

    heading: float
    width: int
    height: int

    @property
    def focal(self) -> float:
        """The cylinder's radius in pixels."""
        return self.width / (2 * math.pi)

    def rays(self) -> Rays:
        angle = self.heading + (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        y = (np.arange(self.height) + 0.5 - self.height / 2) / self.focal
        nought = np.zeros_like(angle)
        return Rays(np.stack([np.sin(angle), np.cos(angle), nought]), np.stack([0 * y, 0 * y, -y]))

    def place(self, direction: Direction) -> tuple[float, float]:
        """The point, as (x, y), a direction falls on; y may lie above or below the picture."""
        side = turn(direction.heading - self.heading)
        steep = max(-1.5, min(1.5, direction.elevation))
        return self.width / 2 + side * self.focal, self.height / 2 - math.tan(steep) * self.focal


def _axes(heading: float, elevation: float) -> tuple[Floats, Floats, Floats]:
    """Forward, right and up of a camera, (3,) each."""
    sh, ch, se, ce = math.sin(heading), math.cos(heading), math.sin(elevation), math.cos(elevation)
    return np.array([sh * ce, ch * ce, se]), np.array([ch, -sh, 0.0]), np.array([-sh * se, -ch * se, ce])

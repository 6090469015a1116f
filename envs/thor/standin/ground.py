"""Where the agent can stand: points of a grid of 0.25 m."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from envs.thor.standin.rect import Rect

GRID = 0.25
_REACH = 0.2  # metres around a point that the agent's body takes


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """The reachable points, (n, 2) of x and z in metres, as in ALFRED's `FloorPlanN-layout.npy`."""

    points: Floats

    @cached_property
    def cells(self) -> frozenset[tuple[int, int]]:
        """The points as whole numbers of grid steps."""
        return frozenset(self.cell(float(x), float(z)) for x, z in self.points)

    @staticmethod
    def cell(x: float, z: float) -> tuple[int, int]:
        """The grid point nearest to a place."""
        return math.floor(x / GRID + 0.5), math.floor(z / GRID + 0.5)

    def stands(self, x: float, z: float) -> bool:
        """Whether the agent can stand at a place."""
        return self.cell(x, z) in self.cells

    def grown(self, places: Iterable[tuple[float, float]]) -> Ground:
        """The ground with more places to stand, put on the grid; itself when it has them all."""
        fresh = {cell for cell in (self.cell(x, z) for x, z in places) if cell not in self.cells}
        if not fresh:
            return self
        return Ground(np.concatenate([self.points, np.array(sorted(fresh), dtype=float) * GRID]))

    def way_to(self, x: float, z: float) -> list[tuple[float, float]]:
        """Places from a spot, first along x and then along z, to the nearest place to stand; the spot comes first."""
        to_x, to_z = self.nearest(x, z)
        aside, ahead = round((to_x - x) / GRID), round((to_z - z) / GRID)
        first = [(x + math.copysign(GRID, aside) * step, z) for step in range(abs(aside) + 1)]
        corner = first[-1][0]
        return first + [(corner, z + math.copysign(GRID, ahead) * step) for step in range(1, abs(ahead) + 1)]

    def nearest(self, x: float, z: float) -> tuple[float, float]:
        """The reachable point nearest to a place."""
        place = self.points[np.argmin(((self.points - (x, z)) ** 2).sum(axis=1))]
        return float(place[0]), float(place[1])

    def bounds(self, others: Iterable[Rect], margin: float = 0.3) -> Rect:
        """The room: a rectangle around the points and around what stands in it."""
        low, high = self.points.min(axis=0) - margin, self.points.max(axis=0) + margin
        room = Rect(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        for other in others:
            room = room.around(other)
        return room

    def clear(self, region: Rect, kept: Iterable[Rect], step: float = 0.125) -> tuple[Rect, ...]:
        """The part of a region on which the agent never stands, as rectangles; `kept` stays whatever stands there."""
        columns = max(1, round((region.x1 - region.x0) / step))
        rows = max(1, round((region.z1 - region.z0) / step))
        x = region.x0 + (np.arange(columns) + 0.5) * (region.x1 - region.x0) / columns
        z = region.z0 + (np.arange(rows) + 0.5) * (region.z1 - region.z0) / rows
        grid_x, grid_z = np.meshgrid(x, z, indexing="ij")
        free = np.ones(grid_x.shape, bool)
        for px, pz in self.points:
            if region.holds(float(px), float(pz), _REACH):
                free &= (np.abs(grid_x - px) > _REACH) | (np.abs(grid_z - pz) > _REACH)
        for rect in kept:
            free |= (
                (grid_x >= rect.x0 - step / 2)
                & (grid_x <= rect.x1 + step / 2)
                & (grid_z >= rect.z0 - step / 2)
                & (grid_z <= rect.z1 + step / 2)
            )
        return _rectangles(free, region)


def _rectangles(free: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], region: Rect) -> tuple[Rect, ...]:
    """The true cells of a grid over a region as few rectangles: each time the first cell left, as far as it goes."""
    left = free.copy()
    width, depth = (region.x1 - region.x0) / free.shape[0], (region.z1 - region.z0) / free.shape[1]
    found = []
    while left.any():
        i, j = (int(k) for k in np.argwhere(left)[0])
        end = j
        while end < left.shape[1] and left[i, end]:
            end += 1
        last = i
        while last < left.shape[0] and left[last, j:end].all():
            last += 1
        left[i:last, j:end] = False
        found.append(
            Rect(region.x0 + i * width, region.z0 + j * depth, region.x0 + last * width, region.z0 + end * depth)
        )
    return tuple(found)


def without(rect: Rect, hole: Rect) -> tuple[Rect, ...]:
    """A rectangle less another: up to four."""
    x0, x1 = max(rect.x0, hole.x0), min(rect.x1, hole.x1)
    z0, z1 = max(rect.z0, hole.z0), min(rect.z1, hole.z1)
    if x0 >= x1 or z0 >= z1:
        return (rect,)
    parts = (
        Rect(rect.x0, rect.z0, x0, rect.z1),
        Rect(x1, rect.z0, rect.x1, rect.z1),
        Rect(x0, rect.z0, x1, z0),
        Rect(x0, z1, x1, rect.z1),
    )
    return tuple(part for part in parts if part.x1 - part.x0 > 1e-6 and part.z1 - part.z0 > 1e-6)

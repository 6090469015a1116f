"""Rectangles on a level."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on a level, in world metres."""

    x0: float
    z0: float
    x1: float
    z1: float

    def holds(self, x: float, z: float, margin: float = 0.0) -> bool:
        return self.x0 - margin <= x <= self.x1 + margin and self.z0 - margin <= z <= self.z1 + margin

    def distance(self, x: float, z: float) -> float:
        """From a point to the nearest of its own points; 0 inside."""
        return math.hypot(max(self.x0 - x, 0, x - self.x1), max(self.z0 - z, 0, z - self.z1))

    def around(self, other: Rect) -> Rect:
        """The least rectangle that holds both."""
        return Rect(
            min(self.x0, other.x0), min(self.z0, other.z0), max(self.x1, other.x1), max(self.z1, other.z1)
        )  # fmt: skip

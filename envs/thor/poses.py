"""From where an object can be seen and reached: poses on the grid, the best first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from envs.thor.names import Thing
from envs.thor.planner import GRID, LOOK, Pose

REACH = 1.5
"""Metres within which THOR calls an object visible (ALFRED's visibility distance)."""
EYE = 1.575
"""Metres of the camera above the floor."""
HORIZONS = (-30, -15, 0, 15, 30, 45, 60)
"""Degrees down from level that the agent can look; THOR allows -30 to 60."""
_HALF_VIEW = 28.0
_COMFORT = 0.85
_ROOM_FOR_A_DOOR = 0.7


@dataclass(frozen=True, slots=True)
class Extent:
    """An object's box in the world, in metres: its centre and its half sizes."""

    x: float
    y: float
    z: float
    half_x: float = 0.0
    half_y: float = 0.0
    half_z: float = 0.0

    @classmethod
    def of(cls, thing: Thing) -> Extent:
        """From the metadata's axis-aligned box; the bare position where there is none."""
        bounds = thing.get("axisAlignedBoundingBox") or {}
        centre, size = bounds.get("center"), bounds.get("size")
        if not centre or not size:
            at = thing["position"]
            return cls(at["x"], at["y"], at["z"])
        return cls(centre["x"], centre["y"], centre["z"], size["x"] / 2, size["y"] / 2, size["z"] / 2)

    def nearest(self, x: float, z: float) -> tuple[float, float]:
        """The point of its outline on the floor that is nearest to (x, z)."""
        return (
            min(max(x, self.x - self.half_x), self.x + self.half_x),
            min(max(z, self.z - self.half_z), self.z + self.half_z),
        )


def viewpoints(extent: Extent, cells: Iterable[tuple[int, int]], *, opens: bool = False) -> list[tuple[float, Pose]]:
    """Every pose within reach that has the object in front, with how awkward it is; the least awkward first.

    Args:
        opens: whether room is needed for a door or a drawer.
    """
    found = []
    for cell in cells:
        x, z = cell[0] * GRID, cell[1] * GRID
        edge_x, edge_z = extent.nearest(x, z)
        away = math.hypot(edge_x - x, edge_z - z)
        if away > REACH - 0.05:
            continue
        # What is looked at: the middle, but of large things the side that is near.
        middle = math.hypot(extent.x - x, extent.z - z)
        share = 1.0 if middle <= REACH - 0.2 else 0.35
        aim_x, aim_z = edge_x + share * (extent.x - edge_x), edge_z + share * (extent.z - edge_z)
        flat = math.hypot(aim_x - x, aim_z - z)
        bearing = math.degrees(math.atan2(aim_x - x, aim_z - z))
        down = math.degrees(math.atan2(EYE - extent.y, max(flat, 0.05)))
        horizon = min(HORIZONS, key=lambda angle: abs(angle - down))
        for turn in range(4):
            off = abs((bearing - 90 * turn + 180) % 360 - 180)
            if off > _HALF_VIEW and flat > GRID:
                continue
            awkward = off / 45 + abs(flat - _COMFORT) + abs(horizon - down) / LOOK / 2
            if opens and away < _ROOM_FOR_A_DOOR:
                awkward += 2 * (_ROOM_FOR_A_DOOR - away)
            found.append((round(awkward, 6), Pose(*cell, turn, horizon)))
    return sorted(found)

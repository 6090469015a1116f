"""Directions: headings in radians from +y, clockwise seen from above; elevations from the horizon, up positive.

The conventions of the Matterport3D simulator (MatterSim.hpp:193-196 and MatterSim.cpp:374-391).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HEADINGS = 12
"""Steps of a turn in discretised mode."""
STEP = math.radians(30)
VIEWS = 3 * HEADINGS
HORIZON = HEADINGS
"""The first view index of the row that looks straight ahead; the row below begins at 0, the one above at 24."""


class Direction(NamedTuple):
    """Where something lies, in radians, and how far away, in metres."""

    heading: float
    elevation: float
    distance: float


def turn(angle: float) -> float:
    """An angle as the smallest turn that means it: in (-pi, pi], positive to the right."""
    turned = math.remainder(angle, 2 * math.pi)
    return math.pi if turned == -math.pi else turned


def compass(heading: float) -> float:
    """A heading in [0, 2 pi)."""
    turned = heading % (2 * math.pi)
    return 0.0 if turned == 2 * math.pi else turned


def direction_of(offset: Floats) -> Direction:
    """The direction of a world offset, (3,) in metres, z up."""
    x, y, z = (float(value) for value in offset)
    flat = math.hypot(x, y)
    return Direction(compass(math.atan2(x, y)), math.atan2(z, flat), math.hypot(flat, z))


def ray_of(heading: float, elevation: float) -> Floats:
    """The unit vector, (3,), of a direction."""
    flat = math.cos(elevation)
    return np.array([math.sin(heading) * flat, math.cos(heading) * flat, math.sin(elevation)])


def view_of(heading: float, elevation: float) -> int:
    """The discretised view, 0 to 35, that looks nearest to a direction: rows change at 15 degrees up and down."""
    row = 0 if elevation < -STEP / 2 else 2 if elevation > STEP / 2 else 1
    return row * HEADINGS + round(compass(heading) / STEP) % HEADINGS


def heading_of(view: int) -> float:
    """The heading of a view's middle."""
    return view % HEADINGS * STEP


def elevation_of(view: int) -> float:
    """The elevation of a view's middle: -30, 0 or 30 degrees."""
    return (view // HEADINGS - 1) * STEP

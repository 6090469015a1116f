"""Directions in words."""

from __future__ import annotations

import math

from envs.navigation.angles import Direction, turn

_AHEAD, _BEHIND, _STEEP = 10, 165, 10


def bearing(direction: Direction, heading: float) -> str:
    """Where something lies for somebody who looks along `heading`: "40° left", "straight ahead", "20° right, up"."""
    side = round(math.degrees(turn(direction.heading - heading)))
    steep = round(math.degrees(direction.elevation))
    if abs(side) <= _AHEAD:
        where = "straight ahead"
    elif abs(side) >= _BEHIND:
        where = "behind you"
    else:
        where = f"{abs(side)}° {'left' if side < 0 else 'right'}"
    return where + (", up" if steep >= _STEEP else ", down" if steep <= -_STEEP else "")


def located(direction: Direction, heading: float) -> str:
    """The bearing and the distance in metres."""
    return f"{bearing(direction, heading)}, {direction.distance:.1f} m"

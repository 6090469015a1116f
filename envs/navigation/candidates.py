"""Where one can go from a viewpoint: the panoramic candidates and the simulator's navigable locations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from envs.navigation.angles import Direction, direction_of, turn, view_of
from envs.navigation.graph import NavGraph

_NORMAL_FOV = math.radians(60)
_NORMAL_ASPECT = 640 / 480


@dataclass(frozen=True, slots=True)
class Candidate:
    """A neighbour, the direction it lies in, in the world, and the discretised view that shows it best."""

    viewpoint: str
    direction: Direction
    view: int


def candidates(graph: NavGraph, viewpoint: str) -> tuple[Candidate, ...]:
    """Every neighbour with the view of the 36 whose middle is nearest: least hypot of heading and elevation offsets.

    The panoramic action space of EnvDrop and its successors (`make_candidate` in DUET's r2r/env.py).
    """
    here = graph.position(viewpoint)
    found = []
    for other in graph.neighbours(viewpoint):
        direction = direction_of(graph.position(other) - here)
        # The least hypot is the least of both offsets, for headings and rows of views are a grid.
        found.append(Candidate(other, direction, view_of(direction.heading, direction.elevation)))
    return tuple(found)


def navigable(
    graph: NavGraph, viewpoint: str, heading: float, elevation: float, restricted: bool = True
) -> tuple[Candidate, ...]:
    """The neighbours in sight, the one nearest to the middle of the picture first (MatterSim.cpp:333-364).

    In sight is within half of 80 degrees, the simulator's linear estimate of a 640x480 picture's width at 60 degrees;
    elevation is not looked at. `restricted=False` gives all of them.
    """
    half = _NORMAL_FOV * _NORMAL_ASPECT / 2
    found = []
    for candidate in candidates(graph, viewpoint):
        side = turn(candidate.direction.heading - heading)
        if not restricted or math.cos(side) >= math.cos(half):
            found.append((math.hypot(side, candidate.direction.elevation - elevation), candidate))
    return tuple(candidate for _, candidate in sorted(found, key=lambda pair: pair[0]))

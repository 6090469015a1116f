"""The paths and instructions of a building, by its seed."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from itertools import pairwise

from envs.navigation.angles import STEP
from envs.navigation.graph import NavGraph
from envs.navigation.items import Instruction
from envs.navigation.synthetic.building import Building, build
from envs.navigation.synthetic.furnish import Piece
from envs.navigation.synthetic.route import legs
from envs.navigation.synthetic.sights import see
from envs.navigation.synthetic.waypoints import graph
from envs.navigation.synthetic.wording import STYLES, instruction, referring
from envs.navigation.world import Kind

PATHS = 6
"""Paths a building, each with three instructions."""
_LEAST_HOPS, _MOST_HOPS, _LEAST_METRES = 3, 7, 5.0
_TRIES = 2000


@lru_cache(maxsize=512)
def tasks(kind: Kind, seed: int) -> tuple[Instruction, ...]:
    """A building's instructions; path ids are a hundred times the seed and a number."""
    building = build(seed)
    rng = random.Random(f"{kind} {seed}")
    ways, found = graph(building), list[Instruction]()
    used: set[tuple[str, str]] = set()
    for _ in range(_TRIES):
        if len(used) == PATHS:
            break
        piece, start = rng.choice(building.pieces), rng.choice(ways.ids)
        heading = STEP * rng.randrange(12)
        path = _path(building, ways, piece, start, kind)
        if path is None or (path[0], path[-1]) in used or any(one[1] == path[-1] for one in used):
            continue
        used.add((path[0], path[-1]))
        number = str(100 * seed + len(used))
        found += _instructions(building, ways, kind, number, path, heading, piece, rng)
    return tuple(found)


def _path(building: Building, ways: NavGraph, piece: Piece, start: str, kind: Kind) -> tuple[str, ...] | None:
    """The shortest way to the viewpoint next to a piece; None when it is too short, too long or hard to tell."""
    if piece.room == 0 or (kind == "R2R" and piece.on):
        return None
    goal = nearest(building, piece)
    path = ways.shortest_path(start, goal)
    if not _LEAST_HOPS <= len(path) - 1 <= _MOST_HOPS or ways.distance(start, goal) < _LEAST_METRES:
        return None
    rooms = [building.room_at(*ways.position(one)[:2]) for one in path]
    visited = [rooms[0], *(room for was, room in pairwise(rooms) if room != was)]
    if len(visited) < 2 or len(set(visited)) < len(visited):
        return None
    return path if see(building, goal, piece) is not None else None


def nearest(building: Building, piece: Piece) -> str:
    """The viewpoint of a piece's room that is nearest to it."""
    ways = graph(building)

    def away(viewpoint: str) -> float:
        x, y = (float(value) for value in ways.position(viewpoint)[:2])
        area = piece.area
        return math.dist((x, y), (min(max(x, area.x0), area.x1), min(max(y, area.y0), area.y1)))

    inside = [one for one in ways.ids if building.room_at(*ways.position(one)[:2]) == piece.room]
    return min(inside, key=away)


def _instructions(
    building: Building,
    ways: NavGraph,
    kind: Kind,
    number: str,
    path: tuple[str, ...],
    heading: float,
    piece: Piece,
    rng: random.Random,
) -> list[Instruction]:
    length = sum(ways.edge(a, b) for a, b in pairwise(path))
    if kind == "R2R":
        route = legs(building, path, heading, piece)
        texts = [instruction(building, route, style, rng) for style in STYLES]
        stem, target = number, ""
    else:
        texts, stem, target = list(referring(building, piece)), f"{number}_{piece.id}", piece.id
    return [
        Instruction(f"{stem}_{k}", building.scan, path, heading, text, number, target, length)
        for k, text in enumerate(texts)
    ]

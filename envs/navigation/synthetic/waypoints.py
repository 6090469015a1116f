"""The viewpoints of a building and the ways between them, in the connectivity format of the true graphs."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from envs.navigation.angles import Floats
from envs.navigation.graph import NavGraph, graph_of
from envs.navigation.synthetic.building import EYE, Building
from envs.navigation.synthetic.paint import ROTATION
from envs.navigation.synthetic.plan import Door

Point = tuple[float, float]
INSIDE = 0.9
"""Metres from the middle of a door to the viewpoint before it."""
_SPACING, _REACH, _CLEARANCE, _BREADTH, _MOST = 1.5, 3.4, 0.3, 0.15, 4


@lru_cache(maxsize=64)
def graph(building: Building) -> NavGraph:
    """The building's graph, by the same loader as any scan's."""
    return graph_of(building.scan, connectivity(building), building.scan)


def connectivity(building: Building) -> list[dict[str, Any]]:
    """What a scan's connectivity file holds."""
    points = _points(building)
    ways = _ways(building, points)
    kept = _reached(points, ways)
    eyes = np.array([(x, y, EYE) for x, y in points])
    entries: list[dict[str, Any]] = []
    for row, (x, y) in enumerate(points):
        pose = np.eye(4)
        pose[:3, :3], pose[:3, 3] = ROTATION, (x, y, EYE)
        sees = building.clear(eyes[row], eyes)
        entries.append(
            {
                "image_id": hashlib.blake2s(f"{building.scan}/{row}".encode(), digest_size=16).hexdigest(),
                "pose": [float(value) for value in pose.ravel()],
                "included": row in kept,
                "visible": [bool(value) for value in sees],
                "unobstructed": [frozenset((row, to)) in ways for to in range(len(points))],
                "height": EYE,
            }
        )
    return entries


def before(door: Door, building: Building, room: int) -> Point:
    """The viewpoint in front of a door, on a room's side."""
    area = building.rooms[room].area
    middle = area.middle
    if door.level:
        return door.x, door.y + math.copysign(INSIDE, middle[1] - door.y)
    return door.x + math.copysign(INSIDE, middle[0] - door.x), door.y


def _points(building: Building) -> list[Point]:
    found: list[Point] = []
    for number in range(len(building.rooms)):
        found += _corridor(building) if number == 0 else _room(building, number)
    return found


def _corridor(building: Building) -> list[Point]:
    """Along the middle: before every door, at both ends, and between where there is room."""
    area, along = building.rooms[0].area, 0 if building.plan.lengthwise else 1
    start, end = ((area.x0, area.x1), (area.y0, area.y1))[along]
    across = area.middle[1 - along]
    doors = [(door.x, door.y)[along] for door in building.plan.doors_of(0) if door.level == (along == 0)]
    at = sorted({round(place, 3) for place in (*doors, start + INSIDE - 0.07, end - INSIDE + 0.07)})
    merged: list[float] = []
    for place in at:
        # Doors that face each other share a viewpoint; an end near a door is that door's.
        if merged and place - merged[-1] < 0.55:
            keep = merged[-1] in [round(door, 3) for door in doors]
            merged[-1] = merged[-1] if keep else place
        else:
            merged.append(place)
    filled = merged[:1]
    for place in merged[1:]:
        parts = math.ceil((place - filled[-1]) / 2.6)
        first = filled[-1]
        filled += [first + (place - first) * (k + 1) / parts for k in range(parts)]
    return [(place, across) if along == 0 else (across, place) for place in filled]


def _room(building: Building, number: int) -> list[Point]:
    """Inside each door, then as far from one another as the furniture lets."""
    area = building.rooms[number].area
    found = [before(door, building, number) for door in building.plan.doors_of(number)]
    free = [
        (float(x), float(y))
        for x in np.arange(area.x0 + 0.6, area.x1 - 0.55, 0.25)
        for y in np.arange(area.y0 + 0.6, area.y1 - 0.55, 0.25)
        if _stands(building, number, (float(x), float(y)))
    ]
    most = _MOST + len(found) - 1
    while len(found) < most:
        reached = [
            point
            for point in free
            if min(math.dist(point, other) for other in found) >= _SPACING
            and any(math.dist(point, other) <= _REACH and _walkable(building, number, point, other) for other in found)
        ]
        if not reached:
            break
        found.append(max(reached, key=lambda point: min(math.dist(point, other) for other in found)))
    return found


def _stands(building: Building, room: int, point: Point) -> bool:
    return not any(piece.area.grown(_CLEARANCE).holds(*point) for piece in building.pieces_in(room) if not piece.hung)


def _ways(building: Building, points: list[Point]) -> set[frozenset[int]]:
    """Straight ways of at most some metres in a room, and one through each door."""
    rooms = [building.room_at(*point) for point in points]
    ways: set[frozenset[int]] = set()
    line = [row for row, room in enumerate(rooms) if room == 0]
    ways |= {frozenset(pair) for pair in pairwise(line)}
    for one, other in combinations(range(len(points)), 2):
        near = rooms[one] == rooms[other] != 0 and math.dist(points[one], points[other]) <= _REACH
        if near and _walkable(building, rooms[one], points[one], points[other]):
            ways.add(frozenset((one, other)))
    for door in building.plan.doors:
        ends = []
        for room in (door.a, door.b):
            wish = before(door, building, room)
            ends.append(min((r for r, of in enumerate(rooms) if of == room), key=lambda r: math.dist(points[r], wish)))
        ways.add(frozenset(ends))
    return ways


def _walkable(building: Building, room: int, start: Point, end: Point) -> bool:
    """Whether nothing stands within a foot's breadth of a straight way."""
    low, high = _standing(building, room)
    if not len(low):
        return True
    way = np.array(end) - start
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - _BREADTH - start) / way, (high + _BREADTH - start) / way
    enter, leave = np.fmin(one, other).max(axis=1), np.fmax(one, other).min(axis=1)
    return not bool(((enter < leave) & (leave > 0) & (enter < 1)).any())


@lru_cache(maxsize=256)
def _standing(building: Building, room: int) -> tuple[Floats, Floats]:
    """The least and greatest corners, (n, 2) each, of what stands on a room's floor."""
    areas = [piece.area for piece in building.pieces_in(room) if not piece.hung]
    low, high = [(one.x0, one.y0) for one in areas], [(one.x1, one.y1) for one in areas]
    return np.array(low).reshape(-1, 2), np.array(high).reshape(-1, 2)


def _reached(points: list[Point], ways: set[frozenset[int]]) -> set[int]:
    """What can be walked to from the corridor."""
    found, fresh = {0}, [0]
    while fresh:
        here = fresh.pop()
        for way in ways:
            if here in way:
                (other,) = way - {here}
                if other not in found:
                    found.add(other)
                    fresh.append(other)
    return found

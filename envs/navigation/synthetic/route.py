"""A path as legs a person could be told: which door, which turn, what is passed, where to stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from envs.navigation.angles import turn
from envs.navigation.synthetic.building import Building
from envs.navigation.synthetic.furnish import Piece
from envs.navigation.synthetic.plan import Door
from envs.navigation.synthetic.waypoints import Point, before, graph

Side = Literal["ahead", "left", "right", "behind"]
_SAME_PLACE = 0.35
"""Doors so near along a corridor face each other."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Go from one room to the next through a door."""

    room: int
    to: int
    only: bool
    """Whether the room has no other door."""
    side: Side | None
    """Where the door is for who stands there; None where another door, or a doubtful angle, makes that unclear."""


@dataclass(frozen=True, slots=True)
class Along:
    """Enter or stand in the corridor, walk along it and take a door."""

    entered: bool
    """False for who starts in the corridor."""
    turn: Side
    """At its beginning: ahead is straight on."""
    to: int
    side: Literal["left", "right", "end", "across"]
    """Where the door is for who walks; across faces the one that was come through."""
    count: int
    """Which of the doors on that side it is, from 1; 0 where a door beside the beginning makes counting unclear."""
    passed: Piece | None
    passed_side: Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Finish:
    """Stop at the place nearest to a thing."""

    piece: Piece


Leg = Leave | Along | Finish


def legs(building: Building, path: Sequence[str], heading: float, piece: Piece) -> list[Leg]:
    """The legs of a path that ends beside a piece.

    Args:
        heading: at the start, in radians.
    """
    found: list[Leg] = []
    ways = graph(building)
    points = [(float(x), float(y)) for x, y, _ in (ways.position(one) for one in path)]
    rooms = [building.room_at(*point) for point in points]
    visited = [rooms[0], *(room for was, room in pairwise(rooms) if room != was)]
    at, entered = points[0], None
    for room, to in pairwise(visited):
        door = door_between(building, room, to)
        if room == 0:
            found.append(_along(building, at, heading, entered, door, to))
        else:
            only = len(building.plan.doors_of(room)) == 1
            found.append(Leave(room, to, only, _seen_at(building, at, heading, room, door)))
        at, heading, entered = before(door, building, to), crossing(building, door, to), door
    return [*found, Finish(piece)]


def door_between(building: Building, a: int, b: int) -> Door:
    """The one door between two rooms. Raises ValueError when there is none."""
    for door in building.plan.doors:
        if {door.a, door.b} == {a, b}:
            return door
    raise ValueError(f"there is no door between {building.rooms[a].kind} and {building.rooms[b].kind}")


def crossing(building: Building, door: Door, to: int) -> float:
    """The heading of who walks through a door into a room."""
    x, y = before(door, building, to)
    return math.atan2(x - door.x, y - door.y)


def side_of(bearing: float) -> Side | None:
    """Ahead, left, right or behind, for an angle to the right; None where people would not agree."""
    degrees = math.degrees(turn(bearing))
    if abs(degrees) <= 35:
        return "ahead"
    if abs(degrees) >= 145:
        return "behind"
    if 50 <= abs(degrees) <= 130:
        return "left" if degrees < 0 else "right"
    return None


def along_of(building: Building, point: Point) -> float:
    """How far along the corridor a point is."""
    return point[0] if building.plan.lengthwise else point[1]


def _seen_at(building: Building, at: Point, heading: float, room: int, door: Door) -> Side | None:
    def bearing(one: Door) -> float:
        return turn(math.atan2(one.x - at[0], one.y - at[1]) - heading)

    side = side_of(bearing(door))
    others = [bearing(one) for one in building.plan.doors_of(room) if one is not door]
    # Another door on that side, or nearly so, and the side says too little.
    if side is not None and any(
        side in (side_of(other - 0.3), side_of(other), side_of(other + 0.3)) for other in others
    ):
        return None
    return side


def _along(building: Building, at: Point, heading: float, entered: Door | None, door: Door, to: int) -> Along:
    start, end = along_of(building, at), along_of(building, (door.x, door.y))
    plan = building.plan
    at_side = door.level == plan.lengthwise
    beside_end = entered is not None and entered.level != plan.lengthwise  # come in at the corridor's end
    if at_side and abs(end - start) < _SAME_PLACE and not beside_end:
        bearing = turn(crossing(building, door, to) - heading)
        side: Side = side_of(bearing) or ("left" if bearing < 0 else "right")
        return Along(entered is not None, side, to, "across", 0, None, "left")
    along = (0.0 if end > start else math.pi) + (math.pi / 2 if plan.lengthwise else 0.0)
    forward = heading if beside_end else along
    bearing = turn(forward - heading)
    turned: Side = _four(bearing)
    passed = _passed(building, start, end)
    passed_side = _hand(building, forward, passed.area.middle) if passed is not None else "left"
    if not at_side:
        return Along(entered is not None, turned, to, "end", 1, passed, passed_side)
    hand = _hand(building, forward, (door.x, door.y))
    places = [
        (along_of(building, (one.x, one.y)) - start) * (1 if end > start else -1)
        for one in plan.doors_of(0)
        if one.level == plan.lengthwise and _hand(building, forward, (one.x, one.y)) == hand
    ]
    beside = any(abs(place) < 0.9 for place in places) and (
        entered is None or entered.level != plan.lengthwise or _hand(building, forward, (entered.x, entered.y)) != hand
    )
    count = 0 if beside else sum(_SAME_PLACE < place <= abs(end - start) + 0.01 for place in places)
    return Along(entered is not None, turned, to, hand, count, passed, passed_side)


def _four(bearing: float) -> Side:
    degrees = math.degrees(turn(bearing))
    if abs(degrees) < 45:
        return "ahead"
    if abs(degrees) > 135:
        return "behind"
    return "left" if degrees < 0 else "right"


def _hand(building: Building, forward: float, point: Point) -> Literal["left", "right"]:
    middle = building.rooms[0].area.middle
    x, y = point[0] - middle[0], point[1] - middle[1]
    return "right" if x * math.cos(forward) - y * math.sin(forward) > 0 else "left"


def _passed(building: Building, start: float, end: float) -> Piece | None:
    """A thing in the corridor that lies well between two places along it."""
    low, high = min(start, end) + 0.5, max(start, end) - 0.5
    for piece in building.pieces_in(0):
        ends = (piece.area.x0, piece.area.x1) if building.plan.lengthwise else (piece.area.y0, piece.area.y1)
        if low < ends[0] and ends[1] < high:
            return piece
    return None

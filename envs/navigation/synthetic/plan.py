"""Floor plans: a corridor, rooms on both its sides and at its ends, and the doors between them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

WALL = 0.14
"""Thickness of a wall in metres."""
CEILING = 2.6
DOOR_WIDTH, DOOR_HEIGHT = 0.95, 2.1
CORRIDOR = "corridor"
KINDS = (
    "kitchen", "bedroom", "bathroom", "living room", "dining room", "office", "library", "laundry room", "playroom",
    "gym", "music room", "storage room",
)  # fmt: skip
_CORRIDOR_WIDTH = 1.9
_ALIGNED, _APART = 0.3, 1.5
"""Two doors of the corridor face each other, or lie so far apart that nobody can take one for the other."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on the floor, in metres."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def grown(self, by: float) -> Rect:
        return Rect(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def meets(self, other: Rect) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


@dataclass(frozen=True, slots=True)
class Room:
    """A room's name, unique in its building, and its clear inside."""

    kind: str
    area: Rect


@dataclass(frozen=True, slots=True)
class Door:
    """An opening between two rooms, by their places in the plan."""

    a: int
    b: int
    x: float
    y: float
    """The middle of the wall's thickness."""
    level: bool
    """Whether the wall runs along x, so that one walks through along y."""

    def beyond(self, room: int) -> int:
        """The room on the other side."""
        return self.b if room == self.a else self.a

    @property
    def opening(self) -> Rect:
        """The gap in the wall."""
        along, through = DOOR_WIDTH / 2, WALL / 2
        width, depth = (along, through) if self.level else (through, along)
        return Rect(self.x - width, self.y - depth, self.x + width, self.y + depth)


@dataclass(frozen=True, slots=True)
class Plan:
    """Rooms, the corridor first, and doors."""

    rooms: tuple[Room, ...]
    doors: tuple[Door, ...]

    def doors_of(self, room: int) -> tuple[Door, ...]:
        return tuple(door for door in self.doors if room in (door.a, door.b))

    @property
    def lengthwise(self) -> bool:
        """Whether the corridor runs along x."""
        area = self.rooms[0].area
        return area.x1 - area.x0 > area.y1 - area.y0


def draw_plan(rng: random.Random) -> Plan:
    """A plan by chance; turned and mirrored, so that no direction means anything."""
    while True:
        plan = _attempt(rng)
        if _unmistakable(plan):
            return _turned(plan, rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5)


def _attempt(rng: random.Random) -> Plan:
    length, half = rng.uniform(9.5, 14.5), _CORRIDOR_WIDTH / 2
    kinds = rng.sample(KINDS, len(KINDS))
    rooms, doors = [Room(CORRIDOR, Rect(0, -half, length, half))], []
    for side in (1, -1):
        cuts = _cuts(rng, length)
        depth, row = rng.uniform(3.8, 5.0), []
        for left, right in pairwise(cuts):
            x0, x1 = left + (WALL / 2 if left else 0), right - (WALL / 2 if right < length else 0)
            near, far = half + WALL, half + WALL + depth
            y0, y1 = (near, far) if side > 0 else (-far, -near)
            row.append(len(rooms))
            rooms.append(Room(kinds.pop(), Rect(x0, y0, x1, y1)))
            doors.append(Door(0, row[-1], rng.uniform(x0 + 0.8, x1 - 0.8), side * (half + WALL / 2), level=True))
        for one, other in pairwise(row):
            if rng.random() < 0.35:
                area = rooms[one].area
                y = rng.uniform(area.y0 + 1.2, area.y1 - 1.2)
                doors.append(Door(one, other, area.x1 + WALL / 2, y, level=False))
    for at_end in (True, False):
        if at_end or rng.random() < 0.5:
            reach, wide = rng.uniform(4.0, 5.5), rng.uniform(2.2, 2.9)
            x0 = length + WALL if at_end else -WALL - reach
            rooms.append(Room(kinds.pop(), Rect(x0, -wide, x0 + reach, wide)))
            door_x = length + WALL / 2 if at_end else -WALL / 2
            doors.append(Door(0, len(rooms) - 1, door_x, 0.0, level=False))
    return Plan(tuple(rooms), tuple(doors))


def _cuts(rng: random.Random, length: float) -> list[float]:
    """Where the walls between the rooms of a side stand: rooms of 3.2 m or more."""
    count = rng.choice([2, 3, 3, 4]) if length > 13 else rng.choice([2, 3])
    spare = length - 3.2 * count
    parts = sorted(rng.uniform(0, spare) for _ in range(count - 1))
    return [0.0, *(3.2 * (k + 1) + part for k, part in enumerate(parts)), length]


def _unmistakable(plan: Plan) -> bool:
    places = [(door.x, door.y > 0) for door in plan.doors if 0 in (door.a, door.b) and door.level]
    gaps = [(abs(x - u), a == b) for k, (x, a) in enumerate(places) for u, b in places[:k]]
    return all(gap > _APART or (gap < _ALIGNED and not same) for gap, same in gaps)


def _turned(plan: Plan, mirror_x: bool, mirror_y: bool, swap: bool) -> Plan:
    def point(x: float, y: float) -> tuple[float, float]:
        x, y = (-x if mirror_x else x), (-y if mirror_y else y)
        return (y, x) if swap else (x, y)

    def rect(area: Rect) -> Rect:
        (ax, ay), (bx, by) = point(area.x0, area.y0), point(area.x1, area.y1)
        return Rect(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    rooms = tuple(Room(room.kind, rect(room.area)) for room in plan.rooms)
    doors = tuple(Door(door.a, door.b, *point(door.x, door.y), level=door.level != swap) for door in plan.doors)
    return Plan(rooms, doors)

"""What a plan's shell is made of: walls with openings, door frames, floors, ceilings and windows, as boxes."""

from __future__ import annotations

import random
from dataclasses import dataclass

from envs.navigation.synthetic.furnish import Piece, Solid
from envs.navigation.synthetic.furniture import COLOURS, Colour
from envs.navigation.synthetic.plan import CEILING, CORRIDOR, DOOR_HEIGHT, DOOR_WIDTH, WALL, Door, Plan, Rect
from envs.navigation.synthetic.textures import pale

_FRAME = (104, 66, 36)
_SKIN = 0.02
"""Walls are thin boxes inside their room: each side has its own room's look."""
_FLOORS = {"kitchen": "tiles", "bathroom": "tiles", "laundry room": "tiles", "gym": "planks", CORRIDOR: "planks"}


@dataclass(frozen=True, slots=True)
class Skin:
    """How the walls of a room look."""

    colour: Colour
    texture: str


def shell(plan: Plan, number: int, pieces: tuple[Piece, ...], rng: random.Random) -> tuple[Solid, ...]:
    """Floor, ceiling, walls and windows of one room, and the frames of its doors."""
    room, doors = plan.rooms[number], plan.doors_of(number)
    area = room.area
    paint = rng.choice(sorted(set(COLOURS) - {"white", "black"}))  # which a ceiling and a shadow are
    floor = _FLOORS.get(room.kind) or rng.choice(["planks", f"carpet:{rng.choice(sorted(COLOURS))}"])
    skin = Skin(pale(COLOURS[paint]), f"stripes:{paint}" if room.kind != CORRIDOR and rng.random() < 0.4 else "")
    found = [
        Solid((area.x0, area.y0, -0.05), (area.x1, area.y1, 0.0), (150, 150, 150), floor),
        Solid((area.x0, area.y0, CEILING), (area.x1, area.y1, CEILING + 0.05), (244, 243, 238)),
    ]
    for side in ("south", "north", "west", "east"):
        found += _wall(area, side, doors, skin)
        window = _window(plan, number, side, pieces)
        if window is not None:
            found.append(window)
    for door in doors:
        found += _frame(door)
    return tuple(found)


def _on(door: Door, area: Rect, side: str) -> bool:
    """Whether a door is in a side of a room."""
    if door.level != (side in ("south", "north")):
        return False
    edge = {"south": area.y0, "north": area.y1, "west": area.x0, "east": area.x1}[side]
    return abs((door.y if door.level else door.x) - edge) < WALL


def _wall(area: Rect, side: str, doors: tuple[Door, ...], skin: Skin) -> list[Solid]:
    """Panels between the openings, and what is above them."""
    level = side in ("south", "north")
    start, end = (area.x0, area.x1) if level else (area.y0, area.y1)
    middles = sorted(door.x if level else door.y for door in doors if _on(door, area, side))
    found, at = [], start
    for middle in middles:
        left, right = middle - DOOR_WIDTH / 2, middle + DOOR_WIDTH / 2
        found += [_panel(area, side, at, left, 0.0, skin), _panel(area, side, left, right, DOOR_HEIGHT, skin)]
        at = right
    found.append(_panel(area, side, at, end, 0.0, skin))
    return found


def _panel(area: Rect, side: str, start: float, end: float, bottom: float, skin: Skin) -> Solid:
    low_x, low_y, high_x, high_y = _strip(area, side, start, end, _SKIN)
    return Solid((low_x, low_y, bottom), (high_x, high_y, CEILING), skin.colour, skin.texture, side)


def _strip(area: Rect, side: str, start: float, end: float, thick: float) -> tuple[float, float, float, float]:
    """The floor under a thin box just outside a side of a room."""
    return {
        "south": (start, area.y0 - thick, end, area.y0),
        "north": (start, area.y1, end, area.y1 + thick),
        "west": (area.x0 - thick, start, area.x0, end),
        "east": (area.x1, start, area.x1 + thick, end),
    }[side]


def _frame(door: Door) -> list[Solid]:
    """Two jambs, a head and a threshold, a little proud of the wall."""
    out, thick = WALL / 2 + 0.03, 0.07
    half = DOOR_WIDTH / 2

    def solid(a0: float, a1: float, z0: float, z1: float, reach: float) -> Solid:
        low, high = ((door.x + a0, door.y - reach), (door.x + a1, door.y + reach)) if door.level else (
            (door.x - reach, door.y + a0), (door.x + reach, door.y + a1)
        )  # fmt: skip
        return Solid((*low, z0), (*high, z1), _FRAME)

    return [
        solid(-half - thick / 2, -half + thick / 2, 0.0, DOOR_HEIGHT + thick, out),
        solid(half - thick / 2, half + thick / 2, 0.0, DOOR_HEIGHT + thick, out),
        solid(-half, half, DOOR_HEIGHT - 0.02, DOOR_HEIGHT + thick, out),
        solid(-half, half, -0.04, 0.004, WALL / 2),
    ]


def _window(plan: Plan, number: int, side: str, pieces: tuple[Piece, ...]) -> Solid | None:
    """A window in the middle of an outer wall, where nothing tall stands or hangs before it."""
    area = plan.rooms[number].area
    level = side in ("south", "north")
    start, end = (area.x0, area.x1) if level else (area.y0, area.y1)
    if end - start < 2.5 or any(_on(door, area, side) for door in plan.doors_of(number)):
        return None
    middle = (start + end) / 2
    beyond = _strip(area, side, start, end, 2 * WALL)
    outside = Rect(*beyond)
    if any(outside.meets(other.area) for k, other in enumerate(plan.rooms) if k != number):
        return None
    x0, y0, x1, y1 = _strip(area, side, middle - 0.7, middle + 0.7, -0.015)
    glass = Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    if any(glass.grown(0.05).meets(piece.area) and piece.high > 0.95 for piece in pieces if piece.room == number):
        return None
    return Solid((glass.x0, glass.y0, 0.95), (glass.x1, glass.y1, 2.1), (160, 205, 245), "window", side)

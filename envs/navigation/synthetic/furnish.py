"""Furnishing a plan: which pieces a room has, and where they stand without barring the way."""

from __future__ import annotations

import random
from dataclasses import dataclass

from envs.navigation.synthetic.furniture import COLOURS, DESIGNS, SMALL, WOOD, Design, Part
from envs.navigation.synthetic.plan import CORRIDOR, Door, Plan, Rect

# What stands in a room: the first two always if they fit, of the rest as many as fit.
CONTENTS: dict[str, tuple[str, ...]] = {
    "kitchen": ("counter", "fridge", "stove", "table", "clock"),
    "bedroom": ("bed", "wardrobe", "chest", "painting", "floor lamp"),
    "bathroom": ("bathtub", "toilet", "basin", "mirror", "laundry basket"),
    "living room": ("sofa", "television", "armchair", "plant", "painting"),
    "dining room": ("table", "chair", "chest", "painting", "plant"),
    "office": ("desk", "bookcase", "chair", "painting", "plant"),
    "library": ("bookcase", "armchair", "floor lamp", "table", "painting"),
    "laundry room": ("washing machine", "laundry basket", "counter", "basin"),
    "playroom": ("toy chest", "crate", "bench", "painting", "bookcase"),
    "gym": ("treadmill", "bench", "mirror", "television", "plant"),
    "music room": ("piano", "chair", "sofa", "painting", "floor lamp"),
    "storage room": ("crate", "wardrobe", "washing machine", "bench"),
    CORRIDOR: ("painting", "painting", "plant", "clock", "painting"),
}
_SMALL_IN = {"kitchen": ("kettle", "bowl"), "playroom": ("teddy bear", "book"), "bedroom": ("lamp", "teddy bear")}
_CLEAR = 1.1
"""Metres before a door that stay free."""
_WALLS = ("south", "east", "north", "west")


@dataclass(frozen=True, slots=True)
class Solid:
    """An upright box in the building: corners in metres, colour, texture."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    colour: tuple[int, int, int]
    texture: str = ""
    side: str = ""
    """The wall it hangs on, for pictures that face away from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A thing with a name that nothing else in its room has."""

    id: str
    noun: str
    colour: str
    """ "" for things that come in one look."""
    room: int
    area: Rect
    solids: tuple[Solid, ...]
    hung: bool
    on: str = ""
    """The name of what it stands on."""

    @property
    def name(self) -> str:
        return f"{self.colour} {self.noun}".strip()

    @property
    def low(self) -> float:
        return min(solid.low[2] for solid in self.solids)

    @property
    def high(self) -> float:
        return max(solid.high[2] for solid in self.solids)


def furnish(plan: Plan, rng: random.Random) -> tuple[Piece, ...]:
    """The pieces of every room."""
    found: list[Piece] = []
    for number, room in enumerate(plan.rooms):
        here: list[Piece] = []
        for noun in CONTENTS[room.kind]:
            piece = _stand(plan, number, DESIGNS[noun], here, rng, len(found) + len(here) + 1)
            if piece is not None:
                here.append(piece)
        for base in [piece for piece in here if DESIGNS[piece.noun].top]:
            noun = rng.choice(_SMALL_IN.get(room.kind, SMALL))
            if rng.random() < 0.75:
                here.append(_put(base, DESIGNS[noun], here, rng, len(found) + len(here) + 1))
        found += here
    return tuple(found)


def _stand(
    plan: Plan, number: int, design: Design, here: list[Piece], rng: random.Random, identity: int
) -> Piece | None:
    """A piece against a wall where it fits; None when thirty tries find no room."""
    area, doors = plan.rooms[number].area, plan.doors_of(number)
    colour = _paint(design, here, rng)
    if colour is None:
        return None
    narrow = plan.rooms[number].kind == CORRIDOR and not design.hung
    for _ in range(30):
        wall = rng.choice(_WALLS)
        span = (area.x0, area.x1) if wall in ("south", "north") else (area.y0, area.y1)
        room = design.width / 2 + 0.05
        if span[1] - span[0] < 2 * room:
            continue
        along = rng.uniform(span[0] + room, span[1] - room)
        if narrow:  # a plant in a corridor stands in a corner
            along = rng.choice([span[0] + room, span[1] - room])
        solids = tuple(_placed(part, area, wall, along, design.hung) for part in _parts(design, colour))
        footprint = _footprint(solids)
        blocked = any(_before(door, 0.7 if design.hung or narrow else _CLEAR).meets(footprint) for door in doors)
        met = any(footprint.grown(0.1).meets(piece.area) and not _stacked(design, piece) for piece in here)
        if not blocked and not met:
            return Piece(str(identity), design.noun, colour, number, footprint, solids, design.hung > 0)
    return None


def _stacked(design: Design, piece: Piece) -> bool:
    """Whether one hangs well above the other."""
    return design.hung > piece.high + 0.05 and not piece.hung


def _put(base: Piece, design: Design, here: list[Piece], rng: random.Random, identity: int) -> Piece:
    """A small thing on a piece."""
    colour = _paint(design, here, rng) or next(iter(COLOURS))
    area, reach = base.area, max(design.width, design.depth) / 2 + 0.06
    x = rng.uniform(area.x0 + reach, max(area.x0 + reach, area.x1 - reach))
    y = rng.uniform(area.y0 + reach, max(area.y0 + reach, area.y1 - reach))
    solids = []
    for part in _parts(design, colour):
        low = (x + part.low[0], y + part.low[1] - design.depth / 2, base.high + part.low[2])
        high = (x + part.high[0], y + part.high[1] - design.depth / 2, base.high + part.high[2])
        solids.append(Solid(low, high, part.colour, part.texture))
    return Piece(
        str(identity), design.noun, colour, base.room, _footprint(tuple(solids)), tuple(solids), False, base.name
    )


def _paint(design: Design, here: list[Piece], rng: random.Random) -> str | None:
    """A colour in which no other such thing is in the room; "" where there is one look, None when all are taken."""
    taken = {piece.colour for piece in here if piece.noun == design.noun}
    if not design.paints:
        return None if taken else ""
    free = [paint for paint in design.paints if paint not in taken]
    return rng.choice(free) if free else None


def _parts(design: Design, colour: str) -> list[Part]:
    parts = design.make(design.width, design.depth, design.height, COLOURS.get(colour, WOOD))
    return [
        Part(
            part.low, part.high, part.colour, f"{part.texture}:{colour}" if part.texture == "painting" else part.texture
        )
        for part in parts
    ]


def _placed(part: Part, area: Rect, wall: str, along: float, lift: float) -> Solid:
    """A part of a piece whose back is to a wall, its middle at `along`."""
    (x0, y0, z0), (x1, y1, z1) = part.low, part.high
    if wall == "south":
        low, high = (along - x1, area.y0 + y0), (along - x0, area.y0 + y1)
    elif wall == "north":
        low, high = (along + x0, area.y1 - y1), (along + x1, area.y1 - y0)
    elif wall == "west":
        low, high = (area.x0 + y0, along + x0), (area.x0 + y1, along + x1)
    else:
        low, high = (area.x1 - y1, along - x1), (area.x1 - y0, along - x0)
    return Solid((*low, z0 + lift), (*high, z1 + lift), part.colour, part.texture, wall)


def _before(door: Door, reach: float) -> Rect:
    """The floor on both sides of a door that stays free."""
    gap = door.opening.grown(0.12)
    if door.level:
        return Rect(gap.x0, door.y - reach, gap.x1, door.y + reach)
    return Rect(door.x - reach, gap.y0, door.x + reach, gap.y1)


def _footprint(solids: tuple[Solid, ...]) -> Rect:
    return Rect(
        min(one.low[0] for one in solids),
        min(one.low[1] for one in solids),
        max(one.high[0] for one in solids),
        max(one.high[1] for one in solids),
    )

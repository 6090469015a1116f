"""Legs in words: three instructions a path, each of which is enough by itself.

The first goes by the names of rooms, the second by doors and sides, the third by what is passed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import assert_never

from envs.navigation.synthetic.building import Building
from envs.navigation.synthetic.furnish import Piece
from envs.navigation.synthetic.route import Along, Finish, Leave, Leg

STYLES = ("names", "sides", "landmarks")
ORDINALS = ("", "first", "second", "third", "fourth", "fifth")
_WHERE = {"ahead": "ahead of you", "left": "on your left", "right": "on your right", "behind": "behind you"}
_TURNS = {"ahead": "Go straight on", "left": "Turn left", "right": "Turn right", "behind": "Turn around"}


def instruction(building: Building, route: Sequence[Leg], style: str, rng: random.Random) -> str:
    """One instruction in a style of STYLES."""
    return " ".join(_sentence(building, leg, style, rng) for leg in route)


def _sentence(building: Building, leg: Leg, style: str, rng: random.Random) -> str:
    match leg:
        case Leave():
            return _leave(building, leg, style, rng)
        case Along():
            return _along(building, leg, style, rng)
        case Finish():
            how = rng.choice(["Stop next to", "Wait by", "Stop beside", "Go to", "Stop at"])
            return f"{how} the {leg.piece.name}."
        case _:
            assert_never(leg)


def _leave(building: Building, leg: Leave, style: str, rng: random.Random) -> str:
    here, to = building.rooms[leg.room].kind, building.rooms[leg.to].kind
    if style == "sides" and leg.side is not None:
        return f"Go through the door {_WHERE[leg.side]}."
    if style == "landmarks":
        return rng.choice([f"Take the door to the {to}.", f"Go through the door that leads to the {to}."])
    out = rng.choice(["Leave the", "Walk out of the", "Exit the"]) + f" {here}"
    return f"{out}." if leg.only else f"{out} by the door to the {to}."


def _along(building: Building, leg: Along, style: str, rng: random.Random) -> str:
    to = building.rooms[leg.to].kind
    if leg.side == "across":
        if leg.entered:
            door = f"into the {to}" if style != "sides" else "through the door opposite"
            return f"Go straight across the corridor {door}."
        return f"Go through the door {_WHERE[leg.turn]}, into the {to}."
    turned = _TURNS[leg.turn]
    door = {"left": "on the left", "right": "on the right", "end": "at the end"}[leg.side]
    if style == "sides":
        if leg.side == "end":
            return f"{turned} and take the door at the end of the corridor."
        which = f"the {ORDINALS[leg.count]} door {door}" if leg.count else f"the door {door} that leads to the {to}"
        return f"{turned} and take {which}."
    if style == "landmarks" and leg.passed is not None:
        passed = f"the {leg.passed.name} on your {leg.passed_side}"
        return f"{turned}, walk past {passed} and enter the {to}."
    enter = rng.choice(["enter", "go into", "walk into"])
    return f"{turned}{' in' if leg.entered else ', walk along'} the corridor and {enter} the {to} {door}."


_DEEDS = {
    "plant": "water {}", "painting": "straighten {}", "mirror": "wipe {}", "clock": "look at {}",
    "television": "turn {} on", "wardrobe": "open {}", "fridge": "open {}", "chest": "open {}", "toy chest": "open {}",
    "washing machine": "empty {}", "sofa": "sit down on {}", "armchair": "sit down on {}", "chair": "sit down on {}",
    "bench": "sit down on {}", "bed": "make {}", "floor lamp": "switch {} on", "lamp": "switch {} on",
    "bookcase": "dust {}", "piano": "dust {}", "bathtub": "clean {}", "toilet": "clean {}", "basin": "clean {}",
    "stove": "clean {}", "counter": "wipe {}", "table": "wipe {}", "desk": "wipe {}", "crate": "lift {}",
    "laundry basket": "empty {}", "treadmill": "switch {} off",
}  # fmt: skip


def referring(building: Building, piece: Piece) -> tuple[str, str, str]:
    """Three ways to ask for something to be done with a piece, from anywhere in the building."""
    room = building.rooms[piece.room].kind
    place = f" on the {piece.on}" if piece.on else ""
    deed = _DEEDS.get(piece.noun, "pick {} up")
    article = "an" if piece.name[0] in "aeiou" else "a"
    return (
        f"Go to the {room} and {deed.format(f'the {piece.name}{place}')}.",
        f"There is {article} {piece.name}{place} in the {room}. Find it and {deed.format('it')}.",
        f"{deed.format(f'the {piece.name}').capitalize()}: you find it{place} in the {room}.",
    )

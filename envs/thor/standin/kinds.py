"""What the stand-in knows of a type of object: its size, look and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from functools import cache
from typing import Literal

Colour = tuple[int, int, int]
Anchor = Literal["base", "centre", "top", "door"]
"""What the position in an object's id is: the middle of its base, its centre, the middle of its top, or a point on
its front."""


class Trait(Flag):
    """What AI2-THOR's metadata says an object can be."""

    NONE = 0
    PICKUPABLE = auto()
    RECEPTACLE = auto()
    OPENABLE = auto()
    TOGGLEABLE = auto()
    SLICEABLE = auto()
    DIRTYABLE = auto()
    FILLABLE = auto()
    COOKABLE = auto()
    BREAKABLE = auto()
    MOVEABLE = auto()
    HEATS = auto()
    COOLS = auto()


_LETTERS = dict(zip("PROTSDFCBMHK", list(Trait), strict=True))


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of object.

    Args:
        size: width, height and depth in metres; of furniture, seen by one who stands before it.
        shape: which drawing is made of it: see `shapes`.
        capacity: how many things it holds at most.
        takes: the only types it takes; any that fit if empty.
        surface: height in metres, above the base, on which things rest.
    """

    name: str
    size: tuple[float, float, float]
    colour: Colour
    shape: str
    traits: Trait
    anchor: Anchor = "base"
    capacity: int = 0
    takes: frozenset[str] = frozenset()
    surface: float = 0.0

    def has(self, trait: Trait) -> bool:
        return trait in self.traits


def kind(
    name: str,
    size: tuple[float, float, float],
    colour: Colour,
    shape: str,
    traits: str = "",
    anchor: Anchor = "base",
    *,
    capacity: int = 0,
    takes: str = "",
    surface: float = 0.0,
) -> Kind:
    """A row of the tables: traits by their letters, P R O T S D F C B M H K in the order of `Trait`."""
    flags = Trait.NONE
    for letter in traits:
        flags |= _LETTERS[letter]
    return Kind(name, size, colour, shape, flags, anchor, capacity, frozenset(takes.split()), surface)


@cache
def table() -> dict[str, Kind]:
    """Every known type by name."""
    from envs.thor.standin.furniture import FURNITURE
    from envs.thor.standin.goods import GOODS

    return {row.name: row for row in (*GOODS, *FURNITURE)}


def find(name: str) -> Kind:
    """The kind of a type; one that AI2-THOR has and the tables lack is a plain grey block that can be carried."""
    return table().get(name) or kind(name, (0.12, 0.12, 0.12), (150, 150, 150), "block", "PM")

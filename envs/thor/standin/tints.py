"""Colours as the state of a thing changes them."""

from __future__ import annotations

from envs.thor.standin.kinds import Colour
from envs.thor.standin.thing import Thing

DIRT: Colour = (96, 70, 44)
DARK: Colour = (40, 38, 36)


def colour_of(thing: Thing) -> Colour:
    """Its own colour, browned by dirt or by heat."""
    red, green, blue = thing.kind.colour
    if thing.state.dirty:
        return (red + 96) // 2, (green + 70) // 2, (blue + 44) // 2
    if thing.state.cooked:
        return red * 3 // 4, green * 5 // 8, blue // 2
    return thing.kind.colour


def brightened(colour: Colour, by: float) -> Colour:
    """A colour made lighter, or darker where `by` is below 1."""
    red, green, blue = (max(0, min(255, int(level * by))) for level in colour)
    return red, green, blue

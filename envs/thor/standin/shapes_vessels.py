"""How cups, pots, bottles and other vessels are drawn."""

from __future__ import annotations

from collections.abc import Callable

from envs.thor.standin.kinds import Colour
from envs.thor.standin.mesh import Face, block, prism
from envs.thor.standin.thing import Thing
from envs.thor.standin.tints import DARK, DIRT, brightened, colour_of


def _content(thing: Thing) -> Colour:
    if thing.state.filled:
        return (96, 60, 36) if thing.state.filled == "coffee" else (110, 160, 220)
    return DIRT if thing.state.dirty else brightened(thing.kind.colour, 0.7)


def _vessel(thing: Thing) -> list[Face]:
    """A cup, bowl or pot: a column whose lid shows what is in it."""
    width, height, depth = thing.size
    body = prism((0, height / 2, 0), (width, height, depth), colour_of(thing))
    return body + prism((0, height + 0.001, 0), (width * 0.82, 0.003, depth * 0.82), _content(thing))


def _mug(thing: Thing) -> list[Face]:
    width, height, _ = thing.size
    return _vessel(thing) + block(
        (width * 0.62, height * 0.55, 0), (width * 0.3, height * 0.5, 0.016), colour_of(thing)
    )


def _pan(thing: Thing) -> list[Face]:
    _, height, depth = thing.size
    grip = block((0, height * 0.7, -depth * 0.68), (0.03, 0.02, depth * 0.4), DARK)
    return _vessel(thing) + grip


def _pot(thing: Thing) -> list[Face]:
    width, height, _ = thing.size
    grips = [f for side in (-1, 1) for f in block((side * width * 0.56, height * 0.8, 0), (0.04, 0.02, 0.08), DARK)]
    return _vessel(thing) + grips


def _plate(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    rim = prism((0, height / 2, 0), (width, height, depth), colour)
    return rim + prism((0, height + 0.001, 0), (width * 0.66, 0.002, depth * 0.66), brightened(colour, 0.88))


def _bottle(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    found = prism((0, height * 0.32, 0), (width, height * 0.64, depth), colour)
    found += block(
        (0, height * 0.8, 0), (width * 0.4, height * 0.34, depth * 0.4), brightened(colour, 1.2), without="b"
    )
    return found + block((0, height * 0.3, -depth * 0.44), (width * 0.5, height * 0.24, 0.006), (232, 228, 214))


def _spray(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = prism((0, height * 0.34, 0), (width, height * 0.68, depth), colour_of(thing))
    found += block((0, height * 0.76, 0), (width * 0.3, height * 0.16, depth * 0.3), (236, 236, 236))
    return found + block((0, height * 0.92, -depth * 0.2), (width * 0.3, height * 0.12, depth * 0.9), (220, 70, 60))


def _shaker(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = prism((0, height * 0.38, 0), (width, height * 0.76, depth), colour_of(thing))
    return found + prism((0, height * 0.88, 0), (width * 0.8, height * 0.24, depth * 0.8), (170, 172, 178))


def _kettle(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    body = prism((0, height * 0.38, 0), (width * 0.8, height * 0.76, depth), colour_of(thing))
    spout = block((width * 0.44, height * 0.6, 0), (width * 0.2, 0.04, 0.04), colour_of(thing))
    return body + spout + block((0, height * 0.92, 0), (width * 0.6, 0.02, 0.03), DARK)


SHAPES: dict[str, Callable[[Thing], list[Face]]] = {
    "bottle": _bottle,
    "bowl": _vessel,
    "cup": _vessel,
    "kettle": _kettle,
    "mug": _mug,
    "pan": _pan,
    "plate": _plate,
    "pot": _pot,
    "shaker": _shaker,
    "spray": _spray,
    "vase": _bottle,
}

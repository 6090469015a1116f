"""How containers are drawn. Their walls are seen from within only, so that none hides a neighbour's inside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from envs.thor.standin.kinds import Colour
from envs.thor.standin.mesh import Face, block
from envs.thor.standin.textures import Texture
from envs.thor.standin.thing import Thing
from envs.thor.standin.tints import brightened

_HANDLE: Colour = (60, 58, 56)


def _inside(thing: Thing, without: str, colour: Colour | None = None) -> list[Face]:
    width, height, depth = thing.size
    tint = colour or brightened(thing.kind.colour, 0.75)
    return block((0, height / 2, 0), (width, height, depth), tint, without=without, inward=True)


def _boards(thing: Thing) -> list[Face]:
    """The shelves inside a container."""
    width, _, depth = thing.size
    tint = brightened(thing.kind.colour, 0.9)
    return [
        face
        for level in thing.levels[1:]
        for face in block((0, level - 0.008, depth * 0.2), (width * 0.96, 0.012, depth * 0.55), tint)
    ]


def _door(thing: Thing, handle: bool = True) -> list[Face]:
    """A closed front with a handle."""
    width, height, depth = thing.size
    wood = Texture.WOOD if thing.kind.name == "Cabinet" else None
    front = block((0, height / 2, -depth / 2 + 0.01), (width * 0.97, height * 0.97, 0.02), thing.kind.colour, wood)
    if handle:
        front += block((width * 0.38, height / 2, -depth / 2 - 0.012), (0.02, min(0.14, height / 2), 0.024), _HANDLE)
    return front


def _swung(thing: Thing) -> list[Face]:
    """An opened door: turned outwards at the edge away from where it is used, so as not to hide what is inside."""
    width, height, depth = thing.size
    reach = min(width, 0.5) * 0.6
    edge = -1.0
    if thing.view is not None:
        aside = float((np.array([thing.view.x, 0, thing.view.z]) - thing.base) @ thing.axes()[:, 0])
        edge = 1.0 if aside < -0.1 else -1.0
    centre = (edge * (width / 2 + 0.01), height / 2, -depth / 2 - reach / 2)
    return block(centre, (0.02, height * 0.97, reach), brightened(thing.kind.colour, 0.95))


def _cabinet(thing: Thing) -> list[Face]:
    if not thing.state.is_open:
        return _door(thing)
    return [*_inside(thing, "f"), *_boards(thing), *_swung(thing)]


def _drawer(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    front = block(
        (0, height / 2, -depth / 2 + 0.01), (width * 0.97, height * 0.94, 0.02), thing.kind.colour, Texture.WOOD
    )
    front += block((0, height / 2, -depth / 2 - 0.012), (0.12, 0.02, 0.024), _HANDLE)
    return front if not thing.state.is_open else [*_inside(thing, "t"), *front]


def _fridge(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    body = block((0, height / 2, 0), (width, height, depth), thing.kind.colour, without="f")
    if thing.state.is_open:
        return [*body, *_inside(thing, "f", (236, 240, 244)), *_boards(thing), *_swung(thing)]
    seam = block((0, height * 0.68, -depth / 2 - 0.004), (width * 0.97, 0.012, 0.01), _HANDLE)
    return [*body, *_door(thing), *seam]


def _microwave(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    body = block((0, height / 2, 0), (width, height, depth), thing.kind.colour, without="f")
    panel = block(
        (width * 0.4, height / 2, -depth / 2), (width * 0.18, height, 0.02), brightened(thing.kind.colour, 1.5)
    )
    if thing.state.is_open:
        return [*body, *panel, *_inside(thing, "f", (226, 226, 220)), *_swung(thing)]
    glass: Colour = (250, 214, 120) if thing.state.toggled else (22, 24, 30)
    door = block(
        (-width * 0.1, height / 2, -depth / 2), (width * 0.8, height, 0.02), brightened(thing.kind.colour, 1.2)
    )
    window = block((-width * 0.1, height / 2, -depth / 2 - 0.008), (width * 0.62, height * 0.7, 0.012), glass)
    return [*body, *panel, *door, *window]


def _basin(thing: Thing) -> list[Face]:
    """A hollow let into a counter or tub: its floor and its sides from within."""
    width, height, depth = thing.size
    floor = block((0, -0.005, 0), (width, 0.01, depth), brightened(thing.kind.colour, 0.92), without="rlbfk")
    return floor + block((0, height / 2, 0), (width, height, depth), thing.kind.colour, without="tb", inward=True)


def _can(thing: Thing) -> list[Face]:
    """Open above; the walls are thin, and seen from outside and in."""
    width, height, depth = thing.size
    outer = block((0, height / 2, 0), (width, height, depth), thing.kind.colour, without="tbf")
    front = block((0, height / 4, -depth / 2), (width, height / 2, 0.01), thing.kind.colour)
    floor = block((0, 0.005, 0), (width, 0.01, depth), brightened(thing.kind.colour, 0.6), without="rlbfk")
    return outer + front + floor + _inside(thing, "tbf", brightened(thing.kind.colour, 0.7))


SHAPES: dict[str, Callable[[Thing], list[Face]]] = {
    "basin": _basin,
    "cabinet": _cabinet,
    "can": _can,
    "drawer": _drawer,
    "fridge": _fridge,
    "microwave": _microwave,
}

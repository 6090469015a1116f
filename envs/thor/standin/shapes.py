"""What each object looks like: faces in its own frame, by the shape its kind names and the state it is in."""

from __future__ import annotations

from collections.abc import Callable

from envs.thor.standin import shapes_containers, shapes_furniture, shapes_goods, shapes_vessels
from envs.thor.standin.mesh import Face, block
from envs.thor.standin.thing import Thing

Shape = Callable[[Thing], list[Face]]


def faces(thing: Thing) -> list[Face]:
    """The faces of a thing as it is now; none for what is only a place, such as the floor."""
    make = _SHAPES.get(thing.kind.shape)
    return make(thing) if make is not None else _plain(thing)


def _plain(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    return block((0, height / 2, 0), (width, height, depth), thing.kind.colour)


_SHAPES: dict[str, Shape] = {
    "none": lambda _: [],
    **shapes_containers.SHAPES,
    **shapes_furniture.SHAPES,
    **shapes_goods.SHAPES,
    **shapes_vessels.SHAPES,
}

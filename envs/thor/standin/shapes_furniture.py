"""How furniture that is not hollow is drawn."""

from __future__ import annotations

from collections.abc import Callable

from envs.thor.standin.kinds import Colour
from envs.thor.standin.mesh import Face, block, prism
from envs.thor.standin.textures import Texture
from envs.thor.standin.thing import Thing
from envs.thor.standin.tints import brightened


def _counter(thing: Thing) -> list[Face]:
    """Slabs, one a patch; a dark back below keeps the wall from being seen through."""
    height = float(thing.size[1])
    found: list[Face] = []
    for patch in thing.patches or (thing.footprint(),):
        x, z = (patch.x0 + patch.x1) / 2 - thing.base[0], (patch.z0 + patch.z1) / 2 - thing.base[2]
        size = (patch.x1 - patch.x0, height, patch.z1 - patch.z0)
        found += block((float(x), height / 2, float(z)), size, thing.kind.colour, Texture.STONE)
    return found


def boards(thing: Thing) -> list[Face]:
    """Boards that things rest on besides the top, along the world's axes from the middle of its underside."""
    found: list[Face] = []
    for level, rect in thing.boards:
        x, z = (rect.x0 + rect.x1) / 2 - thing.base[0], (rect.z0 + rect.z1) / 2 - thing.base[2]
        size = (rect.x1 - rect.x0, 0.02, rect.z1 - rect.z0)
        found += block(
            (float(x), level - 0.01 - float(thing.base[1]), float(z)), size, brightened(thing.kind.colour, 0.9)
        )
    return found


def _shelf(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    return block((0, height / 2, 0), (width, height, depth), thing.kind.colour, Texture.WOOD)


def _top_height(thing: Thing) -> float:
    return float(thing.surface - thing.base[1])


def _table(thing: Thing) -> list[Face]:
    width, _, depth = thing.size
    top = _top_height(thing)
    found = block((0, top - 0.02, 0), (width, 0.04, depth), thing.kind.colour, Texture.WOOD)
    for side in (-1, 1):
        for end in (-1, 1):
            centre = (side * (width / 2 - 0.04), top / 2 - 0.02, end * (depth / 2 - 0.04))
            found += block(
                centre, (0.05, max(top - 0.04, 0.02), 0.05), brightened(thing.kind.colour, 0.8), without="tb"
            )
    return found


def _cupboard(thing: Thing) -> list[Face]:
    """A top on two sides and a back: what is in its drawers is drawn with them."""
    width, _, depth = thing.size
    top = _top_height(thing)
    found = block((0, top - 0.02, 0), (width, 0.04, depth), thing.kind.colour, Texture.WOOD)
    for side in (-1, 1):
        centre = (side * (width / 2 - 0.015), top / 2 - 0.02, 0)
        found += block(centre, (0.03, max(top - 0.04, 0.02), depth), brightened(thing.kind.colour, 0.9), without="tb")
    found += block((0, top / 2, depth / 2 - 0.01), (width, top, 0.02), brightened(thing.kind.colour, 0.7), without="tb")
    return found


def _chair(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    seat = _top_height(thing)
    colour = thing.kind.colour
    found = block((0, seat / 2, 0), (width, seat, depth), colour)
    found += block((0, (seat + height) / 2, depth / 2 - 0.07), (width, height - seat, 0.14), brightened(colour, 0.9))
    if thing.kind.name in ("Sofa", "ArmChair"):
        for side in (-1, 1):
            arm = (side * (width / 2 + 0.03), (seat + 0.1) / 2, 0.05)
            found += block(arm, (0.06, seat + 0.1, depth - 0.1), brightened(colour, 0.85))
    return found


def _bed(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    top = _top_height(thing)
    found = block((0, top / 4, 0), (width, top / 2, depth), (112, 76, 50), Texture.WOOD)
    found += block((0, top * 0.75, 0), (width, top / 2, depth), thing.kind.colour)
    found += block((0, height / 2, depth / 2 + 0.03), (width, height, 0.06), (96, 66, 44), Texture.WOOD)
    return found


def _rim(thing: Thing) -> list[Face]:
    """The edge around a basin, and, of a tub, its outside."""
    width, height, depth = thing.size
    edge = 0.05
    found: list[Face] = []
    for side in (-1, 1):
        found += block((side * (width - edge) / 2, height / 2, 0), (edge, height, depth), thing.kind.colour)
        found += block((0, height / 2, side * (depth - edge) / 2), (width - 2 * edge, height, edge), thing.kind.colour)
    return found


def _toilet(thing: Thing) -> list[Face]:
    """A bowl and, behind it, the tank on whose lid things are put."""
    width, _, depth = thing.size
    top = _top_height(thing)
    white = thing.kind.colour
    found = block((0, 0.2, -depth * 0.15), (width * 0.85, 0.4, depth * 0.7), white)
    lid = brightened(white, 0.86)
    found += block((0, 0.415, -depth * 0.15), (width * 0.8, 0.03, depth * 0.66), lid)
    return found + block((0, top / 2 + 0.1, depth * 0.36), (width, top - 0.2, depth * 0.28), white)


def _burner(thing: Thing) -> list[Face]:
    hot: Colour = (210, 70, 30) if thing.state.toggled else thing.kind.colour
    width, height, depth = thing.size
    return prism((0, height / 2, 0), (width, height, depth), thing.kind.colour, top=hot)


def _machine(thing: Thing) -> list[Face]:
    """A coffee machine: a body behind, a head above, a plate in front for the mug."""
    width, height, depth = thing.size
    colour = thing.kind.colour
    found = block((0, height / 2, depth * 0.3), (width, height, depth * 0.4), colour)
    found += block((0, height * 0.85, -depth * 0.1), (width, height * 0.3, depth * 0.5), brightened(colour, 1.3))
    light: Colour = (240, 60, 40) if thing.state.toggled else (90, 200, 90)
    found += block((width * 0.3, height * 0.85, -depth * 0.36), (0.03, 0.03, 0.01), light)
    return found + block((0, 0.012, -depth * 0.2), (width, 0.024, depth * 0.6), brightened(colour, 0.8))


def _faucet(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    steel = thing.kind.colour
    found = block((0, height / 2, depth / 2 - 0.03), (0.04, height, 0.04), steel)
    found += block((0, height - 0.02, 0), (0.03, 0.03, depth), steel)
    found += block((0, height * 0.2, depth / 2 - 0.03), (width * 3, 0.03, 0.03), brightened(steel, 0.8))
    if thing.state.toggled:
        found += block((0, height * 0.45, -depth / 2 + 0.015), (0.014, height * 0.8, 0.014), (140, 190, 240))
    return found


def _lamp(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    glow: Colour = (255, 240, 170) if thing.state.toggled else brightened(thing.kind.colour, 0.8)
    found = prism((0, 0.015, 0), (width * 0.8, 0.03, depth * 0.8), (70, 66, 62))
    found += block((0, height * 0.4, 0), (0.03, height * 0.7, 0.03), (90, 86, 80))
    return found + prism((0, height * 0.85, 0), (width, height * 0.3, depth), glow, top=brightened(glow, 0.9))


def _plant(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = prism((0, height * 0.15, 0), (width * 0.6, height * 0.3, depth * 0.6), (166, 96, 66), top=(70, 50, 36))
    return found + prism((0, height * 0.62, 0), (width, height * 0.6, depth), thing.kind.colour)


def _screen(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    picture: Colour = (90, 150, 220) if thing.state.toggled else (38, 42, 50)
    found = block((0, height / 2, 0), (width, height, depth), thing.kind.colour)
    return found + block((0, height / 2, -depth / 2 - 0.004), (width * 0.94, height * 0.9, 0.004), picture)


SHAPES: dict[str, Callable[[Thing], list[Face]]] = {
    "bed": _bed,
    "burner": _burner,
    "chair": _chair,
    "counter": _counter,
    "cupboard": _cupboard,
    "faucet": _faucet,
    "lamp": _lamp,
    "machine": _machine,
    "plant": _plant,
    "rim": _rim,
    "screen": _screen,
    "shelf": _shelf,
    "table": _table,
    "toilet": _toilet,
}

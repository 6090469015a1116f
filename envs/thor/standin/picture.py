"""The scene as the agent sees it: colour, depth and which object each pixel shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from envs.raster import Camera, Frame, Quads, identify, render
from envs.thor.standin import shapes
from envs.thor.standin.furnish import hash_of
from envs.thor.standin.mesh import Face, Mesh, place
from envs.thor.standin.shapes_furniture import boards
from envs.thor.standin.textures import Texture, pictures
from envs.thor.standin.thing import Thing
from envs.thor.standin.world import World

_HEIGHT = 2.7  # of a room, in metres
_SKY = (202, 214, 226)
_FACE_UP = np.eye(3)


@dataclass(frozen=True, slots=True)
class View:
    """A frame with its ids: `names[identity]` is the object a pixel shows, "" for the walls."""

    frame: Frame
    names: tuple[str, ...]

    def pixels(self) -> dict[str, int]:
        """How many pixels show each object that is seen."""
        # Shifted by one, since nothing is -1.
        counts = np.bincount(self.frame.identity.ravel() + 1, minlength=len(self.names) + 1)[1:]
        return {name: int(count) for name, count in zip(self.names, counts, strict=True) if name and count}


class Painter:
    """Draws a world; keeps what has not changed since the last picture."""

    def __init__(self) -> None:
        self._meshes: dict[str, tuple[tuple[object, ...], Mesh]] = {}
        self._joined: tuple[list[Mesh], Quads | None] = ([], None)

    def draw(self, world: World, width: int, height: int, fov: float) -> View:
        """The view from the agent's eye: `height` and `width` in pixels, `fov` the vertical angle in degrees."""
        quads, names = self._quads(world)
        return View(render(Camera(world.agent.eye, world.agent.axes(), fov, width, height), quads, _SKY), names)

    def glance(self, world: World, thing: Thing, size: int, fov: float) -> bool:
        """Whether a thing would be seen in a picture of `size` by `size` pixels."""
        quads, names = self._quads(world)
        if thing.id not in names:
            return False
        shown = identify(Camera(world.agent.eye, world.agent.axes(), fov, size, size), quads)
        return bool((shown == names.index(thing.id)).any())

    def _quads(self, world: World) -> tuple[Quads, tuple[str, ...]]:
        """Every face of what is not hidden, and what each identity is called."""
        shown = [thing for thing in world.things.values() if not world.hidden(thing)]
        names = ("", *(thing.id for thing in shown))
        meshes = [self._room(world), *(self._mesh(thing) for thing in shown)]
        known, quads = self._joined
        if (
            quads is not None
            and len(known) == len(meshes)
            and all(one is other for one, other in zip(known, meshes, strict=True))
        ):
            return quads, names
        identity = np.repeat(np.arange(len(meshes), dtype=np.int32), [len(mesh.origin) for mesh in meshes])
        quads = Quads(
            np.concatenate([mesh.origin for mesh in meshes]),
            np.concatenate([mesh.a for mesh in meshes]),
            np.concatenate([mesh.b for mesh in meshes]),
            np.concatenate([mesh.normal for mesh in meshes]),
            np.concatenate([mesh.colour for mesh in meshes]),
            identity,
            np.concatenate([mesh.texture for mesh in meshes]),
            np.concatenate([mesh.repeat for mesh in meshes]),
            pictures(),
        )
        self._joined = meshes, quads
        return quads, names

    def _mesh(self, thing: Thing) -> Mesh:
        state = thing.state
        key = (
            *thing.base.tolist(), thing.yaw, *thing.size.tolist(), thing.patches, thing.boards, thing.levels,
            state.is_open, state.toggled, state.dirty, state.filled, state.cooked, state.broken,
        )  # fmt: skip
        known = self._meshes.get(thing.id)
        if known is not None and known[0] == key:
            return known[1]
        mesh = place(shapes.faces(thing), thing.base, thing.axes())
        if thing.boards:
            mesh = _joined(mesh, place(boards(thing), thing.base, _FACE_UP))
        self._meshes[thing.id] = (key, mesh)
        return mesh

    def _room(self, world: World) -> Mesh:
        """Floor, ceiling and four walls, seen from within."""
        room = world.room
        known = self._meshes.get("")
        key = (room, world.name)
        if known is not None and known[0] == key:
            return known[1]
        mesh = place(_walls(world), np.zeros(3), _FACE_UP)
        self._meshes[""] = (key, mesh)
        return mesh


def _walls(world: World) -> list[Face]:
    room = world.room
    wide, deep = room.x1 - room.x0, room.z1 - room.z0
    number = "".join(filter(str.isdigit, world.name)) or "1"
    floor = Texture.TILES if len(number) < 3 or number.startswith("4") else Texture.PLANKS
    tints = ((226, 220, 206), (206, 218, 214), (222, 210, 204), (212, 214, 226))
    wall = tints[int(number) % len(tints)]
    corner, far = (room.x0, 0.0, room.z0), (room.x1, 0.0, room.z1)
    up = (0.0, _HEIGHT, 0.0)
    across, along = (wide, 0.0, 0.0), (0.0, 0.0, deep)
    back = (-wide, 0.0, 0.0), (0.0, 0.0, -deep)
    return [
        Face(corner, across, along, (0, 1, 0), (190, 170, 150), floor),
        Face((room.x0, _HEIGHT, room.z0), across, along, (0, -1, 0), (242, 242, 240)),
        Face(corner, across, up, (0, 0, 1), wall),
        Face(corner, along, up, (1, 0, 0), wall),
        Face(far, back[0], up, (0, 0, -1), wall),
        Face(far, back[1], up, (-1, 0, 0), wall),
    ]


def _joined(one: Mesh, other: Mesh) -> Mesh:
    return Mesh(
        np.concatenate([one.origin, other.origin]),
        np.concatenate([one.a, other.a]),
        np.concatenate([one.b, other.b]),
        np.concatenate([one.normal, other.normal]),
        np.concatenate([one.colour, other.colour]),
        np.concatenate([one.texture, other.texture]),
        np.concatenate([one.repeat, other.repeat]),
    )


@lru_cache(maxsize=16)
def colours(names: tuple[str, ...]) -> NDArray[np.uint8]:
    """(n, 4) RGBA of each instance: the same for the same id in every frame and process, black for the walls."""
    table = np.zeros((len(names), 4), np.uint8)
    table[:, 3] = 255
    for row, name in enumerate(names):
        if name:
            number = hash_of(name)
            table[row, :3] = (number & 255, number >> 8 & 255, number >> 16 & 255 | 1)
    return table


@lru_cache(maxsize=16)
def legend(names: tuple[str, ...]) -> tuple[dict[str, object], ...]:
    """What metadata says of the colours: each name once."""
    rows = dict(zip(names, colours(names).tolist(), strict=True))
    return tuple({"name": name, "color": row[:3]} for name, row in rows.items() if name)

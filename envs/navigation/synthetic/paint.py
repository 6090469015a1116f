"""What is seen from a place in a building: six faces of a cube, painted by `envs.raster`.

A rasteriser in numpy was chosen over panda3d's: it needs no native library, and draws the same bits everywhere. A
building is boxes, and what goes through the same six faces and the same Skybox as a scan's pictures has the same
geometry, parallax between viewpoints included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from envs.navigation.angles import Floats
from envs.navigation.projection import Rays
from envs.navigation.skybox import BACK, DOWN, RIGHT, UP, Picture, Skybox
from envs.navigation.synthetic.building import Building
from envs.navigation.synthetic.furnish import Solid
from envs.navigation.synthetic.plan import Door
from envs.navigation.synthetic.textures import texture
from envs.raster import NOTHING, Camera, Quads, box, render

FACE = 512
ROTATION: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Of every viewpoint's pose: local x is world x, local y down, local z world y. Face 3 looks along +y."""
# Right and down of each face, in world axes, in the order of the skybox: up, back, left, front, right, down.
_X, _Y, _Z = np.eye(3)
_AXES = [
    np.array([-_X, -_Y, _Z]),
    np.array([-_X, -_Z, -_Y]),
    np.array([_Y, -_Z, -_X]),
    np.array([_X, -_Z, _Y]),
    np.array([-_Y, -_Z, _X]),
    np.array([-_X, _Y, -_Z]),
]
_TILED = {"planks": 1.2, "tiles": 0.8, "carpet": 1.5, "stripes": 1.0}
"""Metres a texture spans where it repeats; others fit their face."""
_OUTSIDE = (190, 215, 235)


def faces(building: Building, eye: Floats, size: int = FACE) -> Picture:
    """(6, size, size, 3) uint8 RGB, as `Skybox` takes them.

    Args:
        eye: (3,) in world metres.
    """
    quads = _in_sight(building, eye)
    return np.stack([_face(quads, eye, face, size) for face in range(6)])


class Painted:
    """A Sphere of a building: what is level with the eye is painted at once, floor and ceiling when looked at.

    Args:
        eye: (3,) in world metres.
        size: of a face in pixels.
    """

    def __init__(self, building: Building, eye: Floats, size: int = FACE) -> None:
        self._quads, self._eye, self._size = _in_sight(building, eye), eye, size
        self._faces = np.zeros((6, size, size, 3), np.uint8)
        for face in range(BACK, RIGHT + 1):
            self._faces[face] = _face(self._quads, eye, face, size)
        self._box, self._level = Skybox(self._faces, ROTATION), True

    def look(self, rays: Rays) -> Picture:
        if self._level and not self._on_sides(rays):
            for face in (UP, DOWN):
                self._faces[face] = _face(self._quads, self._eye, face, self._size)
            self._box, self._level = Skybox(self._faces, ROTATION), False
        return self._box.look(rays)

    def _on_sides(self, rays: Rays) -> bool:
        """Whether no ray comes near the edge to floor or ceiling."""
        x, y, z = (np.abs(rays.columns[axis][None] + rays.rows[axis][:, None]) for axis in range(3))
        return bool((z < np.maximum(x, y) * (1 - 2 / self._size)).all())


def _in_sight(building: Building, eye: Floats) -> Quads:
    seen = visible_rooms(building, float(eye[0]), float(eye[1]))
    solids = [solid for room in sorted(seen) for solid in building.shells[room]]
    solids += [solid for piece in building.pieces if piece.room in seen for solid in piece.solids]
    return _quads(tuple(solids))


def _face(quads: Quads, eye: Floats, face: int, size: int) -> Picture:
    return render(Camera(eye, _AXES[face], 90.0, size, size), quads, _OUTSIDE).rgb


def visible_rooms(building: Building, x: float, y: float) -> frozenset[int]:
    """The rooms that can be seen from a point on the floor: its own, and through doors in a line."""
    here = building.room_at(x, y)
    found = {here}
    _look_through(building, (x, y), here, None, (-math.inf, math.inf), found)
    return frozenset(found)


def _look_through(
    building: Building,
    eye: tuple[float, float],
    room: int,
    entered: Door | None,
    sector: tuple[float, float],
    found: set[int],
) -> None:
    """Add what lies behind the doors of a room, within a sector: the bearing of its left side, and its width."""
    for door in building.plan.doors_of(room):
        if door is entered:
            continue
        gap = door.opening
        bearings = [math.atan2(u - eye[0], v - eye[1]) for u in (gap.x0, gap.x1) for v in (gap.y0, gap.y1)]
        middle = math.atan2(door.x - eye[0], door.y - eye[1])
        anchor = middle if entered is None else sector[0]
        sides = [math.remainder(bearing - anchor, 2 * math.pi) for bearing in bearings]
        left, right = min(sides), max(sides)
        if right - left > math.pi:  # the eye stands in the opening itself
            found.update(range(len(building.rooms)))
            return
        if entered is not None:
            left, right = max(left, 0.0), min(right, sector[1])
            if left >= right:
                continue
        beyond = door.beyond(room)
        found.add(beyond)
        _look_through(building, eye, beyond, door, (anchor + left, right - left), found)


@dataclass(frozen=True, slots=True)
class _Face:
    """One parallelogram; `texture` is "" for the plain colour."""

    origin: Floats
    a: Floats
    b: Floats
    normal: Floats
    colour: tuple[int, int, int]
    texture: str
    repeat: tuple[float, float]


@lru_cache(maxsize=64)
def _quads(solids: tuple[Solid, ...]) -> Quads:
    """The six faces of every box."""
    faces = [face for solid in solids for face in _faces_of(solid)]
    names = {name: k for k, name in enumerate(dict.fromkeys(face.texture for face in faces if face.texture))}
    return Quads(
        np.array([face.origin for face in faces]),
        np.array([face.a for face in faces]),
        np.array([face.b for face in faces]),
        np.array([face.normal for face in faces]),
        np.array([face.colour for face in faces], np.uint8),
        np.arange(len(faces), dtype=np.int32),
        np.array([names.get(face.texture, NOTHING) for face in faces], np.int32),
        np.array([face.repeat for face in faces]),
        tuple(texture(name) for name in names),
    )


def _faces_of(solid: Solid) -> list[_Face]:
    low, high = np.array(solid.low), np.array(solid.high)
    kind, front, found = solid.texture.partition(":")[0], _front(solid), []
    span = _TILED.get(kind)
    for face in zip(*box((low + high) / 2, high - low), strict=True):
        origin, a, b = _upright(*face)
        shown = span is not None or front is None or _is(face[3], front)
        repeat = (float(np.linalg.norm(a)) / span, float(np.linalg.norm(b)) / span) if span else (1.0, 1.0)
        found.append(_Face(origin, a, b, face[3], solid.colour, solid.texture if shown else "", repeat))
    return found


def _front(solid: Solid) -> Floats | None:
    """The direction a picture on a box faces: away from its wall, or up where it lies."""
    if solid.texture == "keys":
        return _Z
    return {"south": _Y, "north": -_Y, "west": _X, "east": -_X}.get(solid.side)


def _is(out: Floats, front: Floats) -> bool:
    return float(out @ front) > 0.9 * float(np.linalg.norm(out))


def _upright(origin: Floats, a: Floats, b: Floats, out: Floats) -> tuple[Floats, Floats, Floats]:
    """A face with b up, and a to the right of who looks at it, so that textures stand as they should."""
    if abs(out[2]) > 1e-9:
        return origin, a, b
    corner = origin + np.minimum(a, 0) + np.minimum(b, 0)
    up = np.array([0.0, 0.0, abs(a[2] + b[2])])
    flat = np.abs(a + b) * np.array([1.0, 1.0, 0.0])
    right = np.cross(_Z, out)
    if right @ flat < 0:
        return corner + flat, -flat, up
    return corner, flat, up

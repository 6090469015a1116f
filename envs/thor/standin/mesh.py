"""Faces of objects in their own frame, and their placing in the world."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from envs.raster import NOTHING, box
from envs.thor.standin.kinds import Colour
from envs.thor.standin.textures import Texture
from envs.thor.standin.thing import Floats


@dataclass(frozen=True, slots=True)
class Face:
    """A parallelogram in an object's own frame: right, up and depth from the middle of its underside."""

    origin: tuple[float, float, float]
    a: tuple[float, float, float]
    b: tuple[float, float, float]
    normal: tuple[float, float, float]
    colour: Colour
    texture: Texture | None = None


@dataclass(frozen=True, slots=True)
class Mesh:
    """Faces as arrays, (n, 3) each but `texture` (n,) and `repeat` (n, 2): what `envs.raster.Quads` takes."""

    origin: Floats
    a: Floats
    b: Floats
    normal: Floats
    colour: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    texture: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
    repeat: Floats


def block(
    centre: tuple[float, float, float],
    size: tuple[float, float, float],
    colour: Colour,
    texture: Texture | None = None,
    *,
    without: str = "",
    inward: bool = False,
) -> list[Face]:
    """The faces of an upright box, without those named by r l t b f k (right, left, top, bottom, front, back).

    `inward` turns them to the inside: a room that can be looked into from where its faces point.
    """
    origin, a, b, normal = box(np.array(centre), np.array(size))
    sign = -1.0 if inward else 1.0
    return [
        Face(_triple(origin[i]), _triple(a[i]), _triple(b[i]), _triple(sign * normal[i]), colour, texture)
        for i, name in enumerate("rltbkf")
        if name not in without
    ]


def prism(
    centre: tuple[float, float, float], size: tuple[float, float, float], colour: Colour, *, top: Colour | None = None
) -> list[Face]:
    """A six-sided upright column; its lid is three rhombi, its underside is left out. `top` colours the lid."""
    corners = [
        (size[0] / 2 * math.cos(math.pi / 3 * k), size[2] / 2 * math.sin(math.pi / 3 * k)) for k in range(6)
    ]  # fmt: skip
    x, y, z = centre
    low, high = y - size[1] / 2, y + size[1] / 2
    faces = []
    for k in range(6):
        (x0, z0), (x1, z1) = corners[k], corners[(k + 1) % 6]
        faces.append(
            Face(
                (x + x0, low, z + z0), (x1 - x0, 0, z1 - z0), (0, size[1], 0), ((x0 + x1) / 2, 0, (z0 + z1) / 2), colour
            )
        )
    for k in (0, 2, 4):
        (x0, z0), (x1, z1) = corners[k], corners[(k + 2) % 6]
        faces.append(Face((x, high, z), (x0, 0, z0), (x1, 0, z1), (0, 1, 0), top or colour))
    return faces


def place(faces: Iterable[Face], base: Floats, axes: Floats) -> Mesh:
    """Faces of one object in the world.

    Args:
        base: (3,) where the middle of its underside is.
        axes: (3, 3): columns its right, up and depth.
    """
    listed = list(faces)
    numbers = np.array([(f.origin, f.a, f.b, f.normal) for f in listed], dtype=float).reshape(-1, 4, 3) @ axes.T
    textures = np.array([NOTHING if f.texture is None else f.texture.value for f in listed], np.int32)
    reach = np.array([0.6 if f.texture is None else f.texture.metres for f in listed]).reshape(-1, 1)
    lengths = np.linalg.norm(numbers[:, 1:3], axis=2)
    return Mesh(
        numbers[:, 0] + base,
        numbers[:, 1],
        numbers[:, 2],
        numbers[:, 3],
        np.array([f.colour for f in listed], np.uint8).reshape(-1, 3),
        textures,
        lengths / reach,
    )


def _triple(row: Floats) -> tuple[float, float, float]:
    return float(row[0]), float(row[1]), float(row[2])

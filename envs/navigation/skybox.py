"""Six skybox faces as a sphere one can look at from within: the closed form of the Matterport3D simulator in numpy.

Faces: 0 up, 1 back, 2 left, 3 front (what the pose's camera looks at), 4 right, 5 down (NavGraph.cpp:48-53).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.navigation.angles import Floats
from envs.navigation.projection import Rays

UP, BACK, LEFT, FRONT, RIGHT, DOWN = range(6)
Picture = NDArray[np.uint8]
Texels = NDArray[np.uint64]
"""Pixels packed by `pack`."""
Parts = tuple[Floats, Floats, Floats]
# Which components of a local ray (x right, y down, z forward) are s and t on a face, and with which sign.
_S = {UP: (0, -1), BACK: (0, -1), LEFT: (2, 1), FRONT: (0, 1), RIGHT: (2, -1), DOWN: (0, -1)}
_T = {UP: (2, -1), BACK: (1, 1), LEFT: (1, 1), FRONT: (1, 1), RIGHT: (1, 1), DOWN: (2, 1)}
_AXIS = {UP: (1, -1), BACK: (2, -1), LEFT: (0, -1), FRONT: (2, 1), RIGHT: (0, 1), DOWN: (1, 1)}
_LANE, _FRACTION = 21, 12
"""A pixel's channels are 21 bits apart in 64, which holds 8 bits times weights of 12: one product for all three."""
_ROWS = 48
"""Rows that are worked on at once: what fits the processor's own memory."""


class Sphere(Protocol):
    """All that is seen from one viewpoint."""

    def look(self, rays: Rays) -> Picture:
        """The picture, (height, width, 3) uint8 RGB, of world rays."""
        ...


class _Map(NamedTuple):
    """Where each pixel lies among the texels: the upper left of four, and the weights of the four, of 4096 in all."""

    texel: NDArray[np.intp]
    weights: tuple[Texels, Texels, Texels, Texels]


class Skybox:
    """Six square faces around a viewpoint.

    Args:
        faces: (6, n, n, 3) uint8 RGB, in the order above, as they hang: row 0 on top.
        rotation: (3, 3), local to world, of the viewpoint's pose.
    """

    def __init__(self, faces: Picture, rotation: Floats) -> None:
        if faces.ndim != 4 or faces.shape[0] != 6 or faces.shape[1] != faces.shape[2] or faces.shape[3] != 3:
            raise ValueError(f"a skybox is six square RGB faces, not an array of {faces.shape}")
        self.size = faces.shape[1]
        self._rotation = rotation
        self._texels = _bordered(faces)

    def look(self, rays: Rays) -> Picture:
        """Bilinear between texel middles, over the seams as well; within one level of the exact mean."""
        local = rays.turned(self._rotation.T)
        place = _map_of(local.columns.tobytes(), local.rows.tobytes(), self.size)
        return _blend(self._texels, place, self.size + 2)


def locate(local: Parts) -> tuple[NDArray[np.int32], Floats, Floats]:
    """The face of local rays by the largest component, and s (right) and t (down) on it, in [-1, 1].

    Args:
        local: x, y and z, arrays of one shape.
    """
    x, y, z = local
    wide, high, deep = np.abs(x), np.abs(y), np.abs(z)
    largest = np.maximum(np.maximum(wide, high), deep)
    scale = 1 / largest
    face = np.zeros(largest.shape, np.int32)
    s, t = np.zeros_like(scale), np.zeros_like(scale)
    left = np.ones(largest.shape, bool)
    # The signed largest component tells the face; ties go to the first, either being right.
    for one, side in ((FRONT, z), (BACK, -z), (RIGHT, x), (LEFT, -x), (UP, -y), (DOWN, y)):
        mine = left & (side == largest)
        if not mine.any():
            continue
        on_s, on_t = (
            local[_S[one][0]] * (scale * np.float32(_S[one][1])),
            local[_T[one][0]] * (scale * np.float32(_T[one][1])),
        )
        if mine.all():
            return np.full(largest.shape, one, np.int32), on_s, on_t
        s, t = np.where(mine, on_s, s), np.where(mine, on_t, t)
        face += mine * np.int32(one)
        left &= ~mine
    return face, s, t


def ray_on(face: int, s: Floats, t: Floats) -> Parts:
    """The local ray of points on a face: what `locate` undoes, for |s|, |t| <= 1."""
    parts = [np.zeros_like(s), np.zeros_like(s), np.zeros_like(s)]
    axis, sign = _AXIS[face]
    parts[axis] = np.full_like(s, sign)
    parts[_S[face][0]] = s * _S[face][1]
    parts[_T[face][0]] = t * _T[face][1]
    return parts[0], parts[1], parts[2]


@lru_cache(maxsize=6)
def _map_of(columns: bytes, rows: bytes, size: int) -> _Map:
    across = np.frombuffer(columns, np.float64).reshape(3, -1).astype(np.float32)
    down = np.frombuffer(rows, np.float64).reshape(3, -1).astype(np.float32)
    shape = (down.shape[1], across.shape[1])
    texel, weights = np.empty(shape, np.intp), np.empty((4, *shape), np.uint64)
    for top in range(0, shape[0], _ROWS):
        part = slice(top, top + _ROWS)
        x, y, z = (across[axis][None, :] + down[axis][part, None] for axis in range(3))
        texel[part], weights[:, part] = _place((x, y, z), size)
    return _Map(texel, (weights[0], weights[1], weights[2], weights[3]))


def _place(local: Parts, size: int) -> tuple[NDArray[np.intp], Texels]:
    """The upper left texel of each ray, and the weights of four, (4, h, w)."""
    face, s, t = locate(local)
    # Texel middles lie half a texel in, and the border adds one: (s + 1) / 2 * size - 1/2 + 1.
    column, row = (s + 1) * np.float32(size / 2) + np.float32(0.5), (t + 1) * np.float32(size / 2) + np.float32(0.5)
    left, top, whole = np.floor(column), np.floor(row), np.float32(1 << _FRACTION)
    right, below = column - left, row - top
    corner = right * below
    parts = (corner, below - corner, right - corner)
    # Rounded down, three of them never come to more than the whole, so that the first is not negative.
    last, third, second = ((part * whole).astype(np.int32).astype(np.uint64) for part in parts)
    first = np.uint64(1 << _FRACTION) - second - third - last
    texel = (face * (size + 2) + top.astype(np.int32)) * (size + 2) + left.astype(np.int32)
    return texel.astype(np.intp), np.stack([first, second, third, last])


def _bordered(faces: Picture) -> Texels:
    """Each face packed, with a border of one texel from its neighbours, flat: seams blend as in GL."""
    size = faces.shape[1]
    out = np.zeros((6, size + 2, size + 2), np.uint64)
    out[:, 1:-1, 1:-1] = pack(faces)
    middle = (np.arange(-1, size + 1) + 0.5) / size * 2 - 1
    for face in range(6):
        for edge in (0, size + 1):
            beyond = np.full(size + 2, middle[edge])
            out[face, edge, :] = _nearest(out, face, middle, beyond)
            out[face, :, edge] = _nearest(out, face, beyond, middle)
    return out.ravel()


def _nearest(bordered: Texels, face: int, s: Floats, t: Floats) -> Texels:
    size = bordered.shape[1] - 2
    there, u, v = locate(ray_on(face, s, t))
    column = np.clip(((u + 1) / 2 * size).astype(np.intp), 0, size - 1)
    row = np.clip(((v + 1) / 2 * size).astype(np.intp), 0, size - 1)
    found: Texels = bordered[there, row + 1, column + 1]
    return found


def pack(rgb: Picture) -> Texels:
    """RGB pixels as one number each: red in the lowest bits, then green, then blue."""
    packed: Texels = rgb[..., 2].astype(np.uint64)
    for channel in (1, 0):
        packed <<= np.uint64(_LANE)
        packed |= rgb[..., channel]
    return packed


def unpack(packed: Texels, fraction: int = 0) -> Picture:
    """What `pack` packed, each channel without its lowest `fraction` bits."""
    rgb = np.empty((*packed.shape, 3), np.uint8)
    for channel in range(3):
        rgb[..., channel] = packed >> np.uint64(channel * _LANE + fraction)  # keeps the lowest eight bits
    return rgb


def _blend(texels: Texels, place: _Map, stride: int) -> Picture:
    """The weighted mean of four texels: the channels are so far apart that they never run together."""
    picture = np.empty((*place.texel.shape, 3), np.uint8)
    half = np.uint64(sum(1 << (channel * _LANE + _FRACTION - 1) for channel in range(3)))
    for top in range(0, picture.shape[0], _ROWS):
        part = slice(top, top + _ROWS)
        texel = place.texel[part]
        mixed = np.full(texel.shape, half)
        for step, weight in zip((0, 1, stride, stride + 1), place.weights, strict=True):
            mixed += texels.take(texel + step, mode="clip") * weight[part]
        picture[part] = unpack(mixed, _FRACTION)
    return picture

"""A picture of parallelograms in space: colour, distance and identity of every pixel, in numpy alone.

What the stand-in household and the synthetic building are drawn with. No graphics driver is asked for, so that a
world looks the same, to the last bit, on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NOTHING = -1
_NEAR = 0.02
_LARGE = 3000  # pixels from which a face is drawn by itself: by then that is quicker than with others
_LIGHT = np.array([0.43, 0.81, 0.40])  # in world coordinates; its sign does not matter


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole.

    Args:
        position: (3,) in world metres.
        axes: (3, 3), rows right, down and forward as unit vectors of the world: one convention of axes is as good as
            another.
        fov: vertical angle in degrees.
        width, height: in pixels.
    """

    position: Floats
    axes: Floats
    fov: float
    width: int
    height: int

    @property
    def focal(self) -> float:
        """Distance of the picture plane in pixels."""
        return self.height / 2 / math.tan(math.radians(self.fov) / 2)


@dataclass(frozen=True, slots=True)
class Quads:
    """Parallelograms: `origin + s·a + t·b` for s and t in [0, 1].

    Args:
        origin, a, b: (n, 3) in world metres.
        normal: (n, 3): seen only from the side it points to; a zero vector is seen from both.
        colour: (n, 3) uint8 RGB.
        identity: (n,) int32, not negative, what the pixels are told apart by.
        texture: (n,) int32, an index into `textures`, or NOTHING for the plain colour.
        repeat: (n, 2), how often a texture fits along a and b.
        textures: uint8 RGB pictures of any sizes; row 0 lies at t = 0.
    """

    origin: Floats
    a: Floats
    b: Floats
    normal: Floats
    colour: NDArray[np.uint8]
    identity: NDArray[np.int32]
    texture: NDArray[np.int32]
    repeat: Floats
    textures: Sequence[NDArray[np.uint8]] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """rgb (H, W, 3) uint8; depth (H, W) float32 in metres along the axis of sight, inf where nothing is; identity
    (H, W) int32, NOTHING where nothing is."""

    rgb: NDArray[np.uint8]
    depth: NDArray[np.float32]
    identity: NDArray[np.int32]


def render(camera: Camera, quads: Quads, background: tuple[int, int, int] = (0, 0, 0)) -> Frame:
    """Draw what the camera sees. A face's brightness goes by its angle alone; there are no shadows."""
    edges, nearness, drawn = _drawn(camera, quads)
    return _shade(camera, quads, edges, nearness, drawn, background)


def identify(camera: Camera, quads: Quads) -> NDArray[np.int32]:
    """Only the identities of `render`, (H, W), in half the time."""
    _, _, drawn = _drawn(camera, quads)
    return np.concatenate([quads.identity, [NOTHING]]).astype(np.int32)[drawn]


def _drawn(
    camera: Camera, quads: Quads
) -> tuple[tuple[Floats, Floats, Floats], NDArray[np.float32], NDArray[np.int32]]:
    """The faces' origins and edges as the camera has them, one over each pixel's distance, and the face it shows."""
    to_camera = camera.axes.T
    origin = (quads.origin - camera.position) @ to_camera
    a, b = quads.a @ to_camera, quads.b @ to_camera
    corners = np.stack([origin, origin + a, origin + a + b, origin + b], axis=1)
    plane = np.cross(a, b)
    offset = np.einsum("ij,ij->i", plane, origin)
    nearness = np.zeros((camera.height, camera.width), np.float32)
    drawn = np.full((camera.height, camera.width), NOTHING, np.int32)
    faces = _facing(camera, quads, corners, offset)
    slopes = plane[faces] / offset[faces, None]
    close = corners[faces][:, :, 2].min(axis=1) < _NEAR
    for face, slope in zip(faces[close], slopes[close], strict=True):
        _fill(camera, _cut(corners[face]), slope, int(face), nearness, drawn)
    faces, slopes = faces[~close], slopes[~close]
    edges = _Edges.of(camera, corners[faces])
    large = edges.area() > _LARGE
    for face, slope in zip(faces[large], slopes[large], strict=True):
        _fill(camera, corners[face], slope, int(face), nearness, drawn)
    _fill_many(camera, edges.only(~large), slopes[~large], faces[~large], nearness, drawn)
    return (origin, a, b), nearness, drawn


def _facing(camera: Camera, quads: Quads, corners: Floats, offset: Floats) -> NDArray[np.intp]:
    """The faces that may be seen: turned to the camera, and not wholly beside or behind the picture."""
    towards = np.einsum("ij,ij->i", quads.normal, camera.position - quads.origin)
    turned = (towards > 0) | ~quads.normal.any(axis=1)
    x, y, z = corners[..., 0], corners[..., 1], corners[..., 2]
    reach, rise = camera.width / 2 / camera.focal * z, camera.height / 2 / camera.focal * z
    beside = (x > reach).all(1) | (x < -reach).all(1) | (y > rise).all(1) | (y < -rise).all(1) | (z < _NEAR).all(1)
    return np.flatnonzero(turned & ~beside & (np.abs(offset) > 1e-12))


def _cut(polygon: Floats) -> Floats:
    """The part of a polygon that lies before the near plane."""
    kept: list[Floats] = []
    for here, there in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside, next_inside = here[2] >= _NEAR, there[2] >= _NEAR
        if inside:
            kept.append(here)
        if inside != next_inside:
            kept.append(here + (there - here) * ((_NEAR - here[2]) / (there[2] - here[2])))
    return np.array(kept)


def _fill(
    camera: Camera,
    polygon: Floats,
    plane: Floats,
    face: int,
    nearness: NDArray[np.float32],
    drawn: NDArray[np.int32],
) -> None:
    """Draw one convex polygon (camera coordinates) where it is nearer than what is there.

    One over the distance is linear over the picture: `plane`, the normal over the plane's offset, times the ray.
    """
    focal = camera.focal
    x = polygon[:, 0] / polygon[:, 2] * focal + camera.width / 2
    y = polygon[:, 1] / polygon[:, 2] * focal + camera.height / 2
    top, bottom = max(0, math.ceil(y.min() - 0.5)), min(camera.height, math.ceil(y.max() - 0.5))
    left, right = max(0, math.ceil(x.min() - 0.5)), min(camera.width, math.ceil(x.max() - 0.5))
    if top >= bottom or left >= right:
        return
    rows, columns = np.arange(top, bottom) + 0.5, np.arange(left, right) + 0.5
    first, last = _spans(x, y, rows)
    inside = (columns >= first[:, None]) & (columns < last[:, None])
    slope_x, slope_y = plane[0] / focal, plane[1] / focal
    middle = plane[2] - slope_x * camera.width / 2 - slope_y * camera.height / 2
    near = (slope_x * columns).astype(np.float32) + (slope_y * rows + middle).astype(np.float32)[:, None]
    there = nearness[top:bottom, left:right]
    inside &= near > there
    np.copyto(there, near, where=inside)
    np.copyto(drawn[top:bottom, left:right], np.int32(face), where=inside)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Many polygons of four corners on the picture: corners (n, 4) in pixels, and the pixels each may cover."""

    x: Floats
    y: Floats
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]
    width: NDArray[np.intp]

    @classmethod
    def of(cls, camera: Camera, polygons: Floats) -> _Edges:
        x = polygons[..., 0] / polygons[..., 2] * camera.focal + camera.width / 2
        y = polygons[..., 1] / polygons[..., 2] * camera.focal + camera.height / 2
        top = np.maximum(0, np.ceil(y.min(axis=1) - 0.5)).astype(np.intp)
        bottom = np.minimum(camera.height, np.ceil(y.max(axis=1) - 0.5)).astype(np.intp)
        left = np.maximum(0, np.ceil(x.min(axis=1) - 0.5)).astype(np.intp)
        right = np.minimum(camera.width, np.ceil(x.max(axis=1) - 0.5)).astype(np.intp)
        return cls(x, y, top, np.maximum(bottom, top), np.maximum(right - left, 0))

    def area(self) -> NDArray[np.intp]:
        return (self.bottom - self.top) * self.width

    def only(self, which: NDArray[np.bool_]) -> _Edges:
        return _Edges(self.x[which], self.y[which], self.top[which], self.bottom[which], self.width[which])


def _fill_many(
    camera: Camera,
    edges: _Edges,
    slopes: Floats,
    faces: NDArray[np.intp],
    nearness: NDArray[np.float32],
    drawn: NDArray[np.int32],
) -> None:
    """Draw many small polygons at once: the same pixels as `_fill`, listed one after the other."""
    heights = edges.bottom - edges.top
    owner = np.repeat(np.arange(len(heights)), heights)
    row = _counted(heights) + np.repeat(edges.top, heights)
    first, last = _spans(edges.x[owner].T, edges.y[owner].T, row.astype(np.float64) + 0.5)
    start = np.clip(np.ceil(np.nan_to_num(first, posinf=camera.width) - 0.5), 0, camera.width).astype(np.intp)
    stop = np.clip(np.ceil(np.nan_to_num(last, neginf=0.0) - 0.5), 0, camera.width).astype(np.intp)
    widths = np.maximum(stop - start, 0)
    span = np.repeat(np.arange(len(widths)), widths)
    if len(span) == 0:
        return
    column = _counted(widths) + start[span]
    which, focal = owner[span], camera.focal
    slope_x, slope_y = slopes[:, 0] / focal, slopes[:, 1] / focal
    middle = slopes[:, 2] - slope_x * camera.width / 2 - slope_y * camera.height / 2
    level = (slope_y[owner] * (row + 0.5) + middle[owner]).astype(np.float32)
    near = (slope_x[which] * (column + 0.5)).astype(np.float32) + level[span]
    pixel = row[span] * camera.width + column
    flat, shown = nearness.reshape(-1), drawn.reshape(-1)
    front = near > flat[pixel]
    pixel, near, which = pixel[front], near[front], which[front]
    np.maximum.at(flat, pixel, near)
    # Backwards, so that of two at the same distance the first is seen, as in `_fill`.
    won = np.flatnonzero(near == flat[pixel])[::-1]
    shown[pixel[won]] = faces[which[won]]


def _counted(lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """0, 1, … up to each length, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _spans(x: Floats, y: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Where each row enters and leaves a convex polygon: from the first up to, without, the last.

    Args:
        x, y: corners, (k,) of one polygon for all rows or (k, rows) of one for each.
    """
    if x.ndim == 1:
        x, y = x[:, None], y[:, None]
    to_x, to_y = np.roll(x, -1, axis=0), np.roll(y, -1, axis=0)
    low, high = np.minimum(y, to_y), np.maximum(y, to_y)
    rise = to_y - y
    slope = (to_x - x) / np.where(rise == 0, 1.0, rise)
    crossing = x + (rows - y) * slope
    crossed = (rows >= low) & (rows < high)
    return np.where(crossed, crossing, np.inf).min(axis=0), np.where(crossed, crossing, -np.inf).max(axis=0)


def _shade(
    camera: Camera,
    quads: Quads,
    edges: tuple[Floats, Floats, Floats],
    nearness: NDArray[np.float32],
    drawn: NDArray[np.int32],
    background: tuple[int, int, int],
) -> Frame:
    """Colours once every pixel knows its face."""
    across = np.cross(quads.a, quads.b)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)
    light = 0.62 + 0.38 * np.abs(across @ _LIGHT)
    # One row more than faces: index -1, nothing, finds the background.
    palette = np.concatenate([quads.colour * light[:, None], [background]]).round().astype(np.uint8)
    rgb = palette.take(drawn, axis=0, mode="wrap")
    covered = np.concatenate([quads.texture != NOTHING, [False]])[drawn]
    if covered.any():
        rgb[covered] = _textured(camera, quads, edges, light, nearness, drawn, covered)
    with np.errstate(divide="ignore"):
        depth = (1 / nearness).astype(np.float32)
    owner = np.concatenate([quads.identity, [NOTHING]]).astype(np.int32)
    return Frame(rgb, depth, owner[drawn])


def _textured(
    camera: Camera,
    quads: Quads,
    edges: tuple[Floats, Floats, Floats],
    light: Floats,
    nearness: NDArray[np.float32],
    drawn: NDArray[np.int32],
    covered: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Colours, (n, 3), of the pixels that show a texture, in their order.

    Where on its face a pixel lies, s or t, is a plane over the picture divided by the nearness, less a constant.
    """
    v, u = np.nonzero(covered)
    face = drawn[v, u]
    seen = np.flatnonzero(np.bincount(face)).astype(np.int32)
    table = np.zeros(len(quads.texture), np.intp)
    table[seen] = np.arange(len(seen))
    place = table[face]
    near = nearness[v, u]
    across = ((u + 0.5 - camera.width / 2) / camera.focal).astype(np.float32)
    down = ((v + 0.5 - camera.height / 2) / camera.focal).astype(np.float32)
    origin, a, b = (edge[seen] for edge in edges)
    aa, ab, bb = (np.einsum("ij,ij->i", one, other) for one, other in ((a, a), (a, b), (b, b)))
    area = aa * bb - ab * ab
    kept = []
    for one, times, other, side in ((a, bb, b, 0), (b, aa, a, 1)):
        row = (one * times[:, None] - other * ab[:, None]) / area[:, None]
        start = np.einsum("ij,ij->i", row, origin)
        x, y, z, c, fits = (
            values.astype(np.float32)[place] for values in (*row.T, start, quads.repeat[seen, side])
        )  # fmt: skip
        kept.append(np.clip((x * across + y * down + z) / near - c, 0, 1 - 1e-6) * fits % 1)
    return _sample(quads, seen, place, kept[0], kept[1], light)


def _sample(
    quads: Quads,
    seen: NDArray[np.int32],
    place: NDArray[np.intp],
    s: NDArray[np.float32],
    t: NDArray[np.float32],
    light: Floats,
) -> NDArray[np.uint8]:
    """What the textures show at (s, t), each within one repeat, dimmed by the face's light."""
    sizes = np.array([picture.shape[:2] for picture in quads.textures])
    starts = np.concatenate([[0], np.cumsum(sizes.prod(axis=1))[:-1]])
    sheet = np.concatenate([picture.reshape(-1, 3) for picture in quads.textures])
    which = quads.texture[seen]
    heights, widths, first = sizes[which, 0][place], sizes[which, 1][place], starts[which][place]
    row = np.minimum((t * heights).astype(np.intp), heights - 1)
    column = np.minimum((s * widths).astype(np.intp), widths - 1)
    dim = light[seen].astype(np.float32)[place]
    colours: NDArray[np.uint8] = (sheet[first + row * widths + column] * dim[:, None]).astype(np.uint8)
    return colours


def box(centre: Floats, size: Floats, turn: Floats | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """The six faces of a box as origins, a, b and outward normals, (6, 3) each.

    Args:
        centre, size: (3,) in metres.
        turn: (3, 3), columns the box's own axes in the world; upright if left out.
    """
    axes = (np.eye(3) if turn is None else turn) * (size / 2)  # columns scaled to half the size
    origin, a, b, normal = [], [], [], []
    for axis in range(3):
        one, other = axes[:, (axis + 1) % 3], axes[:, (axis + 2) % 3]
        for side in (1.0, -1.0):
            out = axes[:, axis] * side
            origin.append(centre + out - one - other)
            a.append(2 * one)
            b.append(2 * other)
            normal.append(out)
    return np.array(origin), np.array(a), np.array(b), np.array(normal)

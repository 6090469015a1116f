"""The rasteriser against a ray cast through every pixel, and its ways of drawing against each other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from envs import raster
from envs.raster import NOTHING, Camera, Quads, box, identify, render

Floats = NDArray[np.float64]
_AXES = np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, 1]])  # right, down, forward: looking along +z


def _camera(size: int = 40, position: tuple[float, float, float] = (0, 0, 0)) -> Camera:
    return Camera(np.array(position, dtype=float), _AXES, 60.0, size, size)


def _scene(rng: np.random.Generator, count: int = 12, textured: bool = False) -> Quads:
    parts = [
        box(rng.uniform([-2, -2, 0.5], [2, 2, 6]), rng.uniform(0.1, 1.2, 3), _turn(float(rng.uniform(0, 6))))
        for _ in range(count)
    ]
    origin, a, b, normal = (np.concatenate([part[i] for part in parts]) for i in range(4))
    faces = len(origin)
    checks = (np.indices((8, 8)).sum(0) % 2 * 255).astype(np.uint8)
    return Quads(
        origin, a, b, normal,
        rng.integers(0, 256, (faces, 3)).astype(np.uint8),
        np.repeat(np.arange(count, dtype=np.int32), 6),
        np.full(faces, 0 if textured else NOTHING, np.int32),
        np.full((faces, 2), 2.0),
        (np.repeat(checks[..., None], 3, axis=2),) if textured else (),
    )  # fmt: skip


def _turn(angle: float) -> Floats:
    return np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])


def _cast(camera: Camera, quads: Quads) -> tuple[Floats, NDArray[np.int64]]:
    """Depth and identity of every pixel, by a ray against each face."""
    depth = np.full((camera.height, camera.width), np.inf)
    shown = np.full(depth.shape, NOTHING)
    for row in range(camera.height):
        for column in range(camera.width):
            over = column + 0.5 - camera.width / 2, row + 0.5 - camera.height / 2
            ray = np.array([over[0] / camera.focal, over[1] / camera.focal, 1.0]) @ camera.axes
            for face in range(len(quads.origin)):
                if quads.normal[face] @ (camera.position - quads.origin[face]) <= 0:
                    continue
                system = np.stack([quads.a[face], quads.b[face], -ray], axis=1)
                if abs(np.linalg.det(system)) < 1e-12:
                    continue
                s, t, far = np.linalg.solve(system, camera.position - quads.origin[face])
                if 0 <= s <= 1 and 0 <= t <= 1 and 0.02 <= far < depth[row, column]:
                    depth[row, column], shown[row, column] = far, quads.identity[face]
    return depth, shown


@pytest.mark.parametrize("seed", [0, 1])
def test_every_pixel_shows_what_its_ray_meets(seed: int) -> None:
    camera, quads = _camera(24), _scene(np.random.default_rng(seed), 8)
    frame = render(camera, quads)
    depth, shown = _cast(camera, quads)
    same = frame.identity == shown
    assert same.mean() > 0.985  # a ray along an edge may fall to either side
    seen = same & np.isfinite(depth)
    np.testing.assert_allclose(frame.depth[seen], depth[seen], rtol=2e-3)


@pytest.mark.parametrize("textured", [False, True])
def test_faces_drawn_one_by_one_or_together_make_the_same_picture(
    monkeypatch: pytest.MonkeyPatch, textured: bool
) -> None:
    camera, quads = _camera(90), _scene(np.random.default_rng(3), 30, textured)
    monkeypatch.setattr(raster, "_LARGE", -1)
    alone = render(camera, quads)
    monkeypatch.setattr(raster, "_LARGE", 10**9)
    together = render(camera, quads)
    np.testing.assert_array_equal(alone.identity, together.identity)
    np.testing.assert_array_equal(alone.rgb, together.rgb)
    np.testing.assert_array_equal(alone.depth, together.depth)


def test_identities_alone_are_those_of_the_picture() -> None:
    camera, quads = _camera(64), _scene(np.random.default_rng(5), 20)
    np.testing.assert_array_equal(identify(camera, quads), render(camera, quads).identity)


def test_a_face_around_the_camera_is_cut_and_not_turned_inside_out() -> None:
    origin, a, b = np.array([[-5.0, -1, -5]]), np.array([[10.0, 0, 0]]), np.array([[0.0, 0, 10]])
    floor = Quads(
        origin, a, b, np.array([[0.0, 1, 0]]), np.full((1, 3), 200, np.uint8), np.array([7], np.int32),
        np.array([NOTHING], np.int32), np.ones((1, 2)),
    )  # fmt: skip
    frame = render(_camera(60), floor)
    assert (frame.identity[:29] == NOTHING).all()
    assert (frame.identity[40:] == 7).all()
    assert np.isinf(frame.depth[0]).all()
    # A floor one metre below, seen by the lowest row at 60 degrees of view.
    assert frame.depth[-1, 30] == pytest.approx(1 / ((59.5 - 30) / _camera(60).focal), rel=1e-5)


def test_a_texture_lies_on_its_face_as_it_is_told() -> None:
    stripes = np.zeros((1, 2, 3), np.uint8)
    stripes[0, 1] = 255
    wall = Quads(
        np.array([[-1.0, -1, 2]]), np.array([[2.0, 0, 0]]), np.array([[0.0, 2, 0]]), np.zeros((1, 3)),
        np.zeros((1, 3), np.uint8), np.array([0], np.int32), np.array([0], np.int32), np.array([[2.0, 1.0]]),
        (stripes,),
    )  # fmt: skip
    frame = render(_camera(80), wall)
    row = frame.rgb[40, :, 0] > 0
    changes = np.flatnonzero(np.diff(row[frame.identity[40] == 0].astype(int)))
    assert len(changes) == 3  # dark, light, dark, light


def test_nothing_to_see_is_the_background() -> None:
    frame = render(_camera(8, (50, 50, 50)), _scene(np.random.default_rng(0)), (1, 2, 3))
    assert (frame.rgb == (1, 2, 3)).all()
    assert (frame.identity == NOTHING).all()

"""Pictures: every pixel shows the direction it should, from skyboxes, strips and 36 views alike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from envs.base import EnvError
from envs.navigation.angles import Direction, direction_of, elevation_of, heading_of
from envs.navigation.images import Images
from envs.navigation.projection import Panorama, Perspective
from envs.navigation.skybox import Skybox, locate, ray_on
from envs.navigation.views import FOV, Views

LEVEL = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
SIZE = 512


def tilted(seed):
    """A pose's rotation: any at all."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else -q


def closed_form(local):
    """Face, s and t of one local ray, as the reference writes it down."""
    lx, ly, lz = local
    a = max(abs(lx), abs(ly), abs(lz))
    if a == abs(lz):
        return (3, lx / a, ly / a) if lz > 0 else (1, -lx / a, ly / a)
    if a == abs(lx):
        return (4, -lz / a, ly / a) if lx > 0 else (2, lz / a, ly / a)
    return (0, -lx / a, -lz / a) if ly < 0 else (5, -lx / a, lz / a)


def painted(rotation, size=SIZE):
    """Six faces whose colours are their world directions."""
    middle = (np.arange(size) + 0.5) / size * 2 - 1
    s, t = np.meshgrid(middle, middle)
    faces = []
    for face in range(6):
        local = np.stack(ray_on(face, s, t))
        world = np.einsum("ij,jhw->hwi", rotation, local / np.linalg.norm(local, axis=0))
        faces.append(np.round((world + 1) * 127.5).astype(np.uint8))
    return np.stack(faces)


def rays_of(view):
    rays = view.rays()
    found = rays.columns[:, None, :] + rays.rows[:, :, None]
    return np.moveaxis(found / np.linalg.norm(found, axis=0), 0, -1)


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize(
    "view",
    [
        Perspective(0.0, 0.0, math.radians(60), 320, 240),
        Perspective(2.3, 0.5, math.radians(60), 320, 240),
        Perspective(5.1, -1.2, math.radians(100), 320, 240),
        Panorama(1.1, 560, 126),
    ],
)
def test_every_pixel_shows_its_own_direction(view, seed):
    rotation = LEVEL if seed is None else tilted(seed)
    picture = Skybox(painted(rotation), rotation).look(view.rays())
    wanted = rays_of(view)
    off = np.abs(picture.astype(float) / 127.5 - 1 - wanted).max()
    assert off < 0.02, "a pixel shows another direction than its own"
    # Seams included, neighbours differ by what neighbouring directions do.
    assert np.abs(np.diff(picture.astype(int), axis=1)).max() <= 4
    assert np.abs(np.diff(picture.astype(int), axis=0)).max() <= 4


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda v: max(map(abs, v)) > 1e-3))
def test_faces_are_those_of_the_closed_form(local):
    face, s, t = locate(tuple(np.array([value]) for value in local))
    expected = closed_form(local)
    back = np.array(ray_on(int(face[0]), s, t))[:, 0]
    assert np.allclose(back, np.array(local) / max(map(abs, local)))
    if len({abs(value) for value in local}) == 3:  # on an edge either face will do
        assert (int(face[0]), float(s[0]), float(t[0])) == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 6.28), st.floats(-1.5, 1.5), st.integers(0, 5))
def test_pictures_are_bilinear_in_the_closed_form_to_within_a_level(heading, elevation, seed):
    rng = np.random.default_rng(seed)
    size, rotation = 16, tilted(seed)
    faces = rng.integers(0, 256, (6, size, size, 3)).astype(np.uint8)
    view = Perspective(heading, elevation, math.radians(60), 8, 6)
    picture = Skybox(faces, rotation).look(view.rays())
    for row, line in enumerate(rays_of(view)):
        for column, ray in enumerate(line):
            face, s, t = closed_form(rotation.T @ ray)
            x, y = (s + 1) / 2 * size - 0.5, (t + 1) / 2 * size - 0.5
            left, top = math.floor(x), math.floor(y)
            if not (0 <= left < size - 1 and 0 <= top < size - 1):
                continue  # beside a seam: the neighbour's texels, tested above
            u, v = x - left, y - top
            four = faces[face, top : top + 2, left : left + 2].astype(float)
            exact = (four[0, 0] * (1 - u) + four[0, 1] * u) * (1 - v) + (four[1, 0] * (1 - u) + four[1, 1] * u) * v
            assert np.abs(picture[row, column] - exact).max() <= 1.0


def test_face_three_is_in_front_and_one_to_four_turn_to_the_right():
    faces = np.zeros((6, 8, 8, 3), np.uint8)
    faces[..., 0] = np.arange(6)[:, None, None] * 40
    box = Skybox(faces, LEVEL)
    for heading, elevation, face in ((0, 0, 3), (90, 0, 4), (180, 0, 1), (270, 0, 2), (0, 90, 0), (0, -90, 5)):
        view = Perspective(math.radians(heading), math.radians(elevation), math.radians(20), 4, 4)
        assert (box.look(view.rays())[..., 0] == face * 40).all(), heading


@settings(deadline=None)
@given(st.floats(0, 6.28), st.floats(-0.5, 0.5), st.floats(0, 6.28))
def test_a_place_in_a_picture_is_where_its_direction_is_seen(heading, elevation, middle):
    panorama = Panorama(middle, 1120, 252)
    x, y = panorama.place(Direction(heading, elevation, 1.0))
    column, row = min(int(x), 1119), min(max(int(y), 0), 251)
    found = direction_of(rays_of(panorama)[row, column])
    assert abs(math.remainder(found.heading - heading, 2 * math.pi)) < 0.01
    assert found.elevation == pytest.approx(elevation, abs=0.01)
    view = Perspective(heading + 0.2, 0.1, math.radians(60), 640, 480)
    place = view.place(Direction(heading, elevation, 1.0))
    assert place is not None
    if 0 <= place[0] < 640 and 0 <= place[1] < 480:
        seen = rays_of(view)[int(place[1]), int(place[0])]
        found = direction_of(seen)
        assert abs(math.remainder(found.heading - heading, 2 * math.pi)) < 0.01
        assert found.elevation == pytest.approx(elevation, abs=0.01)


def views_of(box, width=160, height=120):
    return np.stack(
        [box.look(Perspective(heading_of(k), elevation_of(k), FOV, width, height).rays()) for k in range(36)]
    )


def test_thirty_six_views_look_like_the_skybox_they_were_taken_from():
    box = Skybox(painted(LEVEL), LEVEL)
    views = Views(views_of(box))
    for view in (Panorama(0.7, 280, 63), Perspective(1.9, 0.4, math.radians(60), 160, 120)):
        off = np.abs(views.look(view.rays()).astype(int) - box.look(view.rays()).astype(int))
        assert off.max() <= 5


@pytest.fixture
def folder(tmp_path):
    """Three viewpoints of one scan, each in another form, all showing the same."""
    faces = painted(LEVEL, 64)
    scan = tmp_path / "v1" / "scans" / "s"
    full = scan / "matterport_skybox_images"
    full.mkdir(parents=True)
    for k, face in enumerate(faces):
        Image.fromarray(face).save(full / f"full_skybox{k}_sami.jpg", quality=97)
    Image.fromarray(np.concatenate(list(faces), axis=1)).save(full / "strip_skybox_small.jpg", quality=97)
    (scan / "views").mkdir()
    for k, view in enumerate(views_of(Skybox(faces, LEVEL))):
        Image.fromarray(view).save(scan / "views" / f"{k}.jpg", quality=97)
    return tmp_path


def test_the_three_forms_of_folders_show_the_same(folder):
    images = Images(folder)
    rays = Panorama(0.3, 280, 63).rays()
    full, strip, views = (images.sphere("s", name, LEVEL).look(rays).astype(int) for name in ("full", "strip", "views"))
    assert np.abs(full - strip).mean() < 1
    assert np.abs(full - views).mean() < 3


def test_missing_and_broken_pictures_are_named(folder):
    images, scan = Images(folder), folder / "v1" / "scans" / "s"
    with pytest.raises(EnvError, match="no pictures of viewpoint nobody of scan s"):
        images.sphere("s", "nobody", LEVEL)
    (scan / "views" / "17.jpg").unlink()
    with pytest.raises(EnvError, match=r"17\.jpg is missing"):
        images.sphere("s", "views", LEVEL)
    broken = scan / "matterport_skybox_images" / "full_skybox4_sami.jpg"
    broken.write_bytes(broken.read_bytes()[:300])
    with pytest.raises(EnvError, match=r"full_skybox4_sami\.jpg cannot be read"):
        images.sphere("s", "full", LEVEL)
    Image.new("RGB", (100, 64)).save(scan / "matterport_skybox_images" / "strip_skybox_small.jpg")
    with pytest.raises(EnvError, match="100 x 64; a strip"):
        images.sphere("s", "strip", LEVEL)
    Image.new("RGB", (32, 32)).save(broken)
    with pytest.raises(EnvError, match="of another size"):
        images.sphere("s", "full", LEVEL)
    with pytest.raises(EnvError, match="is no folder"):
        Images(folder / "nowhere")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "EPS"])
def test_only_jpeg_and_png_are_read(folder, kind):
    file = folder / "v1" / "scans" / "s" / "matterport_skybox_images" / "strip_skybox_small.jpg"
    Image.new("RGB", (384, 64)).save(file, format=kind)
    with pytest.raises(EnvError, match=r"strip_skybox_small\.jpg cannot be read as a picture"):
        Images(folder).sphere("s", "strip", LEVEL)
    Image.new("RGB", (384, 64)).save(file, format="PNG")
    Images(folder).sphere("s", "strip", LEVEL)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(folder):
    scan = folder / "v1" / "scans" / "s"
    Image.new("L", (6 * 2100, 2100)).save(scan / "matterport_skybox_images" / "strip_skybox_small.jpg", format="PNG")
    with pytest.raises(EnvError, match=r"strip_skybox_small\.jpg is larger than any.*12600 x 2100"):
        Images(folder).sphere("s", "strip", LEVEL)
    Image.new("L", (6 * 900, 900)).save(scan / "views" / "3.jpg", format="PNG")
    with pytest.raises(EnvError, match=r"3\.jpg is larger than any"):
        Images(folder).sphere("s", "views", LEVEL)


@pytest.mark.parametrize("shape", [(5, 8, 8, 3), (6, 8, 9, 3), (6, 8, 8, 4)])
def test_what_is_no_skybox_is_refused(shape):
    with pytest.raises(ValueError, match="six square"):
        Skybox(np.zeros(shape, np.uint8), LEVEL)

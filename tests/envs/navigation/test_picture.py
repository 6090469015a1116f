"""What is drawn and said over a picture: markers at their true directions, boxes around their objects."""

from __future__ import annotations

import json
import math
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from actions.navigation import GoTo
from envs.navigation import marks
from envs.navigation.angles import Direction
from envs.navigation.marks import OBJECT, PLACE, Frame, Marker, draw
from envs.navigation.objects import SeenObject
from envs.navigation.picture import Sight, beyond, panorama, panorama_height, tiles, tiles_height
from envs.navigation.places import Places
from envs.navigation.projection import Panorama
from envs.navigation.schema import Schema
from envs.navigation.synthetic.building import build
from envs.navigation.synthetic.paint import faces
from envs.navigation.synthetic.waypoints import graph
from envs.navigation.words import bearing, located
from envs.registry import make_env
from tests.envs.navigation.conftest import SEED


def at(picture, colour):
    """Where a colour is, as (row, column) pairs."""
    return np.argwhere((picture == np.array(colour)).all(axis=2))


@pytest.mark.parametrize("width", [224, 560, 1120])
def test_a_marker_is_at_its_true_direction(width):
    for degrees in (-130, -60, 0, 45, 120):
        where = Direction(math.radians(degrees), 0.1, 2.0)
        picture = panorama(Schema(), Sight(math.radians(20), [(7, where)], []), width)
        assert picture.shape == (panorama_height(width), width, 3)
        x, y = Panorama(math.radians(20), width, panorama_height(width)).place(where)
        row, column = at(picture, PLACE).mean(axis=0)
        assert (column, row) == pytest.approx((x, y), abs=3)


def test_markers_in_one_direction_do_not_cover_each_other():
    blank = np.zeros((252, 1120, 3), np.uint8)
    one = len(at(draw(blank, [Marker("1", 500, 126)], []), PLACE))
    both = draw(blank, [Marker("1", 500, 126), Marker("2", 505, 126), Marker("10", 1119, 126)], [])
    assert len(at(both, PLACE)) > 2.8 * one
    assert blank.max() == 0, "the picture itself is not drawn on"


def test_a_box_frames_its_object_and_goes_on_across_the_seam():
    one = SeenObject("67", "mirror", 0.5, 0.2, -0.2, 0.3)
    view = Panorama(0.0, 1120, 252)
    spots = at(panorama(Schema(), Sight(0.0, [], [("67", one)]), 1120), OBJECT)
    left, right = (view.place(Direction(0.5 + side, 0.0, 0))[0] for side in (-0.2, 0.2))
    assert spots[:, 1].min() == pytest.approx(left, abs=2)
    assert spots[:, 1].max() == pytest.approx(right, abs=2)
    behind = SeenObject("5", "door", math.pi, 0.3, -0.2, 0.3)
    columns = at(panorama(Schema(), Sight(0.0, [], [("5", behind)]), 1120), OBJECT)[:, 1]
    assert columns.min() <= 3
    assert columns.max() >= 1116
    below = SeenObject("9", "rug", 0.0, 0.3, -1.4, -1.0)
    rows = at(panorama(Schema(), Sight(0.0, [], [("9", below)]), 1120), OBJECT)[:, 0]
    assert rows.min() > 220, "what lies below is marked at the lower edge"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 13, 40])
def test_there_is_a_tile_for_each_candidate(count):
    places = [(k, Direction(2 * math.pi * k / max(count, 1), 0.0, 2.0)) for k in range(count)]
    picture = tiles(Schema(), Sight(0.0, places, [("3", SeenObject("3", "x", 0.1, 0.1, 0.0, 0.1))]), 1120)
    assert picture.shape == (tiles_height(1120), 1120, 3)
    assert bool(len(at(picture, PLACE))) == (count > 0)


seen = st.builds(
    lambda heading, half, low, high: SeenObject("1", "x", heading, half, low, max(low, high)),
    st.floats(-math.pi, math.pi), st.floats(0, math.pi), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5),
)  # fmt: skip


@given(st.lists(st.floats(-math.pi, math.pi), max_size=5), st.lists(seen, max_size=6), st.sampled_from([224, 1120]))
@settings(max_examples=40, deadline=None)
def test_every_listed_object_has_a_frame_in_a_tile(headings, objects, width):
    drawn = []

    def noted(picture, markers, frames):
        drawn.append((markers, frames))
        return picture

    labelled = [(str(k), one) for k, one in enumerate(objects)]
    places = [(k, Direction(heading, 0.1, 2.0)) for k, heading in enumerate(headings)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("envs.navigation.picture.draw", noted)
        tiles(Schema(), Sight(0.3, places, labelled), width)
    assert {frame.text for _, frames in drawn for frame in frames} == {label for label, _ in labelled}
    assert sorted(marker.text for markers, _ in drawn for marker in markers) == [str(number) for number, _ in places]
    assert all(markers or frames for markers, frames in drawn)
    assert all(frame.left < frame.right and frame.top < frame.bottom for _, frames in drawn for frame in frames)


def test_a_tile_of_an_object_is_centred_on_it():
    behind = SeenObject("5", "door", math.pi, 0.1, -0.1, 0.1)
    picture = tiles(Schema(), Sight(0.0, [(1, Direction(0.0, 0.0, 2.0))], [("5", behind)]), 1120)
    spots = at(picture, OBJECT)
    assert spots[:, 1].min() > 560, "the second tile, for turn(pi) is to the right"
    assert (spots[:, 1].min() + spots[:, 1].max()) / 2 == pytest.approx(840, abs=4)


def test_what_lies_outside_the_panorama_is_told():
    for low, high, words in [(0.8, 1.2, "above the picture"), (-1.4, -1.0, "below the picture"), (-1.4, 0.0, "")]:
        assert beyond(SeenObject("9", "rug", 2.0, 0.3, low, high), 1120) == words


def test_no_leader_line_crosses_a_number():
    """Whatever stands beside it, a disc looks as it does alone."""
    blank = np.zeros((252, 600, 3), np.uint8)
    crowd = [Marker(str(k), 300 + k, 126) for k in range(6)]
    taken = []
    together = draw(blank, crowd, [])
    pen = ImageDraw.Draw(Image.fromarray(blank))
    for marker in crowd:
        left, top, right, bottom = marks._disc(pen, (600, 252), marker, taken)
        alone = draw(blank, [Marker(marker.text, (left + right) / 2, (top + bottom) / 2)], [])
        inside = np.s_[math.ceil(top) + 6 : math.floor(bottom) - 5, math.ceil(left) + 8 : math.floor(right) - 7]
        assert np.abs(together[inside].astype(int) - alone[inside]).mean() < 12


def test_frames_and_labels_stay_inside_the_picture():
    frames = [Frame(str(k), -50.0 + 9 * k, 2.0, 2000.0, 60.0) for k in range(30)]
    assert draw(np.zeros((84, 300, 3), np.uint8), [Marker("123", -5, 500)], frames).shape == (84, 300, 3)


@pytest.mark.parametrize(
    ("degrees", "steep", "words"),
    [
        (0, 0, "straight ahead"), (-40, 0, "40° left"), (90, 0, "90° right"), (180, 0, "behind you"),
        (-170, 0, "behind you"), (30, 20, "30° right, up"), (5, -15, "straight ahead, down"),
    ],
)  # fmt: skip
def test_bearings_in_words(degrees, steep, words):
    heading = math.radians(77)
    where = Direction(heading + math.radians(degrees), math.radians(steep), 2.345)
    assert bearing(where, heading) == words
    assert located(where, heading) == f"{words}, 2.3 m"


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True), max_size=12))
def test_a_number_means_one_place_for_the_whole_episode(visits):
    places, first = Places("a"), {}
    for neighbours in visits:
        for viewpoint, number in zip(neighbours, places.arrive("a", neighbours), strict=True):
            assert first.setdefault(viewpoint, number) == number
    assert len(set(first.values())) == len(first)
    assert places.number("a") == 0
    assert len(places.lines()) == 2


def test_a_building_looks_the_same_painted_and_read_from_files(files, tmp_path):
    building = build(SEED)
    task = json.loads((files / "R2R" / "R2R_val_seen.json").read_text())[0]
    folder = tmp_path / "images" / building.scan
    folder.mkdir(parents=True)
    for viewpoint in task["path"][:2]:
        strip = np.concatenate(list(faces(building, graph(building).position(viewpoint), 64)), axis=1)
        Image.fromarray(strip).save(folder / f"{viewpoint}_skybox_small.jpg", quality=98, subsampling=0)
    shutil.copytree(files, tmp_path / "vln")
    true = make_env("R2R", data=str(tmp_path / "vln"), split="val_seen", images=str(tmp_path / "images"))
    drawn = make_env("Synthetic-R2R")
    name = {"task": f"{task['path_id']}_0"}
    pairs = [(true.reset(options=name)[0], drawn.reset(options=name)[0])]
    step = drawn.unwrapped.oracle()[1]
    assert isinstance(step, GoTo)
    pairs.append((true.step(step)[0], drawn.step(step)[0]))
    for one, other in pairs:
        assert one["text"] == other["text"]
        assert np.abs(one["image"].astype(int) - other["image"].astype(int)).mean() < 3

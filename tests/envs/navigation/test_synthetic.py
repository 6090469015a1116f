"""The synthetic buildings: what is told is true and enough, what is seen is where it is said to be."""

from __future__ import annotations

import dataclasses
import math
import random
import re

import numpy as np
import pytest

from envs.base import EnvError
from envs.navigation.angles import direction_of
from envs.navigation.projection import Panorama
from envs.navigation.skybox import Skybox
from envs.navigation.synthetic import paint
from envs.navigation.synthetic.building import TRAIN, UNSEEN, build, seed_of
from envs.navigation.synthetic.paint import ROTATION, faces
from envs.navigation.synthetic.route import Along, Finish, legs
from envs.navigation.synthetic.sights import goals, see
from envs.navigation.synthetic.tasks import PATHS, tasks
from envs.navigation.synthetic.waypoints import connectivity, graph
from envs.navigation.synthetic.world import Synthetic
from tests.envs.navigation.reader import Reader

SOME = (0, 1, 17, 42, 99, 150, 199, 200, 217, 239)


def test_there_are_200_buildings_to_train_on_and_40_others():
    assert (len(TRAIN), len(UNSEEN)) == (200, 40)
    assert not set(TRAIN) & set(UNSEEN)
    assert seed_of("synthetic-007") == 7
    for name in ("synthetic-240", "synthetic-7", "synthetic-0x1", "other", "synthetic-²²²"):
        with pytest.raises(EnvError, match="no synthetic building"):
            seed_of(name)


@pytest.mark.parametrize("seed", SOME)
def test_rooms_do_not_overlap_and_every_name_means_one_thing(seed):
    building = build(seed)
    assert len({room.kind for room in building.rooms}) == len(building.rooms) >= 6
    for k, one in enumerate(building.rooms):
        assert not any(one.area.meets(other.area) for other in building.rooms[:k])
        names = [piece.name for piece in building.pieces_in(k)]
        assert len(set(names)) == len(names)
    for number in range(1, len(building.rooms)):
        assert len(building.pieces_in(number)) >= 3
    for piece in building.pieces:
        area = building.rooms[piece.room].area
        assert area.grown(1e-6).holds(piece.area.x0, piece.area.y0)
        assert area.grown(1e-6).holds(piece.area.x1, piece.area.y1)


@pytest.mark.parametrize("seed", SOME)
def test_graphs_are_joined_and_no_way_leads_through_a_wall_or_furniture(seed):
    building, ways = build(seed), graph(build(seed))
    assert all(entry["included"] for entry in connectivity(building))
    assert len(ways.components()) == 1
    at_knee = np.array([0.0, 0.0, -1.3])  # over thresholds, under tables
    for here in ways.ids:
        assert not any(
            piece.area.grown(0.1).holds(*ways.position(here)[:2])
            for piece in building.pieces
            if not piece.hung and piece.room != 0
        )
        ends = np.array([ways.position(other) for other in ways.neighbours(here)])
        assert building.clear(ways.position(here), ends).all()
        assert building.clear(ways.position(here) + at_knee, ends + at_knee).all()
    assert {building.room_at(*ways.position(one)[:2]) for one in ways.ids} == set(range(len(building.rooms)))


@pytest.mark.parametrize("seed", SOME)
def test_a_reader_who_follows_an_instruction_arrives(seed):
    building, ways = build(seed), graph(build(seed))
    found = tasks("R2R", seed)
    assert len(found) == 3 * PATHS
    for one in found:
        assert Reader(building, one.path[0], one.heading).follow(one.text) == one.path[-1], one.text
        assert ways.shortest_path(one.path[0], one.path[-1]) == one.path
        assert one.distance == pytest.approx(ways.distance(one.path[0], one.path[-1]))


@pytest.mark.slow
def test_a_reader_arrives_in_every_building():
    for seed in (*TRAIN, *UNSEEN):
        for one in tasks("R2R", seed):
            assert Reader(build(seed), one.path[0], one.heading).follow(one.text) == one.path[-1], one.id


def test_a_reader_is_lost_when_left_and_right_are_exchanged():
    lost = told = 0
    for seed in SOME:
        for one in tasks("R2R", seed):
            text = one.text.replace("left", "\0").replace("right", "left").replace("\0", "right")
            if text == one.text or "on your" in text.partition(".")[0]:
                continue
            told += 1
            try:
                lost += Reader(build(seed), one.path[0], one.heading).follow(text) != one.path[-1]
            except (AssertionError, IndexError):
                lost += 1
    assert told > 50
    assert lost == told


@pytest.mark.parametrize("seed", SOME[:5])
def test_what_an_instruction_refers_to_is_one_object_that_is_seen_at_the_end(seed):
    building, found = build(seed), tasks("REVERIE", seed)
    assert len(found) == 3 * PATHS
    for one in found:
        piece = next(piece for piece in building.pieces if piece.id == one.target)
        assert piece.name in one.text
        assert building.rooms[piece.room].kind in one.text
        assert one.path[-1] in goals(building, piece)
        assert math.dist(piece.area.middle, graph(building).position(one.path[-1])[:2]) < 4


@pytest.mark.parametrize("seed", SOME)
def test_what_is_passed_and_what_one_stops_at_can_be_seen_from_the_path(seed):
    building, ways, passed = build(seed), graph(build(seed)), 0
    for one in tasks("R2R", seed)[::3]:
        end = next(leg.piece for leg in legs_of(building, one) if isinstance(leg, Finish))
        assert see(building, one.path[-1], end) is not None
        for leg in legs_of(building, one):
            if isinstance(leg, Along) and leg.passed is not None:
                area = leg.passed.area.grown(0.02)
                middle = np.array([[*area.middle, (leg.passed.low + leg.passed.high) / 2]])
                eyes = [ways.position(place) for place in one.path]
                assert any(building.clear(eye, middle, leg.passed.id).all() for eye in eyes), one.text
                passed += 1
    assert passed or seed not in SOME[:2]


def legs_of(building, one):
    name = re.search(r"the ([a-z ]+)\.$", one.text)[1]
    room = building.room_at(*graph(building).position(one.path[-1])[:2])
    piece = next(piece for piece in building.pieces_in(room) if piece.name == name)
    return legs(building, one.path, one.heading, piece)


def look(building, eye, width=560):
    return Skybox(faces(building, eye, 128), ROTATION).look(Panorama(0.0, width, 126).rays()).astype(int)


@pytest.mark.parametrize("seed", SOME[:4])
def test_things_are_painted_in_the_directions_they_are_said_to_be_in(seed):
    """Take a thing away: what changes in the picture lies within its box, from every place it is seen from."""
    building, rng = build(seed), random.Random(seed)
    view, checked = Panorama(0.0, 560, 126), 0
    for piece in rng.sample([one for one in building.pieces if not one.on and one.room], 3):
        without = dataclasses.replace(
            building, pieces=tuple(one for one in building.pieces if one is not piece and one.on != piece.name)
        )
        for viewpoint in sorted(goals(building, piece))[:2]:
            if any(other.on == piece.name for other in building.pieces_in(piece.room)):
                continue
            eye, seen = graph(building).position(viewpoint), see(building, viewpoint, piece)
            changed = np.argwhere(np.abs(look(building, eye) - look(without, eye)).max(axis=2) > 24)
            x, _ = view.place(seen.middle)
            half = seen.half_width * view.focal + 3
            top, bottom = (view.place(seen.middle._replace(elevation=edge))[1] for edge in (seen.high, seen.low))
            if bottom < 5 or top > view.height - 5:
                continue  # wholly above or below the picture
            assert len(changed) > 3, piece.name
            for row, column in changed:
                assert abs(math.remainder(column + 0.5 - x, view.width)) <= half, piece.name
                assert top - 3 <= row + 0.5 <= bottom + 3, piece.name
            checked += 1
    assert checked


def test_what_is_not_painted_behind_walls_could_not_be_seen(monkeypatch):
    for seed in SOME[:3]:
        building = build(seed)
        for viewpoint in random.Random(seed).sample(graph(building).ids, 3):
            eye = graph(building).position(viewpoint)
            with monkeypatch.context() as patch:
                few = faces(building, eye, 64)
                patch.setattr(paint, "visible_rooms", lambda b, x, y: frozenset(range(len(b.rooms))))
                assert (faces(building, eye, 64) == few).all()


def test_nothing_is_seen_through_a_wall_or_from_afar():
    for seed in SOME[:4]:
        building, ways = build(seed), graph(build(seed))
        for piece in building.pieces[:12]:
            for viewpoint in goals(building, piece):
                x, y, _ = ways.position(viewpoint)
                near = (min(max(x, piece.area.x0), piece.area.x1), min(max(y, piece.area.y0), piece.area.y1))
                assert math.dist(near, (x, y)) <= 3.0
                seen = see(building, viewpoint, piece)
                middle = np.array([*piece.area.middle, (piece.low + piece.high) / 2])
                towards = direction_of(middle - ways.position(viewpoint))
                assert abs(math.remainder(towards.heading - seen.heading, 2 * math.pi)) <= seen.half_width + 1e-6
                assert seen.low - 1e-6 <= towards.elevation <= seen.high + 1e-6


def test_a_building_is_the_same_whenever_it_is_made():
    build.cache_clear()
    first = build(5)
    build.cache_clear()
    again = build(5)
    assert first is not again
    assert (first.plan, first.shells) == (again.plan, again.shells)
    assert [dataclasses.astuple(one) for one in first.pieces] == [dataclasses.astuple(one) for one in again.pieces]
    assert graph(first).ids == graph(again).ids
    assert (faces(first, np.array([*first.rooms[1].area.middle, 1.5]), 32)
            == faces(again, np.array([*again.rooms[1].area.middle, 1.5]), 32)).all()  # fmt: skip


def test_the_world_finds_what_it_draws_and_refuses_what_is_not_there():
    world = Synthetic("REVERIE", "unseen")
    one = world.draw(np.random.default_rng(1))
    assert world.find(one.id) == one
    assert seed_of(one.scan) in UNSEEN
    for name in ("1", "24001_1", "99999999999_1", "-1_2", "²_1", ""):
        with pytest.raises(EnvError, match="no instruction"):
            world.find(name)
    with pytest.raises(EnvError, match="no object '77777'"):
        world.goals(one.scan, "77777")
    with pytest.raises(EnvError, match="no viewpoint 'x'"):
        world.sphere(one.scan, "x")

"""The graphs: all 90 scans as they are known to be, and what is refused."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.base import EnvError
from envs.navigation.angles import (
    STEP,
    Direction,
    compass,
    direction_of,
    elevation_of,
    heading_of,
    ray_of,
    turn,
    view_of,
)
from envs.navigation.candidates import candidates, navigable
from envs.navigation.graph import graph_of, load_graph

angle = st.floats(-20, 20)


def entry(name, x=0.0, y=0.0, z=1.5, ways=(), included=True):
    pose = [1, 0, 0, x, 0, 0, 1, y, 0, -1, 0, z, 0, 0, 0, 1]
    ways = list(ways)
    return {
        "image_id": name, "pose": pose, "included": included, "height": 1.5, "unobstructed": ways, "visible": ways,
    }  # fmt: skip


def line(*points):
    """Viewpoints a, b, c… each joined to the next."""
    names = "abcdefghij"[: len(points)]
    return [
        entry(name, *point, ways=[abs(k - other) == 1 for other in range(len(points))])
        for k, (name, point) in enumerate(zip(names, points, strict=True))
    ]


@pytest.fixture
def scans(data):
    folder = data / "vln" / "connectivity"
    if not folder.is_dir():
        pytest.skip(f"no graphs at {folder}")
    return [load_graph(folder, scan) for scan in (folder / "scans.txt").read_text().split()]


def test_the_ninety_scans_have_the_viewpoints_and_ways_they_are_known_for(scans):
    assert len(scans) == 90
    assert sum(len(graph.ids) for graph in scans) == 10_567
    assert sum(len(graph.neighbours(one)) for graph in scans for one in graph.ids) == 42_936
    assert all(graph.has_edge(b, a) for graph in scans for a in graph.ids for b in graph.neighbours(a))
    split = {graph.scan: len(graph.components()) for graph in scans}
    assert {scan: pieces for scan, pieces in split.items() if pieces > 1} == {
        "B6ByNegPMKs": 4, "JF19kD82Mey": 2, "PuKPg4mmafe": 2, "SN83YJsR3w2": 2, "q9vSo1VnCiC": 2, "r1Q1Z4BcV1o": 2,
    }  # fmt: skip


def test_every_candidate_of_every_scan_is_in_a_view_within_fifteen_degrees(scans):
    counts, rows, far = [], [], 0.0
    for graph in scans:
        for viewpoint in graph.ids:
            found = candidates(graph, viewpoint)
            assert [one.viewpoint for one in found] == list(graph.neighbours(viewpoint))
            counts.append(len(found))
            for one in found:
                off = abs(turn(one.direction.heading - heading_of(one.view)))
                rows.append(one.view // 12)
                assert off <= math.radians(15) + 1e-9
                far = max(far, one.direction.distance)
                # A row further away in elevation is never chosen.
                assert all(
                    abs(one.direction.elevation - elevation_of(one.view))
                    <= abs(one.direction.elevation - elevation_of(row * 12)) + 1e-9
                    for row in range(3)
                )
    assert sum(counts) == 42_936
    assert max(counts) == 13
    assert 0.9 < rows.count(1) / len(rows) < 0.99
    assert far < 20


def test_the_val_unseen_scans_have_the_known_mean_of_candidates(scans, data):
    paths = json.loads((data / "vln" / "R2R" / "R2R_val_unseen.json").read_text())
    names = {one["scan"] for one in paths}
    graphs = [graph for graph in scans if graph.scan in names]
    counts = [len(graph.neighbours(one)) for graph in graphs for one in graph.ids]
    assert len(counts) == 952
    assert round(sum(counts) / len(counts), 2) == 3.90
    by_name = {graph.scan: graph for graph in graphs}
    for one in paths[:200]:
        graph, path = by_name[one["scan"]], one["path"]
        assert sum(graph.edge(a, b) for a, b in pairwise(path)) == pytest.approx(one["distance"], abs=0.006)


def test_a_way_between_isolated_pieces_is_infinite_and_no_path(scans):
    graph = next(graph for graph in scans if graph.scan == "JF19kD82Mey")
    large, small = graph.components()
    a, b = min(large), min(small)
    assert graph.distance(a, b) == math.inf
    with pytest.raises(EnvError, match=f"JF19kD82Mey.*{a}.*{b}"):
        graph.shortest_path(a, b)
    assert np.isfinite(graph.distances[graph.index(a), [graph.index(one) for one in large]]).all()


def test_distances_follow_the_graph_and_excluded_viewpoints_are_no_part_of_it():
    entries = line((0, 0), (0, 3), (4, 3), (4, 0))
    graph = graph_of("s", entries, "file")
    assert graph.distance("a", "d") == pytest.approx(10)
    assert graph.edge("a", "d") == pytest.approx(4)
    assert graph.shortest_path("a", "d") == ("a", "b", "c", "d")
    assert graph.shortest_path("a", "a") == ("a",)
    entries[1]["included"] = False
    graph = graph_of("s", entries, "file")
    assert graph.ids == ("a", "c", "d")
    assert "b" not in graph
    assert graph.distance("a", "d") == math.inf
    with pytest.raises(EnvError, match="scan s has no viewpoint 'b'"):
        graph.position("b")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda e: e[1].pop("pose"), r"entry 1 \(b\): the pose is not 16 numbers"),
        (lambda e: e[1].update(pose=[float("nan")] * 16), "pose is not 16 numbers"),
        (lambda e: e[0]["unobstructed"].append(True), "unobstructed is not 3 times"),
        (lambda e: e[0].update(unobstructed=[False, 1, False]), "unobstructed"),
        (lambda e: e[2].pop("included"), "included or height is missing"),
        (lambda e: e[2].update(image_id="../x"), "no name of a viewpoint"),
        (lambda e: e[2].update(image_id="\x1b]0;x\x07"), "entry 2: the image_id is no name of a viewpoint"),
        (lambda e: e[1].update(height=10**400), r"entry 1 \(b\): included or height"),
        (lambda e: e[1].update(pose=[-(10**400)] * 16), "pose is not 16 numbers"),
        (lambda e: e[2].update(image_id=7), "entry 2 is no viewpoint"),
        (lambda e: e[2].update(image_id="a"), "names a viewpoint twice"),
        (lambda e: e[0].update(unobstructed=[False, False, False]), "from b to a but not back"),
    ],
)
def test_a_broken_graph_is_refused_with_its_place(spoil, message):
    entries = line((0, 0), (0, 3), (4, 3))
    spoil(entries)
    with pytest.raises(EnvError, match=message):
        graph_of("s", entries, "the/file.json")


def test_missing_and_unreadable_files_are_named(tmp_path):
    with pytest.raises(EnvError, match="no graph of scan nowhere.*nowhere_connectivity.json is missing"):
        load_graph(tmp_path, "nowhere")
    (tmp_path / "x_connectivity.json").write_text("[1, ")
    with pytest.raises(EnvError, match="x_connectivity.json cannot be read"):
        load_graph(tmp_path, "x")
    (tmp_path / "deep_connectivity.json").write_text("[" * 200_000)
    with pytest.raises(EnvError, match="deep_connectivity.json cannot be read"):
        load_graph(tmp_path, "deep")
    (tmp_path / "y_connectivity.json").write_text("{}")
    with pytest.raises(EnvError, match="y_connectivity.json holds no list"):
        load_graph(tmp_path, "y")
    with pytest.raises(EnvError, match="no name of a scan"):
        load_graph(tmp_path, "../secret")


def test_headings_go_clockwise_from_y():
    assert direction_of(np.array([0.0, 2.0, 0.0])) == Direction(0.0, 0.0, 2.0)
    assert direction_of(np.array([2.0, 0.0, 0.0])).heading == pytest.approx(math.pi / 2)
    assert direction_of(np.array([-2.0, 0.0, 0.0])).heading == pytest.approx(3 * math.pi / 2)
    assert direction_of(np.array([0.0, 1.0, 1.0])).elevation == pytest.approx(math.pi / 4)


@given(angle, st.floats(-1.5, 1.5))
def test_a_direction_and_its_ray_mean_the_same(heading, elevation):
    found = direction_of(ray_of(heading, elevation))
    assert turn(found.heading - heading) == pytest.approx(0, abs=1e-6)
    assert found.elevation == pytest.approx(elevation, abs=1e-9)


@given(angle)
def test_turns_are_small_and_compass_headings_not_negative(value):
    assert -math.pi < turn(value) <= math.pi
    assert 0 <= compass(value) < 2 * math.pi
    assert math.cos(turn(value)) == pytest.approx(math.cos(compass(value)))


@given(st.integers(0, 35))
def test_a_view_is_the_one_that_looks_at_its_own_middle(view):
    assert view_of(heading_of(view), elevation_of(view)) == view
    assert view_of(heading_of(view) + 0.4 * STEP, elevation_of(view)) == view


def test_only_what_is_within_forty_degrees_is_navigable_nearest_to_the_middle_first():
    ways = [[False, True, True, True]] + [[True, False, False, False]] * 3
    points = [(0, 0), (0.1, 3), (2, 3), (3, 0.1)]
    graph = graph_of("s", [entry("abcd"[k], *points[k], ways=ways[k]) for k in range(4)], "file")
    assert [one.viewpoint for one in navigable(graph, "a", 0.0, 0.0)] == ["b", "c"]
    assert [one.viewpoint for one in navigable(graph, "a", math.radians(30), 0.0)] == ["c", "b"]
    assert {one.viewpoint for one in navigable(graph, "a", math.pi, 0.0)} == set()
    assert len(navigable(graph, "a", math.pi, 0.0, restricted=False)) == 3

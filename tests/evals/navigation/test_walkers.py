"""The agents that see nothing."""

from __future__ import annotations

import math
from itertools import groupby

import pytest

from envs.base import EnvError
from evals.navigation.benchmarks import R2R
from evals.navigation.score import score
from evals.navigation.walkers import FORWARD, WALKERS, walk
from tests.evals.navigation.town import Town, instruction

TOWN = Town("R2R", [])
GRAPH = TOWN.graph("town")


@pytest.mark.parametrize("walker", WALKERS)
@pytest.mark.parametrize("path", ["abd", "ecab", "z", "xy"])
def test_every_walk_can_be_walked(walker: str, path: str) -> None:
    one = instruction(path)
    if one.hidden and walker in ("shortest_path", "reference"):
        with pytest.raises(EnvError, match="not public"):
            walk(walker, one, GRAPH, seed=3)
        return
    taken = walk(walker, one, GRAPH, seed=3)
    found = score(R2R, TOWN, one, taken)
    assert found.problem == ""
    assert walk(walker, one, GRAPH, seed=3) == taken
    if walker in ("shortest_path", "reference"):
        assert found.values["SR"] == 1


def test_the_shortest_path_is_not_the_reference() -> None:
    one = instruction("acabd")
    assert walk("shortest_path", one, GRAPH).viewpoints == list("abd")
    assert walk("reference", one, GRAPH).viewpoints == list("acabd")


def test_going_straight() -> None:
    north = walk("straight", instruction("abd"), GRAPH)
    # Where nothing lies ahead it turns right until something does, and keeps that heading.
    assert [viewpoint for viewpoint, _ in groupby(north.viewpoints)] == list("acecac")
    assert north.poses[3].heading == pytest.approx(math.radians(30))
    east = walk("straight", instruction("abd", heading=math.pi / 2), GRAPH)
    assert east.viewpoints[1] == "b"
    assert len(list(groupby(east.viewpoints))) == 1 + FORWARD


def test_a_place_without_ways_ends() -> None:
    assert set(walk("straight", instruction("z"), GRAPH).viewpoints) == {"z"}


def test_chance_is_the_seeds() -> None:
    headings = {walk("random", instruction("abd"), GRAPH, seed).poses[1].heading for seed in range(30)}
    assert len(headings) > 6


def test_no_way_is_an_error() -> None:
    with pytest.raises(EnvError, match="no way from a to x"):
        walk("shortest_path", instruction("ax"), GRAPH)

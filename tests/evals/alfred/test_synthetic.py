"""Drawn tasks: by turns of the seven types, never done already, and reachable by the planner."""

from __future__ import annotations

import random

import pytest

from envs.base import EnvError
from evals.alfred.goals import TASK_TYPES, World, conditions, tally, total
from evals.alfred.planner import plan
from evals.alfred.synthetic import Sketch, draw, said, sketch, words
from tests.evals.alfred.test_planner import kitchen


def test_the_types_take_turns_and_the_seed_decides() -> None:
    assert [sketch(seed).task_type for seed in range(14)] == [*TASK_TYPES, *TASK_TYPES]
    assert [sketch(seed) for seed in range(30)] == [sketch(seed) for seed in range(30)]
    assert {sketch(seed).sliced for seed in range(200)} == {True, False}


def test_what_is_drawn_can_be_done_and_is_not_done_yet() -> None:
    objects = list(kitchen().things.values())
    drawn = 0
    for seed in range(60):
        sketched = sketch(seed)
        try:
            goal, instruction = draw(seed, sketched, objects)
        except EnvError:
            continue
        drawn += 1
        met, of = tally(conditions(goal, World(objects)))
        assert met < of == sketched.conditions == total(goal)
        assert plan(goal, objects)
        assert said(goal.object_target) in instruction
        assert (goal, instruction) == draw(seed, sketched, objects)
    assert drawn > 10


def test_a_room_that_offers_nothing_says_so() -> None:
    with pytest.raises(EnvError, match="FloorPlan1 offers no task of the type pick_heat"):
        draw(0, Sketch("pick_heat_then_place_in_recep", "FloorPlan1", False), [])


def test_how_types_are_spoken() -> None:
    assert [said(name) for name in ("CounterTop", "CD", "SinkBasin", "Mug", "")] == [
        "counter top", "CD", "sink", "mug", "",
    ]  # fmt: skip
    for seed in range(7):
        objects = list(kitchen().things.values())
        try:
            goal, _ = draw(seed, sketch(seed), objects)
        except EnvError:
            continue
        assert "{" not in words(goal, random.Random(0))

"""Recorded steps as actions of the phone: the limit between tap and swipe, directions, statuses."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actions.android import Click, Done, Press, Swipe, TypeText, android_space
from actions.point import Point
from envs.base import EnvError
from envs.replay.gold import gold_action, is_tap
from tests.envs.replay.test_check import tap

UNIT = st.floats(0, 1)


def test_a_gesture_of_exactly_the_limit_is_a_tap_at_the_touch():
    step = tap("", at=(0.0, 0.25), lift=(0.04, 0.25))
    assert is_tap(step)
    assert gold_action(step) == Click(point=Point(0.25, 0.0))
    assert gold_action(tap("", at=(0.0, 0.25), lift=(0.0400001, 0.25))) == Swipe(direction="down")


@pytest.mark.parametrize(
    ("lift", "direction"),
    [((0.1, 0.5), "up"), ((0.9, 0.5), "down"), ((0.5, 0.1), "left"), ((0.5, 0.9), "right"), ((0.25, 0.25), "up")],
)
def test_a_swipe_goes_where_the_finger_went(lift, direction):
    assert gold_action(tap("", lift=lift)) == Swipe(direction=direction)


@pytest.mark.parametrize(
    ("action", "gold"),
    [
        (3, TypeText(text="")), (5, Press(button="Back")), (6, Press(button="Home")), (7, Press(button="Enter")),
        (10, Done(status="success")), (11, Done(status="failure")),
    ],
)  # fmt: skip
def test_every_other_id_is_one_action(action, gold):
    assert gold_action(tap("", action=action, at=(-1.0, -1.0))) == gold


def test_an_unknown_id_is_no_action():
    with pytest.raises(EnvError, match="no known action: 9"):
        gold_action(tap("", action=9))


@given(UNIT, UNIT, UNIT, UNIT)
def test_every_gesture_is_an_action_of_the_phone(y, x, lift_y, lift_x):
    step = tap("", at=(y, x), lift=(lift_y, lift_x))
    action = gold_action(step)
    assert android_space().contains(action)
    assert isinstance(action, Click) == is_tap(step)


@given(UNIT, UNIT, UNIT, UNIT)
def test_the_way_back_of_a_swipe_is_the_opposite(y, x, lift_y, lift_x):
    there = tap("", at=(y, x), lift=(lift_y, lift_x))
    assume(not is_tap(there))
    back = gold_action(tap("", at=(lift_y, lift_x), lift=(y, x)))
    opposite = {"up": "down", "down": "up", "left": "right", "right": "left"}
    action = gold_action(there)
    assert isinstance(action, Swipe)
    assert back == Swipe(direction=opposite[action.direction])

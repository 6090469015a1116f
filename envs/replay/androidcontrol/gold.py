"""What was done, as an action of a phone."""

from __future__ import annotations

from typing import assert_never

from actions.android import Click, LongPress, OpenApp, Press, Swipe, TypeText, Wait
from actions.point import Point
from actions.screen import Direction
from actions.space import Action
from envs.base import EnvError
from envs.replay.androidcontrol.screen import Screen, fractions
from envs.replay.androidcontrol.step import AndroidControlStep

OPPOSITE: dict[Direction, Direction] = {"up": "down", "down": "up", "left": "right", "right": "left"}


def finger(step: AndroidControlStep) -> Direction:
    """Which way the finger goes in a swipe: against the set's direction, on both axes.

    The set's own words show it. Of the instructions that say swipe, which is what a finger does, and a way along the
    same axis, 419 of 439 under "down" say up, 23 of 32 under "up" say down, 70 of 85 under "right" say left, and 21 of
    22 under "left" say right.
    The coordinates in the JSONL follow this up and down, but not left and right (a comment in its evaluator, UI-S1
    qwenvl_utils.py, takes the vertical ones for the mistake), so they are not used.
    """
    assert step.direction is not None
    return OPPOSITE[step.direction]


def gold_action(step: AndroidControlStep, screen: Screen) -> Action:
    """The action of a step, points in [0, 1]. Raises EnvError for a button no phone has."""
    point, _ = fractions(step, screen)
    match step.kind:
        case "click":
            return Click(_at(point))
        case "long_press":
            return LongPress(_at(point), min(max(step.seconds, 0.5), 10.0))
        case "swipe":
            return Swipe(finger(step))
        case "type":
            return TypeText(step.text)
        case "open":
            return OpenApp(step.text)
        case "wait":
            return Wait(min(max(step.seconds, 0.0), 5.0))
        case "system_button":
            return _press(step)
        case _:
            assert_never(step.kind)


def _at(point: tuple[float, float] | None) -> Point:
    assert point is not None
    return Point(*point)


def _press(step: AndroidControlStep) -> Press:
    match step.button.strip().casefold():
        case "back":
            return Press("Back")
        case "home":
            return Press("Home")
        case "enter":
            return Press("Enter")
        case _:
            raise EnvError(f"step {step.step_id}: there is no button {step.button!r}")

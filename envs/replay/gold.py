"""What a recorded person did, as an action of the phone's action space."""

from __future__ import annotations

import math
from typing import Literal

from actions.android import AndroidAction, Click, Done, Press, Swipe, TypeText
from actions.point import Point
from envs.base import EnvError
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, PRESS_ENTER, PRESS_HOME, TYPE, AitzStep

TAP = 0.04
"""A gesture that ends so near to where it began is a tap: the distance is in fractions of the picture, and inclusive
(google-research android_in_the_wild/action_matching.py, and everyone after it)."""


def is_tap(step: AitzStep) -> bool:
    """Whether a step is a tap; False for a swipe and for what is no gesture."""
    return step.action == DUAL_POINT and math.dist(step.touch, step.lift) <= TAP


def direction_of(step: AitzStep) -> Literal["up", "down", "left", "right"]:
    """Where the finger of a swipe went: along the longer of the two axes, up and down where they are equal."""
    dy, dx = step.lift[0] - step.touch[0], step.lift[1] - step.touch[1]
    if abs(dy) >= abs(dx):
        return "up" if dy < 0 else "down"
    return "left" if dx < 0 else "right"


def gold_action(step: AitzStep) -> AndroidAction:
    """The recorded action, from the result fields alone.

    A tap is at the point of touch, and a swipe has no place: no rule-set asks for one. Raises EnvError for an id
    that Android-in-the-Zoo does not have; the loader lets none through.
    """
    match step.action:
        case action if action == TYPE:
            return TypeText(text=step.text)
        case action if action == DUAL_POINT:
            if is_tap(step):
                return Click(point=Point(x=step.touch[1], y=step.touch[0]))
            return Swipe(direction=direction_of(step))
        case action if action == PRESS_BACK:
            return Press(button="Back")
        case action if action == PRESS_HOME:
            return Press(button="Home")
        case action if action == PRESS_ENTER:
            return Press(button="Enter")
        case action if action == COMPLETE:
            return Done(status="success")
        case action if action == IMPOSSIBLE:
            return Done(status="failure")
        case _:
            raise EnvError(f"step {step.step_id} of episode {step.episode_id} has no known action: {step.action}")

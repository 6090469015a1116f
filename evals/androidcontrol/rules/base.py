"""What a rule-set is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, assert_never

from actions.android import (
    AndroidAction,
    Answer,
    ClearText,
    Click,
    Done,
    DoubleTap,
    Drag,
    HandOver,
    LongPress,
    OpenApp,
    Press,
    Swipe,
    TypeSecret,
    TypeText,
    Wait,
)
from actions.call import show
from actions.point import Point
from actions.screen import Direction
from actions.space import Action
from envs.replay.androidcontrol.gold import finger
from envs.replay.androidcontrol.screen import Screen, fractions
from envs.replay.androidcontrol.step import AndroidControlStep


@dataclass(frozen=True, slots=True)
class Gold:
    """A recorded step in fractions of the screen: point (x, y), boxes (left, top, right, bottom)."""

    step: AndroidControlStep
    screen: Screen
    point: tuple[float, float] | None
    boxes: tuple[tuple[float, float, float, float], ...]

    @classmethod
    def of(cls, step: AndroidControlStep, screen: Screen) -> Gold:
        point, boxes = fractions(step, screen)
        return cls(step, screen, point, tuple((a, b, c, d) for a, b, c, d in boxes))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the kind of action is right, and whether all of it is. What is exact is of the right kind."""

    type: bool
    exact: bool
    reason: str = field(default="", compare=False)
    """A short clause for a person; it may quote the prediction."""


def missed(gold: Gold, action: Action) -> Verdict:
    """The verdict on another kind of action than the one recorded."""
    return Verdict(False, False, f"{kind_of(action)} for {gold.step.kind}")


def alike(exact: bool, given: str, expected: str) -> Verdict:
    """The verdict on an action of the right kind, by its argument."""
    return Verdict(True, exact, f"{show(given)} for {show(expected)}")


ROUNDING = 1e-9
"""What an edge or a limit gives way: points that went through decimals come back a last digit off."""


class Rules(Protocol):
    """A rule-set: pure, and no two rule-sets bear one name. Where its rules change, its version does."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """The commit of the source that the rules are read from; of our own rules, a number."""
        ...

    @property
    def summary(self) -> str:
        """The rules in a sentence, for reports."""
        ...

    def judge(self, gold: Gold, action: Action) -> Verdict:
        """The verdict on what was predicted for a step. What is no action is of no right kind, under any rules."""
        ...


def kind_of(action: Action) -> str:
    """What AndroidControl calls an action; what it has no name for keeps its own."""
    known: AndroidAction = action  # type: ignore[assignment]  # the space is closed
    match known:
        case Click() | LongPress() | Wait():
            return action.name
        case Swipe() | Drag():
            return "swipe"
        case TypeText() | TypeSecret():
            return "type"
        case OpenApp():
            return "open"
        case Press():
            return "system_button"
        case DoubleTap() | ClearText() | HandOver() | Answer() | Done():
            return action.name
        case _:
            assert_never(known)


def point_of(action: Action) -> Point:
    """Where a click or a long press lands."""
    assert isinstance(action, Click | LongPress)
    return action.point


def text_of(action: Action) -> str:
    """What is typed, or the app that is opened; a secret is no text."""
    if isinstance(action, TypeText):
        return action.text
    return action.app if isinstance(action, OpenApp) else ""


def finger_of(action: Action) -> Direction:
    """Which way the finger goes; of a drag, along its longer side, measured in fractions of the screen."""
    if isinstance(action, Swipe):
        return action.direction
    assert isinstance(action, Drag)
    across, down = action.end.x - action.start.x, action.end.y - action.start.y
    if abs(across) > abs(down):
        return "right" if across > 0 else "left"
    return "down" if down > 0 else "up"


def same_button(gold: Gold, action: Action) -> Verdict:
    """By whether the same button is pressed, whatever the case of its name."""
    assert isinstance(action, Press)
    return alike(action.button.casefold() == gold.step.button.strip().casefold(), action.button, gold.step.button)


def same_way(gold: Gold, action: Action) -> Verdict:
    """By whether the finger goes the recorded way."""
    way, expected = finger_of(action), finger(gold.step)
    return Verdict(True, way == expected, f"the finger goes {way} for {expected}")


def within(away: float, far: float, of: str = "") -> Verdict:
    """By whether a point is near enough: distances in fractions of the screen, or of what `of` says."""
    near = away <= far + ROUNDING
    return Verdict(True, near, f"{away:.3f}{of} from the point, {'at most' if near else 'more than'} {far:g}")

"""The actions of a phone: the UI operations of the Qwen2-VL report (arXiv 2409.12191, A.4) and what a phone adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from actions.point import Point
from actions.screen import Answer as Answer
from actions.screen import Click as Click
from actions.screen import Direction
from actions.screen import Done as Done
from actions.screen import Drag as Drag
from actions.screen import TypeSecret as TypeSecret
from actions.screen import TypeText as TypeText
from actions.screen import Wait as Wait
from actions.space import Action, ActionSpace, Within


@dataclass(frozen=True, slots=True)
class LongPress(Action, name="long_press"):
    """Press at a point and hold."""

    point: Point
    seconds: Annotated[float, Within(0.5, 10)] = 1.0


@dataclass(frozen=True, slots=True)
class DoubleTap(Action, name="double_tap"):
    """Tap twice, quickly, at a point."""

    point: Point


@dataclass(frozen=True, slots=True)
class Swipe(Action, name="swipe"):
    """Move a finger over the screen: up shows what is further down."""

    direction: Direction
    point: Annotated[Point | None, "where it begins, if not in the middle"] = None


@dataclass(frozen=True, slots=True)
class ClearText(Action, name="clear_text"):
    """Empty the text field that has the focus."""


@dataclass(frozen=True, slots=True)
class Press(Action, name="press"):
    """Press a button of the phone."""

    button: Literal["Back", "Home", "Enter", "Recents", "VolumeUp", "VolumeDown"]


@dataclass(frozen=True, slots=True)
class OpenApp(Action, name="open_app"):
    """Open an app by the name under its icon."""

    app: str


@dataclass(frozen=True, slots=True)
class HandOver(Action, name="hand_over"):
    """Ask the person to take over: to log in, to solve a captcha, or where the screen may not be seen."""

    reason: str


TouchAction = Click | LongPress | DoubleTap | Swipe | Drag
AndroidAction = TouchAction | TypeText | TypeSecret | ClearText | Press | OpenApp | Wait | HandOver | Answer | Done


def android_space(*, secrets: bool = False) -> ActionSpace:
    """Everything a person can do on a phone; secrets only where there are any."""
    kinds: list[type[Action]] = [
        Click, LongPress, DoubleTap, Swipe, Drag, TypeText, TypeSecret, ClearText, Press, OpenApp, Wait, HandOver,
        Answer, Done,
    ]  # fmt: skip
    if not secrets:
        kinds.remove(TypeSecret)
    return ActionSpace(kinds)

"""What a person does at any screen, be it a browser's or a phone's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from actions.point import Point
from actions.space import Action, Within

Direction = Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class Click(Action, name="click"):
    """Click, or tap, at a point."""

    point: Point


@dataclass(frozen=True, slots=True)
class Drag(Action, name="drag"):
    """Press at one point, move to another, and let go."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class TypeText(Action, name="type"):
    """Type text into the field that has the focus; click the field first."""

    text: str
    submit: Annotated[bool, "press Enter at the end"] = False


@dataclass(frozen=True, slots=True)
class TypeSecret(Action, name="type_secret"):
    """Type a secret, known to you only by its label, into the field that has the focus."""

    secret: Annotated[str, "the label of the secret"]


@dataclass(frozen=True, slots=True)
class Wait(Action, name="wait"):
    """Wait for the screen to change."""

    seconds: Annotated[float, Within(0, 5)] = 1.0


@dataclass(frozen=True, slots=True)
class Answer(Action, name="answer"):
    """Tell the person the answer to their question."""

    text: str


@dataclass(frozen=True, slots=True)
class Done(Action, name="done"):
    """End the task."""

    status: Literal["success", "failure"] = "success"

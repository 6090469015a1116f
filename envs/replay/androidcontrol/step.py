"""One step of AndroidControl as its files tell it: nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actions.screen import Direction

Kind = Literal["click", "long_press", "swipe", "type", "open", "wait", "system_button"]
KINDS: tuple[Kind, ...] = ("click", "long_press", "swipe", "type", "open", "wait", "system_button")
Pixels = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class AndroidControlStep:
    """A step of a recorded episode; coordinates are pixels of the phone's screen."""

    step_id: int
    """From 0."""
    kind: Kind
    instruction: str
    """`step_instruction`: what the person was doing. Several actions may share one."""
    image: str
    """The screenshot's name, without folders."""
    point: tuple[float, float] | None = None
    """(x, y) of a click or a long press."""
    boxes: tuple[Pixels, ...] = ()
    """(left, top, right, bottom) of the elements that hold the point, or of the icon of the app to open."""
    text: str = ""
    """What is typed, or the app's name."""
    button: str = ""
    direction: Direction | None = None
    """Of a swipe, as the set means it: on which side more is seen. The finger goes the other way (see `gold`)."""
    seconds: float = 0.0
    swiped: tuple[tuple[float, float], tuple[float, float]] | None = None
    """The start and end that the annotations draw for a swipe: not what anybody did, but made from the direction."""


@dataclass(frozen=True, slots=True)
class AndroidControlEpisode:
    """A goal and its steps in order."""

    episode_id: str
    goal: str
    steps: tuple[AndroidControlStep, ...]
    place: str
    """Where it stands, for messages: "FILE:12"."""

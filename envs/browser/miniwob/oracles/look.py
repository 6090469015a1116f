"""What an oracle works from, and the words it uses for places on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from actions.point import Point
from actions.space import Action


class Look(Protocol):
    """A MiniWoB++ page as an oracle sees it: its DOM, its goal, and what was done in this episode."""

    @property
    def utterance(self) -> str:
        """The goal in words."""
        ...

    @property
    def fields(self) -> Mapping[str, Any]:
        """The goal's parts by name, where the page gives them."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the screen in CSS pixels; its top left is the page's (0, 0)."""
        ...

    @property
    def done(self) -> Sequence[Action]:
        """The actions of this episode so far."""
        ...

    def run(self, script: str, argument: Any = None) -> Any:
        """What a JavaScript function, given the argument, returns in the page (JSON values only)."""
        ...


Oracle = Callable[[Look], tuple[str, Action]]
"""A thought that could have been reached from the screen alone, and the action it leads to."""


def place(look: Look, x: float, y: float) -> Point:
    """The point at (x, y) in CSS pixels. Raises ActionError outside the screen."""
    width, height = look.size
    return Point(x / width, y / height)

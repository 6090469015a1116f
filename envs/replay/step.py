"""One step of Android-in-the-Zoo as its files tell it: nothing is judged here, and nothing is put right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Ids of the Android-in-the-Wild actions (google-research android_in_the_wild/action_type.py), as far as AITZ has them.
TYPE, DUAL_POINT, PRESS_BACK, PRESS_HOME, PRESS_ENTER, COMPLETE, IMPOSSIBLE = 3, 4, 5, 6, 7, 10, 11


@dataclass(frozen=True, slots=True)
class Element:
    """An annotated part of the screen: its corner and size in pixels of the stored picture, y first as in the files."""

    y: float
    x: float
    height: float
    width: float
    text: str
    kind: str
    """"TEXT", or "ICON_…"."""


@dataclass(frozen=True, slots=True)
class AitzStep:
    """A step of a recorded episode.

    `touch` and `lift` are (y, x) as fractions of the picture, (-1, -1) when the action is no gesture.
    """

    episode_id: str
    """Decimal digits, up to twenty: never a number."""
    subset: str
    """general, google_apps, install, single or web_shopping."""
    step_id: int
    """As written in the file; defects make it differ from the place in the list."""
    instruction: str
    image: Path | None
    """None where the set came without pictures."""
    height: int
    width: int
    """Of the picture in pixels."""
    action: int
    """One of the ids above."""
    text: str
    touch: tuple[float, float]
    lift: tuple[float, float]
    elements: tuple[Element, ...]
    screen_description: str
    thought: str
    description: str
    """`coat_action_desc`: the action in words, from which the published evaluator takes the gold type."""
    expectation: str
    place: int = 0
    """Its index in the file's list, which is where a person finds it."""


@dataclass(frozen=True, slots=True)
class AitzEpisode:
    """The steps of one folder, in the order of their `step_id`, whatever the order of its list."""

    episode_id: str
    subset: str
    folder: Path
    length: int
    """`episode_length`: the steps the original Android-in-the-Wild episode had."""
    steps: tuple[AitzStep, ...]
    left_out: int = 0
    """Entries of the list that could not become a step: whoever did the others has not done the episode."""

    @property
    def instruction(self) -> str:
        return self.steps[0].instruction if self.steps else ""

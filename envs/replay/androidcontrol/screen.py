"""How large the screen was. The annotations do not say it, and coordinates mean nothing without it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envs.base import EnvError
from envs.replay.androidcontrol.step import AndroidControlEpisode, AndroidControlStep
from envs.replay.single.images import size_of

Evidence = Literal["image", "swipe", "point", "box", "assumed"]
# The only two that the 1,211 swipes of the set show; no click contradicts them.
COMMON, LARGE = (1080, 2400), (1440, 3120)


@dataclass(frozen=True, slots=True)
class Screen:
    """Width and height in pixels, and what says so.

    image    the screenshot itself
    swipe    swipes are drawn from the size: along the middle of the screen, from a quarter of it to three quarters
    point    a click lies beyond 1080×2400, so it is the other size of the set
    box      an element goes from the left edge to exactly the right edge of one of the two sizes
    assumed  nothing speaks against 1080×2400
    """

    width: int
    height: int
    evidence: Evidence


def screen_of(episode: AndroidControlEpisode, images: Path | None = None) -> Screen:
    """The screen of an episode: all its steps were recorded on one phone.

    Args:
        images: the folder of the screenshots, where there is one.

    Raises:
        EnvError: for swipes that show two sizes or none, or a click outside the screen.
    """
    screen = _screen(episode, images)
    for step in episode.steps:
        if step.point is not None and not (0 <= step.point[0] <= screen.width and 0 <= step.point[1] <= screen.height):
            raise EnvError(
                f"{episode.place}, step {step.step_id}: the point {step.point} is outside the screen of "
                f"{screen.width}×{screen.height} (by {screen.evidence}); are these its pictures?"
            )
    return screen


def _screen(episode: AndroidControlEpisode, images: Path | None) -> Screen:
    if images is not None:
        for step in episode.steps:
            with contextlib.suppress(EnvError):  # a picture that is missing or damaged: another one tells as well
                return Screen(*size_of(images / step.image), "image")
    swiped = {_swiped(step.swiped) for step in episode.steps if step.swiped is not None}
    if len(swiped) > 1:
        raise EnvError(f"{episode.place}: its swipes show screens of {' and '.join(map(str, sorted(swiped)))} pixels")
    if swiped:
        width, height = next(iter(swiped))
        if width < 1 or height < 1:
            raise EnvError(f"{episode.place}: its swipes show a screen of {width}×{height} pixels, which is none")
        return Screen(*swiped.pop(), "swipe")
    if any(step.point and (step.point[0] > COMMON[0] or step.point[1] > COMMON[1]) for step in episode.steps):
        return Screen(*LARGE, "point")
    wide = {box[2] for step in episode.steps for box in step.boxes if box[0] == 0}
    for size in (LARGE, COMMON):
        if size[0] in wide:
            return Screen(*size, "box")
    return Screen(*COMMON, "assumed")


def _swiped(ends: tuple[tuple[float, float], tuple[float, float]]) -> tuple[int, int]:
    """The screen across whose middle the ends lie alike."""
    (x, y), (to_x, to_y) = ends
    return round(x + to_x), round(y + to_y)


def fractions(step: AndroidControlStep, screen: Screen) -> tuple[tuple[float, float] | None, list[list[float]]]:
    """The point and the boxes over the screen's size. Boxes may reach over its edges, as elements do."""
    width, height = screen.width, screen.height
    point = None if step.point is None else (step.point[0] / width, step.point[1] / height)
    return point, [[left / width, top / height, right / width, low / height] for left, top, right, low in step.boxes]

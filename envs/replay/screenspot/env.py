"""A target of ScreenSpot as a world of one answer: a click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.point import Point
from actions.screen import Click
from actions.space import Action, ActionSpace
from envs.base import EnvError
from envs.options import read_options
from envs.replay.screenspot.items import Target, read_targets
from envs.replay.screenspot.options import ScreenSpotOptions
from envs.replay.single.onestep import OneStep, Question, unasked

_ROUNDING = 1e-6
"""Pixels an edge gives way: points that went through decimals come back a last digit off."""


class ScreenSpot(OneStep):
    """`visuomotor/ScreenSpot-v0`: a screen, and an instruction that one click on it does.

    Raises:
        EnvError: where the set or the target is not there.
    """

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        super().__init__(_question(read_options(ScreenSpotOptions, options)), render_mode)


def _question(given: ScreenSpotOptions) -> Question:
    space = ActionSpace([Click])
    if not given.data:
        missing = "ScreenSpot needs --data, the folder of ScreenSpot, v2 or Pro: it is not distributed with visuomotor"
        return unasked(space, Click(Point(0.5, 0.5)), missing)
    targets = read_targets(Path(given.data), Path(given.images) if given.images else None)
    target = targets.get(given.item) if given.item else next(iter(targets.values()), None)
    if target is None:
        raise EnvError(f"there is no target {given.item!r} in {given.data}")

    def right(action: Action) -> bool:
        return isinstance(action, Click) and inside(target, action.point)

    return Question(target.id, target.image, target.instruction, space, Click(middle(target)), right=right)


def middle(target: Target) -> Point:
    """The centre of the box; of one that reaches over the picture's edge, kept within."""
    left, top, right, bottom = target.box
    x, y = (left + right) / 2 / target.size[0], (top + bottom) / 2 / target.size[1]
    return Point(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))


def inside(target: Target, point: Point) -> bool:
    """Whether a point is in the box, edges included (as SeeClick's screenspot_test.py counts)."""
    x, y = point.x * target.size[0], point.y * target.size[1]
    left, top, right, bottom = target.box
    return left - _ROUNDING <= x <= right + _ROUNDING and top - _ROUNDING <= y <= bottom + _ROUNDING

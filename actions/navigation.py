"""The actions of vision-language navigation: panoramic (R2R, REVERIE) and low-level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from actions.space import Action, ActionSpace, Within


@dataclass(frozen=True, slots=True)
class GoTo(Action, name="go_to"):
    """Walk to a marked place next to this one."""

    candidate: Annotated[int, Within(0, 9999), "the number of its marker"]


@dataclass(frozen=True, slots=True)
class Stop(Action, name="stop"):
    """Stop here: this is where the instruction ends."""


@dataclass(frozen=True, slots=True)
class StopAt(Action, name="stop"):
    """Stop here and say which marked object the instruction means."""

    object: Annotated[int | None, Within(0, 99_999_999), "the number on its box; leave it out if none is it"] = None


@dataclass(frozen=True, slots=True)
class Forward(Action, name="forward"):
    """Walk to the place ahead: the one nearest to the middle of the picture."""


@dataclass(frozen=True, slots=True)
class TurnLeft(Action, name="left"):
    """Turn 30 degrees to the left."""


@dataclass(frozen=True, slots=True)
class TurnRight(Action, name="right"):
    """Turn 30 degrees to the right."""


@dataclass(frozen=True, slots=True)
class LookUp(Action, name="up"):
    """Look 30 degrees further up."""


@dataclass(frozen=True, slots=True)
class LookDown(Action, name="down"):
    """Look 30 degrees further down."""


PanoramicAction = GoTo | Stop | StopAt
LowLevelAction = Forward | TurnLeft | TurnRight | LookUp | LookDown | Stop


def route_space() -> ActionSpace:
    """R2R: from place to place, then stop."""
    return ActionSpace([GoTo, Stop])


def referring_space() -> ActionSpace:
    """REVERIE: from place to place, then stop at an object."""
    return ActionSpace([GoTo, StopAt])


def low_level_space() -> ActionSpace:
    """The moves of the Matterport3D simulator, one at a time."""
    return ActionSpace([Forward, TurnLeft, TurnRight, LookUp, LookDown, Stop])

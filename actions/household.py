"""The actions of a household robot: those of the Qwen2-VL report (arXiv 2409.12191, 3.2.7), and ALFRED's own.

The report names GotoLocation, Pickup, PutDown, Open, Close, Clean, Heat, Cool and Slice; ALFRED's task of looking at
an object in the light cannot be done without Toggle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from actions.point import Box, Point
from actions.space import Action, ActionSpace

Seen = Annotated[Box | None, "where it is seen: left, top, right, bottom"]
At = Annotated[Point | None, "a point on it, in place of the box"]


@dataclass(frozen=True, slots=True)
class GotoLocation(Action):
    """Walk to an object, or to a piece of furniture or an appliance, and face it. It need not be in sight."""

    object: Annotated[str, "what to go to, such as Fridge; Cabinet 2 is the second of several"]
    box: Annotated[Box | None, "where it is seen, if it is"] = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Pickup(Action):
    """Take an object that is near and in sight into the hand, which holds one."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class PutDown(Action):
    """Put what is in the hand into or onto a receptacle; one that is closed is opened for it and closed again."""

    object: Annotated[str, "the receptacle, such as CounterTop"]
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Open(Action):
    """Open a door, a drawer or a lid, and leave it open."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Close(Action):
    """Close what is open."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Clean(Action):
    """Wash what is in the hand under the tap of a sink, and take it up again."""

    object: Annotated[str, "what is in the hand"]
    box: Annotated[Box | None, "where the sink is seen: left, top, right, bottom"] = None
    point: Annotated[Point | None, "a point in the sink, in place of the box"] = None


@dataclass(frozen=True, slots=True)
class Heat(Action):
    """Heat what is in the hand in a microwave, and take it out again."""

    object: Annotated[str, "what is in the hand"]
    box: Annotated[Box | None, "where the microwave is seen: left, top, right, bottom"] = None
    point: Annotated[Point | None, "a point on the microwave, in place of the box"] = None


@dataclass(frozen=True, slots=True)
class Cool(Action):
    """Cool what is in the hand in a fridge, and take it out again."""

    object: Annotated[str, "what is in the hand"]
    box: Annotated[Box | None, "where the fridge is seen: left, top, right, bottom"] = None
    point: Annotated[Point | None, "a point on the fridge, in place of the box"] = None


@dataclass(frozen=True, slots=True)
class Slice(Action):
    """Cut an object that is near and in sight with the knife in the hand."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Toggle(Action):
    """Switch a lamp, a tap or an appliance on, or off if it is on."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class Done(Action):
    """Stop: the task is finished."""


SeenAction = GotoLocation | Pickup | PutDown | Open | Close | Clean | Heat | Cool | Slice | Toggle
HouseholdAction = SeenAction | Done


@dataclass(frozen=True, slots=True)
class MoveAhead(Action):
    """Take a step of 25 cm forwards."""


@dataclass(frozen=True, slots=True)
class RotateLeft(Action):
    """Turn left by 90 degrees."""


@dataclass(frozen=True, slots=True)
class RotateRight(Action):
    """Turn right by 90 degrees."""


@dataclass(frozen=True, slots=True)
class LookUp(Action):
    """Look 15 degrees further up."""


@dataclass(frozen=True, slots=True)
class LookDown(Action):
    """Look 15 degrees further down."""


@dataclass(frozen=True, slots=True)
class PickupObject(Action):
    """Take an object into the hand, which holds one."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class PutObject(Action):
    """Put what is in the hand into or onto a receptacle, which must be open."""

    object: Annotated[str, "the receptacle"]
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class OpenObject(Action):
    """Open a door, a drawer or a lid."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class CloseObject(Action):
    """Close what is open."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class ToggleObjectOn(Action):
    """Switch something on."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class ToggleObjectOff(Action):
    """Switch something off."""

    object: str
    box: Seen = None
    point: At = None


@dataclass(frozen=True, slots=True)
class SliceObject(Action):
    """Cut an object with the knife in the hand."""

    object: str
    box: Seen = None
    point: At = None


MoveAction = MoveAhead | RotateLeft | RotateRight | LookUp | LookDown
TouchAction = PickupObject | PutObject | OpenObject | CloseObject | ToggleObjectOn | ToggleObjectOff | SliceObject
LowLevelAction = MoveAction | TouchAction | Done


def household_space() -> ActionSpace:
    """The high-level actions: each is a whole sequence of the low-level ones."""
    return ActionSpace([GotoLocation, Pickup, PutDown, Open, Close, Clean, Heat, Cool, Slice, Toggle, Done])


def low_level_space() -> ActionSpace:
    """ALFRED's twelve low-level actions and the end: what its own models act with (arXiv 1912.01734, 3.3)."""
    return ActionSpace(
        [
            MoveAhead, RotateLeft, RotateRight, LookUp, LookDown, PickupObject, PutObject, OpenObject, CloseObject,
            ToggleObjectOn, ToggleObjectOff, SliceObject, Done,
        ]
    )  # fmt: skip

"""Carries out an action: finds what it means, does it, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never, cast

from actions.household import (
    Clean,
    Close,
    CloseObject,
    Cool,
    Done,
    GotoLocation,
    Heat,
    HouseholdAction,
    LookDown,
    LookUp,
    LowLevelAction,
    MoveAhead,
    Open,
    OpenObject,
    Pickup,
    PickupObject,
    PutDown,
    PutObject,
    RotateLeft,
    RotateRight,
    SeenAction,
    Slice,
    SliceObject,
    Toggle,
    ToggleObjectOff,
    ToggleObjectOn,
    TouchAction,
)
from actions.space import Action
from envs.notices import plain
from envs.thor import macros
from envs.thor.bookkeeping import distance
from envs.thor.deed import Undone, demand, the
from envs.thor.grounding import Grounding, Prompt
from envs.thor.locate import Locator, Unlocated
from envs.thor.names import Thing, fold
from envs.thor.walk import go_to
from envs.thor.world import World

Macro = Callable[[World, Thing], str]
_BLOCKED = "Something is in the way."
_MOVED = {
    "MoveAhead": "Moved ahead.",
    "RotateLeft": "Turned left.",
    "RotateRight": "Turned right.",
    "LookUp": "Looked up.",
    "LookDown": "Looked down.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: the sentence is for the model, the grounding for records."""

    succeeded: bool
    sentence: str
    grounding: Grounding | None = None


def do_high(world: World, locator: Locator, action: Action) -> Outcome:
    """Any high-level action. Raises EnvError."""
    match cast("HouseholdAction", action):
        case Done():
            return Outcome(True, "")
        case GotoLocation() as went:
            return _go(world, locator, went)
        case seen:
            name = _meant(seen)
            return _touch(world, locator, name, _prompt(seen), _macro(seen), type(seen).name)


def do_low(world: World, locator: Locator, action: Action) -> Outcome:
    """Any low-level action. Raises EnvError."""
    match cast("LowLevelAction", action):
        case Done():
            return Outcome(True, "")
        case MoveAhead() | RotateLeft() | RotateRight() | LookUp() | LookDown():
            step = world.act(action.name)
            if step.success:
                return Outcome(True, _MOVED[action.name])
            return Outcome(False, _BLOCKED if action.name == "MoveAhead" else plain(step.error, 120))
        case touched:
            return _touch(world, locator, touched.object, _prompt(touched), _single(touched), touched.name)


def _touch(world: World, locator: Locator, name: str, prompt: Prompt | None, macro: Macro, action: str) -> Outcome:
    grounding = None
    try:
        grounding = locator.locate(world, name, prompt)
        thing = world.get(str(grounding.choice.object_id))
        assert thing is not None
        return Outcome(True, macro(world, thing), grounding)
    except Unlocated as error:
        world.refuse(action, "", str(error))
        return Outcome(False, str(error), error.grounding)
    except Undone as error:
        return Outcome(False, str(error), grounding)


def _go(world: World, locator: Locator, action: GotoLocation) -> Outcome:
    grounding = None
    if _prompt(action) is not None:
        try:
            grounding = locator.locate(world, action.object, _prompt(action))
        except Unlocated as error:  # it is gone to by its name
            grounding = error.grounding
    held = world.held
    named = world.find(action.object)
    things = [thing for thing in named if held is None or thing["objectId"] != held["objectId"]]
    eye = world.metadata["agent"]["position"]
    things.sort(key=lambda thing: (world.hidden(thing), distance(thing["position"], eye)))
    pointed = grounding.choice.object_id if grounding else None
    things.sort(key=lambda thing: thing["objectId"] != pointed)
    try:
        missing = "It is in the hand." if named else f"There is no {_quoted(action.object)} here."
        demand(world, bool(things), "GotoLocation", "", missing)
        return Outcome(True, go_to(world, things, the(things[0]).removeprefix("the ")), grounding)
    except Undone as error:
        return Outcome(False, str(error), grounding)


def _prompt(action: SeenAction | TouchAction) -> Prompt | None:
    return action.box if action.box is not None else action.point


def _meant(action: SeenAction) -> str:
    """The name of what the box is around: of Clean, Heat and Cool that is not the object named."""
    match action:
        case Clean():
            return "SinkBasin"
        case Heat():
            return "Microwave"
        case Cool():
            return "Fridge"
        case _:
            return action.object


def _macro(action: SeenAction) -> Macro:
    match action:
        case Pickup():
            return macros.pick_up
        case PutDown():
            return macros.put_down
        case Open():
            return macros.open_up
        case Close():
            return macros.close_up
        case Clean():
            return macros.clean
        case Heat():
            return macros.heat
        case Cool():
            return macros.cool
        case Slice():
            return macros.cut
        case Toggle():
            return macros.toggle
        case GotoLocation():
            raise AssertionError("going is no touching")
        case _:
            assert_never(action)


def _single(action: TouchAction) -> Macro:
    """The one low-level step of a low-level action."""
    match action:
        case PickupObject():
            return macros.pick_up
        case PutObject():
            return macros.place
        case OpenObject():
            return macros.open_up
        case CloseObject():
            return macros.close_up
        case ToggleObjectOn() | ToggleObjectOff():
            name = action.name
            return lambda world, thing: macros.switch(world, thing, name)
        case SliceObject():
            return macros.cut
        case _:
            assert_never(action)


def _quoted(name: str) -> str:
    """A name as the model wrote it, if it can be one."""
    return name.strip()[:40] if fold(name) else "such thing"

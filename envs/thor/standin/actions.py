"""Every action the stand-in answers, with its arguments: AI2-THOR 5.0's names, and FurnishScene of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from envs.thor.standin import arguments, handling, movement, scenes, staging
from envs.thor.standin.arguments import Signature, flag, number, signature, text
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.session import Session
from envs.thor.standin.thing import Thing

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An action: the arguments it takes and what it does; what `run` returns is the actionReturn."""

    takes: Signature
    run: Callable[[Session, Given], Any]


def perform(session: Session, action: Given) -> Any:
    """Do an action and return its actionReturn. Raises FailedActionError, the world being as it was."""
    name = action.get("action")
    entry = ACTIONS.get(name) if isinstance(name, str) else None
    if entry is None:
        raise FailedActionError(f"Invalid action: {str(name)[:60]}", "InvalidAction")
    arguments.check(str(name), action, entry.takes)
    try:
        return entry.run(session, action)
    finally:
        session.changed()


def _pickup(session: Session, given: Given) -> None:
    force = flag(given, "forceAction")
    handling.pickup(session.open_world(), session.target(given, force), force)


def _put(session: Session, given: Given) -> None:
    force = flag(given, "forceAction")
    world = session.open_world()
    if world.held is None:
        raise FailedActionError("Can't place an object if Agent isn't holding anything")
    flag(given, "placeStationary", True)  # things rest at once either way
    handling.put(world, session.target(given, force), session.settings.visibility, session.seen)


def _drop(session: Session, given: Given) -> None:
    world = session.open_world()
    handling.drop(world, next((t for t in world.things.values() if t.kind.name == "Floor"), None))


def _open(session: Session, given: Given) -> None:
    opened = number(given, "openness", 1.0) > 0
    handling.set_open(session.open_world(), session.target(given, flag(given, "forceAction")), opened)


def _close(session: Session, given: Given) -> None:
    handling.set_open(session.open_world(), session.target(given, flag(given, "forceAction")), False)


def _toggle(on: bool) -> Callable[[Session, Given], None]:
    return lambda session, given: handling.toggle(
        session.open_world(), session.target(given, flag(given, "forceAction")), on
    )


def _slice(session: Session, given: Given) -> None:
    force = flag(given, "forceAction")
    handling.cut(session.open_world(), session.target(given, force), force)


def _on_target(change: Callable[[Thing], None]) -> Callable[[Session, Given], None]:
    return lambda session, given: change(session.target(given, flag(given, "forceAction")))


def _fill(session: Session, given: Given) -> None:
    handling.fill(session.target(given, flag(given, "forceAction")), text(given, "fillLiquid", "water"))


def _move(name: str) -> Entry:
    def run(session: Session, given: Given) -> None:
        movement.move(session.open_world(), name, given, session.settings.grid)

    return Entry(signature("", "moveMagnitude forceAction noise"), run)


def _rotate(name: str) -> Entry:
    def run(session: Session, given: Given) -> None:
        movement.rotate(session.open_world(), name, given, session.settings.turn)

    return Entry(signature("", _LOOK), run)


def _look(name: str) -> Entry:
    def run(session: Session, given: Given) -> None:
        movement.look(session.open_world(), name, given)

    return Entry(signature("", _LOOK), run)


def _teleport(name: str) -> Entry:
    def run(session: Session, given: Given) -> None:
        movement.teleport(session.open_world(), name, given)

    return Entry(signature("", _PLACE), run)


def _stance(name: str) -> Entry:
    def run(session: Session, given: Given) -> None:
        movement.stance(session.open_world(), name)

    return Entry(signature(), run)


def _nothing(session: Session, given: Given) -> None:
    """Pass and Done: only a new frame."""
    session.open_world()


_LOOK = "degrees forceAction"
_OBJECT = "objectId x y forceAction"
_PLACE = "position rotation x y z horizon standing forceAction rotateOnTeleport"

ACTIONS: dict[str, Entry] = {
    "FurnishScene": Entry(signature("ids contents positions"), staging.furnish),
    "BreakObject": Entry(signature("", _OBJECT), _on_target(handling.crush)),
    "ChangeQuality": Entry(signature("quality"), lambda _s, _g: None),
    "ChangeResolution": Entry(signature("x y"), staging.change_resolution),
    "CleanObject": Entry(signature("", _OBJECT), _on_target(lambda thing: handling.set_dirty(thing, False))),
    "CloseObject": Entry(signature("", _OBJECT), _close),
    "CookObject": Entry(signature("", _OBJECT), _on_target(handling.cook)),
    "DirtyObject": Entry(signature("", _OBJECT), _on_target(lambda thing: handling.set_dirty(thing, True))),
    "Done": Entry(signature(), _nothing),
    "DropHandObject": Entry(signature("", "forceAction"), _drop),
    "EmptyLiquidFromObject": Entry(signature("", _OBJECT), _on_target(handling.empty)),
    "FillObjectWithLiquid": Entry(signature("fillLiquid", _OBJECT), _fill),
    "GetInteractablePoses": Entry(
        signature("objectId", "positions rotations horizons standings maxPoses maxDistance"), staging.interactable_poses
    ),
    "GetReachablePositions": Entry(
        signature("", "gridSize maxStepCount"), lambda s, _g: movement.reachable(s.open_world())
    ),
    "GetScenesInBuild": Entry(signature(), lambda _s, _g: scenes.names()),
    "Initialize": Entry(signature("", anything=True), staging.initialize),
    "OpenObject": Entry(signature("", _OBJECT + " openness"), _open),
    "Pass": Entry(signature(), _nothing),
    "PickupObject": Entry(signature("", _OBJECT + " manualInteract"), _pickup),
    "PutObject": Entry(signature("", _OBJECT + " placeStationary randomSeed putNearXY"), _put),
    "Reset": Entry(signature("sceneName"), staging.reset),
    "SetObjectPoses": Entry(signature("objectPoses", "placeStationary"), staging.set_poses),
    "SetObjectToggles": Entry(signature("objectToggles"), staging.set_toggles),
    "SetStateOfAllObjects": Entry(signature("StateChange", "forceAction"), staging.set_states),
    "SliceObject": Entry(signature("", _OBJECT), _slice),
    "ToggleObjectOff": Entry(signature("", _OBJECT), _toggle(False)),
    "ToggleObjectOn": Entry(signature("", _OBJECT), _toggle(True)),
    **{name: _look(name) for name in ("LookDown", "LookUp")},
    **{name: _move(name) for name in ("MoveAhead", "MoveBack", "MoveLeft", "MoveRight")},
    **{name: _rotate(name) for name in ("RotateLeft", "RotateRight")},
    **{name: _stance(name) for name in ("Crouch", "Stand")},
    **{name: _teleport(name) for name in ("Teleport", "TeleportFull")},
}

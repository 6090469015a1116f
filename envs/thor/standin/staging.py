"""Actions that set a scene up, or ask about it, rather than act in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from envs.thor.standin import alfred, poses
from envs.thor.standin.arguments import flag, listed, number, text
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.kinds import Trait
from envs.thor.standin.session import FAR, NEAR, Session

Given = dict[str, Any]


def reset(session: Session, given: Given) -> None:
    session.reset(text(given, "sceneName"))


def initialize(session: Session, given: Given) -> dict[str, float]:
    settings = session.settings
    settings.grid = number(given, "gridSize", settings.grid)
    settings.visibility = number(given, "visibilityDistance", settings.visibility)
    settings.fov = number(given, "fieldOfView", settings.fov)
    settings.turn = number(given, "rotateStepDegrees", settings.turn)
    if not 0 < settings.fov < 180:
        raise FailedActionError(f"fov must be between 0 and 180, not {settings.fov:g}", "InvalidArgument")
    settings.image = flag(given, "renderImage", settings.image)
    settings.depth = flag(given, "renderDepthImage", settings.depth)
    settings.instances = flag(given, "renderInstanceSegmentation", settings.instances)
    settings.classes = flag(given, "renderSemanticSegmentation", settings.classes)
    session.open_world()
    return {"cameraNearPlane": NEAR, "cameraFarPlane": FAR}


def change_resolution(session: Session, given: Given) -> None:
    width, height = int(number(given, "x", 0)), int(number(given, "y", 0))
    if not (0 < width <= 4096 and 0 < height <= 4096):
        raise FailedActionError(f"a picture of {width}x{height} pixels cannot be drawn", "InvalidArgument")
    session.width, session.height = width, height


def set_toggles(session: Session, given: Given) -> None:
    """SetObjectToggles: every object of a type, on or off; what cannot be switched stays."""
    for entry in listed(given, "objectToggles"):
        if not isinstance(entry, dict) or not isinstance(entry.get("objectType"), str):
            raise FailedActionError("objectToggles must be a list of {objectType, isOn}", "InvalidArgument")
        for thing in session.open_world().things.values():
            if thing.kind.name == entry["objectType"] and thing.has(Trait.TOGGLEABLE):
                thing.state.toggled = flag(entry, "isOn")


def set_states(session: Session, given: Given) -> None:
    """SetStateOfAllObjects: CanBeDirty makes dirty or clean, CanBeFilled fills with water or empties."""
    on, change = flag(given, "forceAction"), text(given, "StateChange")
    for thing in session.open_world().things.values():
        match change:
            case "CanBeDirty":
                thing.state.dirty = on and thing.has(Trait.DIRTYABLE)
            case "CanBeFilled":
                thing.state.filled = "water" if on and thing.has(Trait.FILLABLE) else ""
            case "CanBeToggled":
                thing.state.toggled = on and thing.has(Trait.TOGGLEABLE)
            case _:
                raise FailedActionError(f"StateChange {change[:40]!r} is not known", "InvalidArgument")


def set_poses(session: Session, given: Given) -> None:
    try:
        laid = list(alfred.poses(listed(given, "objectPoses")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FailedActionError(f"objectPoses holds what is not a pose: {error!r}", "InvalidArgument") from error
    session.open_world().place_goods(laid)


def furnish(session: Session, given: Given) -> None:
    """The stand-in's own, before SetObjectPoses: the house as one trial tells of it, whichever others there are.

    `ids` are of furniture that its plan names, `contents` says which of it things lie in, `positions` are more places
    where the agent can stand, as {x, z} on the grid.
    """
    named, contents = listed(given, "ids"), given.get("contents") or {}
    if not all(isinstance(key, str) for key in named):
        raise FailedActionError("ids must be a list of ids of furniture", "InvalidArgument")
    if not isinstance(contents, dict) or not all(isinstance(value, str) for value in contents.values()):
        raise FailedActionError("contents must be an object of receptacle ids by object ids", "InvalidArgument")
    places = [
        (number(entry, "x", 0.0), number(entry, "z", 0.0))
        for entry in listed(given, "positions")
        if isinstance(entry, dict)
    ]
    session.furnish(named, contents, places)


def _numbers(given: Given, key: str, default: Sequence[float]) -> list[float]:
    return [number({key: value}, key, 0.0) for value in listed(given, key)] or list(default)


def interactable_poses(session: Session, given: Given) -> list[dict[str, object]]:
    """Poses to use an object from; what is in a closed receptacle has none."""
    thing = session.target(given, True)
    return poses.interactable(
        session,
        thing,
        _numbers(given, "rotations", (0, 90, 180, 270)),
        _numbers(given, "horizons", (-30, 0, 30, 60)),
        [value for value in listed(given, "standings") if isinstance(value, bool)] or [True, False],
        max(1, int(number(given, "maxPoses", 60))),
    )

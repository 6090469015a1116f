"""Puts a scene into the state a trial begins in, as ALFRED's own evaluator does (env/thor_env.py, restore_scene)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envs.base import EnvError
from envs.thor.engine import RefusalError
from envs.thor.trial import Start, Trial
from envs.thor.world import World


def restore(world: World, trial: Trial) -> None:
    """Toggles, dirt, the places of all objects, then the agent. The scene is loaded already.

    Raises EnvError when the engine cannot, above all when it knows none of the trial's objects: their names belong to
    the build of AI2-THOR that they were recorded with, which is 2.1.0.
    """
    if world.engine.own:
        # What only a plan names is in none of ALFRED's layouts: the stand-in builds it from its id, and from this trial
        # alone, so that the house does not depend on which others are at hand. It makes objects anew where ALFRED's
        # player moves them, so that their states come after their places.
        places = [{"x": x, "z": z} for x, z in trial.path]
        _done(world, "FurnishScene", ids=list(trial.furniture), contents=dict(trial.contents), positions=places)
        _set_poses(world, trial)
    if trial.toggles:
        _set_toggles(world, trial.toggles)
    if trial.dirty_and_empty:
        _make_dirty_and_empty(world)
    if not world.engine.own:
        _set_poses(world, trial)
    place(world, trial.start)
    if trial.poses and not any(thing["pickupable"] for thing in world.objects):
        raise EnvError(
            f"the {world.engine.name} knows none of the objects of {trial.task_id or trial.scene}: trials belong to "
            "AI2-THOR 2.1.0 (--engine alfred) and to the stand-in"
        )


def place(world: World, start: Start) -> None:
    """Stand the agent somewhere. Raises EnvError where it cannot stand."""
    _done(
        world, "TeleportFull", x=start.x, y=start.y, z=start.z, rotation={"x": 0.0, "y": start.rotation, "z": 0.0},
        horizon=start.horizon, standing=True, forceAction=True,
    )  # fmt: skip


def _set_poses(world: World, trial: Trial) -> None:
    _done(world, "SetObjectPoses", objectPoses=[dict(pose) for pose in trial.poses], placeStationary=True)


def _set_toggles(world: World, toggles: Sequence[Mapping[str, Any]]) -> None:
    try:
        _done(world, "SetObjectToggles", objectToggles=[dict(toggle) for toggle in toggles])
    except RefusalError:  # gone in 5.0.0: one by one
        for toggle in toggles:
            for thing in world.objects:
                if thing["objectType"] == toggle["objectType"] and thing["isToggled"] != toggle["isOn"]:
                    action = "ToggleObjectOn" if toggle["isOn"] else "ToggleObjectOff"
                    world.ask(action, blind=True, objectId=thing["objectId"], forceAction=True)


def _make_dirty_and_empty(world: World) -> None:
    try:
        _done(world, "SetStateOfAllObjects", StateChange="CanBeDirty", forceAction=True)
        _done(world, "SetStateOfAllObjects", StateChange="CanBeFilled", forceAction=False)
    except RefusalError:  # gone in 5.0.0: one by one
        for thing in world.objects:
            if thing["dirtyable"] and not thing["isDirty"]:
                world.ask("DirtyObject", blind=True, objectId=thing["objectId"], forceAction=True)
            if thing.get("isFilledWithLiquid"):
                world.ask("EmptyLiquidFromObject", blind=True, objectId=thing["objectId"], forceAction=True)


def _done(world: World, action: str, **arguments: Any) -> None:
    metadata = world.ask(action, blind=True, **arguments).metadata
    if not metadata["lastActionSuccess"]:
        raise EnvError(f"the {world.engine.name} could not {action} for this trial: {metadata['errorMessage']}")

"""One trial of ALFRED: a scene, the instructions people wrote for it, its goal and its expert's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from envs.base import EnvError
from evals.alfred.goals import TASK_TYPES, Goal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one person wrote: the goal, and an instruction for every sub-goal."""

    goal: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subgoal:
    """One high-level action of the plan, as `planner_action` names it: PickupObject, PutObject, ...

    `object_id` is empty for GotoLocation, whose pose is `location`: x and z in cells of 0.25 m, rotation in quarter
    turns, horizon in degrees. Of a CleanObject, `object_id` is the basin and `other_id` what is cleaned; of a
    PutObject, `other_id` is the receptacle; of a PickupObject it is empty.
    """

    action: str
    object_id: str = ""
    other_id: str = ""
    location: tuple[int, int, int, int] | None = None
    goes_to: str = ""
    """What a GotoLocation goes to, in lower case, as the data names it: "countertop"."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as read from its traj_data. The hidden splits have neither goal nor plan."""

    name: str
    """Its folder below the split: TASK/TRIAL, or TRIAL in the hidden splits."""
    split: str
    floor_plan: str
    annotations: tuple[Annotation, ...]
    goal: Goal | None = None
    plan: tuple[Subgoal, ...] = ()
    expert_steps: int = 0
    """Low-level actions of the expert, L* of the path-length weights; 0 where the plan is hidden."""
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """All of traj_data, for the engine."""


def read_trial(data: Any, place: str, split: str, name: str = "") -> Trial:
    """A trial from the object of its traj_data.json.

    Args:
        place: says in errors where it was read from.
        name: of its folder; `_path` or the task_id if empty.

    Raises:
        EnvError: naming the place and the field that is missing or of another kind.
    """
    reader = _Reader(place)
    top = reader.take({"trial": data}, "trial", dict)
    scene = reader.take(top, "scene", dict)
    reader.take(scene, "init_action", dict, "scene.")
    reader.take(scene, "object_poses", list, "scene.")
    notes = reader.take(reader.take(top, "turk_annotations", dict), "anns", list, "turk_annotations.")
    annotations = tuple(
        _annotation(reader, note, f"turk_annotations.anns[{index}]") for index, note in enumerate(notes)
    )
    if not annotations:
        raise EnvError(f"{place}: turk_annotations.anns is empty; a trial needs at least one instruction")
    name = name or str(top.get("_path") or reader.take(top, "task_id", str))
    plain = Trial(name, split, reader.take(scene, "floor_plan", str, "scene."), annotations, data=top)
    if "plan" not in top and "pddl_params" not in top:
        return plain
    plan = reader.take(top, "plan", dict)
    steps = reader.take(plan, "high_pddl", list, "plan.")
    return Trial(
        plain.name,
        split,
        plain.floor_plan,
        annotations,
        goal=_goal(reader, top),
        plan=tuple(_subgoal(reader, step, f"plan.high_pddl[{index}]") for index, step in enumerate(steps)),
        expert_steps=len(reader.take(plan, "low_actions", list, "plan.")),
        data=top,
    )


class _Reader:
    """Takes fields out of JSON objects, with the place in every complaint."""

    def __init__(self, place: str) -> None:
        self.place = place

    def take(self, holder: Any, key: str, kind: type[T], path: str = "") -> T:
        if not isinstance(holder, dict):
            raise EnvError(f"{self.place}: {path.rstrip('.') or 'the trial'} is no JSON object; is it a traj_data?")
        if key not in holder:
            raise EnvError(f"{self.place}: the field {path}{key} is missing; is it a whole traj_data.json?")
        value = holder[key]
        if not isinstance(value, kind):
            raise EnvError(f"{self.place}: the field {path}{key} must be a {kind.__name__}, not {type(value).__name__}")
        return value


def _annotation(reader: _Reader, note: Any, path: str) -> Annotation:
    steps = reader.take(note, "high_descs", list, f"{path}.")
    return Annotation(reader.take(note, "task_desc", str, f"{path}."), tuple(map(str, steps)))


def _goal(reader: _Reader, top: dict[str, Any]) -> Goal:
    kind = reader.take(top, "task_type", str)
    known = next((one for one in TASK_TYPES if one == kind), None)
    if known is None:
        raise EnvError(f"{reader.place}: the task_type {kind!r} is none of {', '.join(TASK_TYPES)}")
    params = reader.take(top, "pddl_params", dict)
    targets = {
        key: str(params.get(key) or "") for key in ("object_target", "parent_target", "mrecep_target", "toggle_target")
    }
    needed = {
        "look_at_obj_in_light": ("object_target", "toggle_target"),
        "pick_and_place_with_movable_recep": ("object_target", "parent_target", "mrecep_target"),
    }.get(known, ("object_target", "parent_target"))
    for key in needed:
        if not targets[key]:  # an empty name is part of every id, and would make the condition true
            raise EnvError(f"{reader.place}: {known} needs pddl_params.{key}, which is missing or empty")
    return Goal(known, **targets, object_sliced=bool(params.get("object_sliced")))


def _subgoal(reader: _Reader, step: Any, path: str) -> Subgoal:
    planner = reader.take(step, "planner_action", dict, f"{path}.")
    action = reader.take(planner, "action", str, f"{path}.planner_action.")
    words = _words(reader, step, path)
    location = planner.get("location")
    other = planner.get("receptacleObjectId") or planner.get("cleanObjectId") or ""
    return Subgoal(
        action,
        str(planner.get("objectId", "")),
        str(other),
        None if location is None else _location(reader, location, f"{path}.planner_action.location"),
        words[0] if words and action == "GotoLocation" else "",
    )


def _words(reader: _Reader, step: dict[str, Any], path: str) -> list[str]:
    """The arguments of the discrete action, which a step need not have."""
    if "discrete_action" not in step:
        return []
    told = reader.take(step, "discrete_action", dict, f"{path}.")
    return [str(one) for one in reader.take(told, "args", list, f"{path}.discrete_action.")] if "args" in told else []


def _location(reader: _Reader, text: Any, path: str) -> tuple[int, int, int, int]:
    try:
        x, z, rotation, horizon = (int(part) for part in str(text).removeprefix("loc|").split("|"))
    except ValueError as error:
        raise EnvError(f"{reader.place}: {path} is {text!r}, not loc|x|z|rotation|horizon") from error
    return x, z, rotation, horizon

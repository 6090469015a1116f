"""The goal conditions of ALFRED's seven task types, over the engine's metadata."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never, get_args

TaskType = Literal[
    "pick_and_place_simple",
    "pick_two_obj_and_place",
    "look_at_obj_in_light",
    "pick_clean_then_place_in_recep",
    "pick_heat_then_place_in_recep",
    "pick_cool_then_place_in_recep",
    "pick_and_place_with_movable_recep",
]
TASK_TYPES: tuple[TaskType, ...] = get_args(TaskType)

Rules = Literal["alfred", "exact-type"]
RULES: tuple[Rules, ...] = get_args(Rules)

Thing = Mapping[str, Any]
"""One object of the metadata: objectId, objectType, receptacleObjectIds, ..."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a trial asks for: its task type and `pddl_params`. Targets that the type does not use are empty."""

    task_type: TaskType
    object_target: str
    parent_target: str = ""
    mrecep_target: str = ""
    toggle_target: str = ""
    object_sliced: bool = False

    @property
    def object(self) -> str:
        """The object's name as the conditions look for it: a sliced Apple is an AppleSliced (env/tasks.py)."""
        return self.object_target + ("Sliced" if self.object_sliced else "")


@dataclass(frozen=True, slots=True)
class World:
    """What the conditions are judged on.

    Args:
        objects: `metadata["objects"]`.
        held: ids in hand, `metadata["inventoryObjects"]`.
        cleaned, heated, cooled: ids that were, at any time of the episode.
    """

    objects: Sequence[Thing]
    held: Sequence[str] = ()
    cleaned: Collection[str] = frozenset()
    heated: Collection[str] = frozenset()
    cooled: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One goal condition, in words, and how far it is met."""

    text: str
    met: int
    of: int = 1


def conditions(goal: Goal, world: World, rules: Rules = "alfred") -> tuple[Condition, ...]:
    """The conditions of a goal in the state of a world (ALFRED, env/tasks.py, `goal_conditions_met`).

    Args:
        rules: `alfred` takes an object for an Apple when its id contains "Apple", so that a Potato is a Pot and a
            ButterKnife a Knife; `exact-type` compares the type.

    Where ALFRED's own code would raise, because no receptacle of the kind exists, nothing counts as placed.
    """
    scene = _Scene(world, _matcher(rules))
    match goal.task_type:
        case "pick_and_place_simple":
            found = _simple(goal, scene)
        case "pick_two_obj_and_place":
            found = _two(goal, scene)
        case "look_at_obj_in_light":
            found = _light(goal, scene)
        case "pick_clean_then_place_in_recep":
            found = _changed(goal, scene, "clean", world.cleaned)
        case "pick_heat_then_place_in_recep":
            found = _changed(goal, scene, "hot", world.heated)
        case "pick_cool_then_place_in_recep":
            found = _changed(goal, scene, "cold", world.cooled)
        case "pick_and_place_with_movable_recep":
            found = _movable(goal, scene)
        case _ as unknown:
            assert_never(unknown)
    return (*_sliced(goal, scene), *found)


def tally(found: Sequence[Condition]) -> tuple[int, int]:
    """How many conditions are met, and of how many; the goal is reached when both are equal."""
    return sum(one.met for one in found), sum(one.of for one in found)


def total(goal: Goal) -> int:
    """How many conditions a goal has, whatever the world."""
    return tally(conditions(goal, World(())))[1]


class _Scene:
    """The objects of a world by name and property."""

    def __init__(self, world: World, matches: Callable[[Thing, str], bool]) -> None:
        self.world = world
        self._matches = matches

    def named(self, name: str, prop: str) -> list[Thing]:
        return [thing for thing in self.world.objects if self._matches(thing, name) and thing.get(prop)]


def _matcher(rules: Rules) -> Callable[[Thing, str], bool]:
    match rules:
        case "alfred":
            return lambda thing, name: name in thing["objectId"]
        case "exact-type":
            return lambda thing, name: bool(thing["objectType"] == name)
        case _ as unknown:
            assert_never(unknown)


def _holds(receptacle: Thing, thing: Thing) -> bool:
    return thing["objectId"] in (receptacle.get("receptacleObjectIds") or ())


def _sliced(goal: Goal, scene: _Scene) -> tuple[Condition, ...]:
    if not goal.object_sliced:
        return ()
    most = 2 if goal.task_type == "pick_two_obj_and_place" else 1
    slices = [one for one in scene.named(goal.object, "pickupable") if "Sliced" in one["objectId"]]
    text = f"{goal.object_target} is sliced" if most == 1 else f"{most} slices of {goal.object_target} exist"
    return (Condition(text, min(len(slices), most), most),)


def _simple(goal: Goal, scene: _Scene) -> list[Condition]:
    placed = any(
        _holds(place, one)
        for place in scene.named(goal.parent_target, "receptacle")
        for one in scene.named(goal.object, "pickupable")
    )
    return [Condition(f"{goal.object} in {goal.parent_target}", int(placed))]


def _two(goal: Goal, scene: _Scene) -> list[Condition]:
    things = scene.named(goal.object, "pickupable")
    counts = [sum(_holds(place, one) for one in things) for place in scene.named(goal.parent_target, "receptacle")]
    return [Condition(f"2 × {goal.object} in the same {goal.parent_target}", min(max(counts, default=0), 2), 2)]


def _light(goal: Goal, scene: _Scene) -> list[Condition]:
    things = {one["objectId"] for one in scene.named(goal.object, "pickupable")}
    held = bool(scene.world.held) and scene.world.held[0] in things
    lit = any(lamp["isToggled"] and lamp["visible"] for lamp in scene.named(goal.toggle_target, "toggleable"))
    return [
        Condition(f"{goal.object} in hand", int(held)),
        Condition(f"{goal.toggle_target} on and in view", int(lit)),
    ]


def _changed(goal: Goal, scene: _Scene, how: str, changed: Collection[str]) -> list[Condition]:
    places = scene.named(goal.parent_target, "receptacle")
    things = scene.named(goal.object, "pickupable")
    placed = {one["objectId"] for one in things if any(_holds(place, one) for place in places)}
    done = {one["objectId"] for one in things if one["objectId"] in changed}
    return [
        Condition(f"{goal.object} in {goal.parent_target}", int(bool(placed))),
        Condition(f"{goal.object} made {how}", int(bool(done))),
        Condition(f"the {how} {goal.object} in {goal.parent_target}", int(bool(placed & done))),
    ]


def _movable(goal: Goal, scene: _Scene) -> list[Condition]:
    places = scene.named(goal.parent_target, "receptacle")
    things = scene.named(goal.object, "pickupable")
    carriers = scene.named(goal.mrecep_target, "pickupable")
    filled = [one for one in carriers if any(_holds(one, thing) for thing in things)]
    placed = any(_holds(place, one) for place in places for one in carriers)
    # Of the whole stack, the place is read from the carrier's own list of parents.
    stacked = any(place["objectId"] in (one.get("parentReceptacles") or ()) for one in filled for place in places)
    return [
        Condition(f"{goal.object} in {goal.mrecep_target}", int(bool(filled))),
        Condition(f"{goal.mrecep_target} in {goal.parent_target}", int(placed)),
        Condition(f"{goal.mrecep_target} with {goal.object} in {goal.parent_target}", int(stacked)),
    ]

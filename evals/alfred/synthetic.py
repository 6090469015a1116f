"""Draws tasks of the seven types in generated rooms: a thing that is there, a place that takes it, and words for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from envs.base import EnvError
from envs.thor.names import spoken
from evals.alfred.goals import TASK_TYPES, Goal, TaskType, Thing, World, conditions, tally
from evals.alfred.planner import plan

FOOD = ("Apple", "Bread", "Egg", "Lettuce", "Potato", "Tomato")
SLICEABLE = ("Apple", "Bread", "Lettuce", "Potato", "Tomato")
DISHES = ("Bowl", "Cup", "Mug", "Plate")
COOKWARE = ("Pan", "Pot")
CUTLERY = ("ButterKnife", "Fork", "Knife", "Ladle", "Spatula", "Spoon")
TRINKETS = ("CD", "CellPhone", "CreditCard", "KeyChain", "Pen", "Pencil", "RemoteControl", "Watch")
ORNAMENTS = ("AlarmClock", "Book", "Candle", "Newspaper", "Statue", "TissueBox", "Vase")
TOILETRIES = ("Cloth", "SoapBar", "SoapBottle", "SprayBottle", "ToiletPaper", "DishSponge")

TAKEN_BY: dict[tuple[str, ...], tuple[str, ...]] = {
    FOOD: ("CounterTop", "DiningTable", "Fridge", "GarbageCan", "SinkBasin"),
    DISHES: ("CounterTop", "DiningTable", "Cabinet", "Shelf", "SinkBasin"),
    COOKWARE: ("CounterTop", "DiningTable", "StoveBurner"),
    CUTLERY: ("CounterTop", "DiningTable", "Drawer", "SinkBasin"),
    TRINKETS: ("ArmChair", "Bed", "CoffeeTable", "Desk", "Drawer", "Dresser", "Shelf", "SideTable", "Sofa"),
    ORNAMENTS: ("CoffeeTable", "Desk", "Dresser", "Shelf", "SideTable"),
    TOILETRIES: ("Cabinet", "CounterTop", "Drawer", "GarbageCan", "SinkBasin", "Toilet"),
}
"""Which receptacles a kind of thing is sent to: a part of ALFRED's own table (gen/constants.py)."""
CARRIED_IN: dict[tuple[str, ...], tuple[str, ...]] = {
    CUTLERY: ("Bowl", "Cup", "Mug", "Pan", "Plate", "Pot"),
    SLICEABLE: ("Bowl", "Pan", "Plate", "Pot"),
    TRINKETS: ("Bowl", "Box", "Plate"),
}
CHANGED: dict[str, tuple[str, ...]] = {
    "pick_clean_then_place_in_recep": (*DISHES, *COOKWARE, *CUTLERY, "Apple", "Lettuce", "Tomato", "SoapBar", "Cloth"),
    "pick_heat_then_place_in_recep": ("Apple", "Bread", "Cup", "Egg", "Mug", "Plate", "Potato", "Tomato"),
    "pick_cool_then_place_in_recep": ("Apple", "Bowl", "Bread", "Cup", "Egg", "Lettuce", "Mug", "Plate", "Tomato"),
}
LAMPS = ("DeskLamp", "FloorLamp")
_HANDY = (*TRINKETS, *ORNAMENTS, "Bowl", "Mug", "Pillow", "Laptop", "Box")

KITCHENS, LIVING_ROOMS, BEDROOMS, BATHROOMS = range(1, 31), range(201, 231), range(301, 331), range(401, 431)
_ROOMS: dict[TaskType, tuple[range, ...]] = {
    "pick_and_place_simple": (KITCHENS, LIVING_ROOMS, BEDROOMS, BATHROOMS),
    "pick_two_obj_and_place": (KITCHENS, LIVING_ROOMS, BEDROOMS, BATHROOMS),
    "look_at_obj_in_light": (LIVING_ROOMS, BEDROOMS),
    "pick_clean_then_place_in_recep": (KITCHENS, BATHROOMS),
    "pick_heat_then_place_in_recep": (KITCHENS,),
    "pick_cool_then_place_in_recep": (KITCHENS,),
    "pick_and_place_with_movable_recep": (KITCHENS,),
}
_CAN_BE_SLICED = ("pick_and_place_simple", "pick_heat_then_place_in_recep", "pick_cool_then_place_in_recep")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the seed decides before the room is seen."""

    task_type: TaskType
    scene: str
    sliced: bool

    @property
    def conditions(self) -> int:
        """How many goal conditions there will be."""
        whole = Goal(self.task_type, "Apple", "Fridge", "Plate", "DeskLamp", self.sliced)
        return tally(conditions(whole, World(())))[1]


def sketch(seed: int) -> Sketch:
    """The task type, by turns, and a room for it."""
    rng = random.Random(seed)
    kind = TASK_TYPES[seed % len(TASK_TYPES)]
    room = rng.choice(_ROOMS[kind])
    sliced = kind in _CAN_BE_SLICED and room == KITCHENS and rng.random() < 0.25
    return Sketch(kind, f"FloorPlan{rng.choice(room)}", sliced)


def draw(
    seed: int, sketched: Sketch, objects: Sequence[Thing], findable: Callable[[Thing], bool] = lambda _: True
) -> tuple[Goal, str]:
    """A goal that can be reached in a room and is not yet, and the instruction.

    Args:
        objects: the engine's metadata of the room.
        findable: whether an object that is in nothing closed can be seen from somewhere.

    Raises:
        EnvError: when the room offers no such task.
    """
    rng = random.Random(seed)
    choices = [goal for goal in _goals(sketched, objects) if _is_open(goal, objects)]
    rng.shuffle(choices)
    for goal in choices:
        try:
            plan(goal, objects)
        except EnvError:
            continue
        if _can_be_had(goal, objects, findable):
            return goal, words(goal, rng)
    raise EnvError(f"{sketched.scene} offers no task of the type {sketched.task_type}; choose another seed")


def words(goal: Goal, rng: random.Random) -> str:
    """An instruction as a person might write it."""
    thing = ("slice of " if goal.object_sliced else "") + said(goal.object_target)
    place, carrier, lamp = said(goal.parent_target), said(goal.mrecep_target), said(goal.toggle_target)
    return rng.choice(_WORDS[goal.task_type]).format(thing=thing, place=place, carrier=carrier, lamp=lamp)


def said(kind: str) -> str:
    """A type as people say it: a SinkBasin is a sink."""
    return {"SinkBasin": "sink", "BathtubBasin": "bathtub"}.get(kind) or spoken(kind)


_WORDS: dict[TaskType, tuple[str, ...]] = {
    "pick_and_place_simple": ("Put a {thing} in or on the {place}.", "Bring a {thing} to the {place}."),
    "pick_two_obj_and_place": ("Put two of the {thing} kind in or on the same {place}.",
                               "Find two things of the kind {thing} and put both in the same {place}."),
    "look_at_obj_in_light": ("Look at the {thing} in the light of the {lamp}.",
                             "Take the {thing} in your hand and switch the {lamp} on."),
    "pick_clean_then_place_in_recep": ("Wash a {thing} and put it in or on the {place}.",
                                       "Put a clean {thing} in or on the {place}."),
    "pick_heat_then_place_in_recep": ("Warm a {thing} in the microwave and put it in or on the {place}.",
                                      "Put a hot {thing} in or on the {place}."),
    "pick_cool_then_place_in_recep": ("Chill a {thing} in the fridge and put it in or on the {place}.",
                                      "Put a cold {thing} in or on the {place}."),
    "pick_and_place_with_movable_recep": ("Put a {thing} in a {carrier}, and the {carrier} in or on the {place}.",
                                          "Bring the {carrier} with a {thing} in it to the {place}."),
}  # fmt: skip


def _goals(sketched: Sketch, objects: Sequence[Thing]) -> list[Goal]:
    """Every goal of a type whose things are there."""
    counts: dict[str, int] = {}
    for one in objects:
        counts[one["objectType"]] = counts.get(one["objectType"], 0) + 1
    kind, sliced = sketched.task_type, sketched.sliced
    least = 2 if kind == "pick_two_obj_and_place" else 1
    if kind == "look_at_obj_in_light":
        return [
            Goal(kind, thing, "", "", lamp) for lamp in LAMPS if lamp in counts for thing in _HANDY if thing in counts
        ]
    found = []
    for things, places in TAKEN_BY.items():
        for thing in things:
            if counts.get(thing, 0) < least or (sliced and thing not in SLICEABLE):
                continue
            if thing not in CHANGED.get(kind, (thing,)):
                continue
            carriers = _carriers(thing) if kind == "pick_and_place_with_movable_recep" else ("",)
            found += [
                Goal(kind, thing, place, carrier, "", sliced)
                for place in _where(kind, places) if place in counts
                for carrier in carriers if not carrier or carrier in counts
            ]  # fmt: skip
    return found


def _carriers(thing: str) -> tuple[str, ...]:
    return next((carriers for things, carriers in CARRIED_IN.items() if thing in things), ())


def _where(kind: TaskType, places: tuple[str, ...]) -> tuple[str, ...]:
    # A carrier that is loaded stays on open ground; a thing that was cooled does not go back into the fridge; a
    # stove burner takes one pan and not two.
    if kind == "pick_two_obj_and_place":
        return tuple(place for place in places if place != "StoveBurner")
    if kind == "pick_and_place_with_movable_recep":
        return tuple(place for place in places if place in ("CounterTop", "DiningTable"))
    return tuple(place for place in places if kind != "pick_cool_then_place_in_recep" or place != "Fridge")


def _can_be_had(goal: Goal, objects: Sequence[Thing], findable: Callable[[Thing], bool]) -> bool:
    """Whether enough of what is to be taken can be found; what is shut in something can."""
    shut = {one["objectId"] for one in objects if one["openable"] and not one["isOpen"]}
    needed = {goal.object_target: 2 if goal.task_type == "pick_two_obj_and_place" else 1, goal.mrecep_target: 1}
    return all(
        sum(bool(shut.intersection(one["parentReceptacles"] or ())) or findable(one) for one in of_kind) >= number
        for kind, number in needed.items()
        if kind and (of_kind := [one for one in objects if one["objectType"] == kind])
    )


def _is_open(goal: Goal, objects: Sequence[Thing]) -> bool:
    met, of = tally(conditions(goal, World(objects)))
    return met < of

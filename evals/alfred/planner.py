"""Plans a household task from its symbols: where things are, what is in hand, what was washed, heated or cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from envs.base import EnvError
from evals.alfred.goals import Goal, Thing, World, conditions, tally
from evals.alfred.trial import Subgoal

_MOST_STATES = 20_000
_MOST_ALIKE = 3
"""Candidates of one type that are considered, the first by id; more change the plan's names, not its length."""
_SLICES = 2
KNIVES = ("Knife", "ButterKnife")
RESTS = ("CounterTop", "DiningTable", "SideTable", "CoffeeTable", "Desk", "Dresser", "Shelf", "TVStand", "Sofa", "Bed")
"""Where the knife, or what is not wanted, can be left, the best first."""
TOOLS = {
    "pick_clean_then_place_in_recep": ("CleanObject", "SinkBasin"),
    "pick_heat_then_place_in_recep": ("HeatObject", "Microwave"),
    "pick_cool_then_place_in_recep": ("CoolObject", "Fridge"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A symbolic state. `at` says directly where each thing lies, `made` what was washed, heated or cooled."""

    held: str = ""
    at: frozenset[tuple[str, str]] = frozenset()
    made: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    lit: frozenset[str] = frozenset()

    def place(self, thing: str) -> str:
        return next((place for one, place in self.at if one == thing), "")

    def moved(self, thing: str, place: str) -> Facts:
        """The thing out of the hand and in a place, or in the hand if that is empty."""
        rest = frozenset(pair for pair in self.at if pair[0] != thing)
        if not place:
            return replace(self, held=thing, at=rest)
        return replace(self, held="", at=rest | {(thing, place)})


@dataclass(frozen=True, slots=True)
class Problem:
    """A goal with the few objects that bear on it, all by id."""

    goal: Goal
    things: tuple[str, ...]
    wholes: tuple[str, ...] = ()
    """What can be cut into `things`."""
    knives: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    rests: tuple[str, ...] = ()
    tool: tuple[str, str] | None = None
    """The action that changes a thing and where it is done: ("HeatObject", the microwave's id)."""
    lamps: tuple[str, ...] = ()


def plan(goal: Goal, objects: Sequence[Thing], held: str = "") -> tuple[Subgoal, ...]:
    """The shortest sequence of high-level actions that reaches a goal, without the walking in between.

    Args:
        objects: the engine's metadata.
        held: the id of what is in the hand.

    Raises:
        EnvError: when something the goal needs is not there, or no sequence reaches it.
    """
    problem = pose(goal, objects)
    start = _start(problem, objects, held)
    queue, seen = deque([start]), {start}
    steps: dict[Facts, tuple[Facts, Subgoal]] = {}
    while queue and len(seen) < _MOST_STATES:
        facts = queue.popleft()
        if _reached(problem, facts):
            return _trace(steps, facts)
        for step, after in successors(problem, facts):
            if after not in seen:
                seen.add(after)
                steps[after] = facts, step
                queue.append(after)
    raise EnvError(f"no plan reaches {goal.task_type} with {goal.object_target}; is everything it needs in the scene?")


def pose(goal: Goal, objects: Sequence[Thing]) -> Problem:
    """The problem a goal poses among these objects. Raises EnvError naming a type that is not there."""

    def ids(kind: str, prop: str = "") -> tuple[str, ...]:
        found = sorted(one["objectId"] for one in objects if one["objectType"] == kind and (not prop or one.get(prop)))
        return tuple(found[:_MOST_ALIKE])

    def needed(kind: str, prop: str = "") -> tuple[str, ...]:
        found = ids(kind, prop)
        if not found:
            raise EnvError(f"the scene has no {kind}, which {goal.task_type} with {goal.object_target} needs")
        return found

    rests = tuple(one for kind in RESTS for one in ids(kind, "receptacle"))[:1]
    problem = Problem(goal, ids(goal.object, "pickupable"), rests=rests)
    if goal.object_sliced and len(problem.things) < _SLICES:
        wholes = tuple(one for one in needed(goal.object_target) if not _is_cut(one, objects))
        slices = [f"{one}|{goal.object}_{index}" for one in wholes for index in range(1, _SLICES + 1)]
        knives = tuple(one for kind in KNIVES for one in ids(kind, "pickupable"))[:_MOST_ALIKE]
        if not knives:
            raise EnvError(f"the scene has no knife, which slicing the {goal.object_target} needs")
        problem = replace(problem, things=(*problem.things, *slices), wholes=wholes, knives=knives)
    elif not problem.things:
        needed(goal.object, "pickupable")
    if goal.parent_target:
        problem = replace(problem, places=needed(goal.parent_target, "receptacle"))
    if goal.mrecep_target:
        problem = replace(problem, carriers=needed(goal.mrecep_target, "receptacle"))
    if goal.toggle_target:
        problem = replace(problem, lamps=needed(goal.toggle_target, "toggleable"))
    if goal.task_type in TOOLS:
        action, kind = TOOLS[goal.task_type]
        problem = replace(problem, tool=(action, needed(kind, "receptacle")[0]))
    return problem


def successors(problem: Problem, facts: Facts) -> Iterator[tuple[Subgoal, Facts]]:
    """What can be done in a state, and the state after it."""
    if not facts.held:
        for thing in (*problem.things, *problem.knives, *problem.carriers):
            if facts.place(thing) and facts.place(thing) not in problem.things:
                yield Subgoal("PickupObject", thing), facts.moved(thing, "")
    else:
        for place in _places(problem, facts):
            yield Subgoal("PutObject", facts.held, place), facts.moved(facts.held, place)
    if facts.held in problem.knives:
        for whole in problem.wholes:
            if whole not in facts.cut and facts.place(whole):
                pieces = {(one, facts.place(whole)) for one in problem.things if one.startswith(f"{whole}|")}
                after = replace(facts, cut=facts.cut | {whole}, at=facts.at - {(whole, facts.place(whole))} | pieces)
                yield Subgoal("SliceObject", whole), after
    if problem.tool is not None and facts.held in problem.things and facts.held not in facts.made:
        action, where = problem.tool
        yield Subgoal(action, where, facts.held), replace(facts, made=facts.made | {facts.held})
    for lamp in problem.lamps:
        if lamp not in facts.lit:
            yield Subgoal("ToggleObject", lamp), replace(facts, lit=facts.lit | {lamp})


def _places(problem: Problem, facts: Facts) -> Iterator[str]:
    if facts.held in (*problem.things, *problem.carriers):
        yield from problem.places
    else:  # the knife, or whatever is in the way
        yield from problem.rests or problem.places
    if facts.held in problem.things:
        yield from (one for one in problem.carriers if facts.place(one))


def _start(problem: Problem, objects: Sequence[Thing], held: str) -> Facts:
    known = {*problem.things, *problem.wholes, *problem.knives, *problem.carriers}
    at = set()
    for one in objects:
        if one["objectId"] in known and one["objectId"] != held:
            # Of several receptacles around a thing, the last is the one it lies in; the floor is one too.
            parents = [place for place in one.get("parentReceptacles") or () if place in problem.places]
            parents += [place for place in one.get("parentReceptacles") or () if place in problem.carriers]
            at.add((one["objectId"], parents[-1] if parents else "elsewhere"))
    lit = frozenset(one["objectId"] for one in objects if one["objectId"] in problem.lamps and one["isToggled"])
    return Facts(held, frozenset(at), lit=lit)


def _is_cut(object_id: str, objects: Sequence[Thing]) -> bool:
    return any(one["objectId"] == object_id and one.get("isSliced") for one in objects)


def _reached(problem: Problem, facts: Facts) -> bool:
    """Whether the scorer's own conditions hold in a symbolic state."""
    inside: dict[str, list[str]] = {}
    for thing, place in facts.at:
        inside.setdefault(place, []).append(thing)
    objects: list[dict[str, Any]] = []
    for name in {thing for thing, _ in facts.at} | ({facts.held} - {""}):
        place = facts.place(name)
        objects.append(_symbol(name, inside, pickupable=True, receptacle=name in problem.carriers, parents=[place]))
    objects += [_symbol(name, inside, receptacle=True) for name in problem.places]
    for name in problem.lamps:
        objects.append(_symbol(name, inside, toggleable=True, isToggled=name in facts.lit, visible=True))
    held = (facts.held,) if facts.held else ()
    found = conditions(problem.goal, World(objects, held, facts.made, facts.made, facts.made), "exact-type")
    met, of = tally(found)
    return met == of


def _symbol(name: str, inside: dict[str, list[str]], parents: Sequence[str] = (), **facts: bool) -> dict[str, Any]:
    last = name.split("|")[-1]
    kind = last.split("_")[0] if last[:1].isalpha() else name.split("|")[0]
    lists = {"receptacleObjectIds": inside.get(name), "parentReceptacles": list(parents)}
    return {"objectId": name, "objectType": kind, **lists, **facts}


def _trace(steps: dict[Facts, tuple[Facts, Subgoal]], facts: Facts) -> tuple[Subgoal, ...]:
    found = []
    while facts in steps:
        facts, step = steps[facts]
        found.append(step)
    return tuple(reversed(found))

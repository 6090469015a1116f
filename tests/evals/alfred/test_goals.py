"""The seven tasks' conditions on hand-made scenes, with the substring rule's own oddities."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.alfred.goals import RULES, TASK_TYPES, Goal, Rules, World, conditions, tally, total
from tests.evals.alfred.scenes import item, thing, world


def met(goal: Goal, state: World, rules: Rules = "alfred") -> tuple[int, int]:
    return tally(conditions(goal, state, rules))


SIMPLE = Goal("pick_and_place_simple", "Apple", "Fridge")


def test_simple() -> None:
    apple = item("Apple|1")
    assert met(SIMPLE, world(apple, thing("Fridge|1", inside=[]))) == (0, 1)
    assert met(SIMPLE, world(apple, thing("Fridge|1", inside=[apple]))) == (1, 1)


def test_a_receptacle_that_says_nothing_of_its_contents() -> None:
    fridge = thing("Fridge|1", inside=[], receptacleObjectIds=None)
    assert met(SIMPLE, world(item("Apple|1"), fridge)) == (0, 1)


@pytest.mark.parametrize(
    ("asked", "there"), [("Pot", "Potato|1"), ("Knife", "ButterKnife|1"), ("Apple", "Apple|1|AppleSliced_0")]
)
def test_substrings_count_for_alfred_and_not_for_exact_types(asked: str, there: str) -> None:
    found = item(there)
    state = world(found, thing("Fridge|1", inside=[found]))
    goal = Goal("pick_and_place_simple", asked, "Fridge")
    assert met(goal, state, "alfred") == (1, 1)
    assert met(goal, state, "exact-type") == (0, 1)


def test_a_sink_is_not_its_basin_but_a_basin_has_the_sinks_name() -> None:
    apple = item("Apple|1")
    basin = thing("Sink|1|SinkBasin", inside=[apple], objectType="SinkBasin")
    state = world(apple, thing("Sink|1", inside=[]), basin)
    assert met(Goal("pick_and_place_simple", "Apple", "SinkBasin"), state, "exact-type") == (1, 1)
    assert met(Goal("pick_and_place_simple", "Apple", "SinkBasin"), state) == (1, 1)
    assert met(Goal("pick_and_place_simple", "Apple", "Sink"), state) == (1, 1)
    assert met(Goal("pick_and_place_simple", "Apple", "Sink"), state, "exact-type") == (0, 1)


def test_sliced_adds_a_condition_of_its_own() -> None:
    goal = Goal("pick_and_place_simple", "Apple", "Fridge", object_sliced=True)
    whole, piece = item("Apple|1"), item("Apple|1|AppleSliced_2")
    assert met(goal, world(whole, thing("Fridge|1", inside=[whole]))) == (0, 2)
    assert met(goal, world(whole, piece, thing("Fridge|1", inside=[]))) == (1, 2)
    for rules in RULES:
        assert met(goal, world(whole, piece, thing("Fridge|1", inside=[piece])), rules) == (2, 2)


TWO = Goal("pick_two_obj_and_place", "Pencil", "Shelf")


def test_two_must_be_in_the_same_receptacle() -> None:
    one, two, three = item("Pencil|1"), item("Pencil|2"), item("Pencil|3")
    apart = world(one, two, thing("Shelf|1", inside=[one]), thing("Shelf|2", inside=[two]))
    assert met(TWO, apart) == (1, 2)
    assert met(TWO, world(one, two, thing("Shelf|1", inside=[one, two]))) == (2, 2)
    assert met(TWO, world(one, two, three, thing("Shelf|1", inside=[one, two, three]))) == (2, 2)


def test_two_without_any_such_receptacle_is_nothing_where_alfred_would_raise() -> None:
    assert met(TWO, world(item("Pencil|1"))) == (0, 2)


def test_two_sliced_counts_up_to_two_slices_and_up_to_two_placed() -> None:
    goal = Goal("pick_two_obj_and_place", "Apple", "Shelf", object_sliced=True)
    slices = [item(f"Apple|1|AppleSliced_{index}") for index in range(5)]
    assert met(goal, world(slices[0], thing("Shelf|1", inside=[]))) == (1, 4)
    assert met(goal, world(*slices, thing("Shelf|1", inside=[]))) == (2, 4)
    assert met(goal, world(*slices, thing("Shelf|1", inside=slices[:1]))) == (3, 4)
    assert met(goal, world(*slices, thing("Shelf|1", inside=slices))) == (4, 4)


def test_light_wants_the_thing_in_hand_and_the_lamp_on_and_in_view() -> None:
    goal = Goal("look_at_obj_in_light", "Book", toggle_target="DeskLamp")
    book = item("Book|1")

    def lamp(on: bool, visible: bool) -> dict[str, Any]:
        return thing("DeskLamp|1", toggleable=True, isToggled=on, visible=visible)

    assert met(goal, world(book, lamp(False, True))) == (0, 2)
    assert met(goal, world(book, lamp(True, False), held=("Book|1",))) == (1, 2)
    assert met(goal, world(book, lamp(True, True), held=("Pen|1",))) == (1, 2)
    assert met(goal, world(book, lamp(True, True), held=("Book|1",))) == (2, 2)


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("pick_clean_then_place_in_recep", "cleaned"),
        ("pick_heat_then_place_in_recep", "heated"),
        ("pick_cool_then_place_in_recep", "cooled"),
    ],
)
def test_changed_things_must_be_the_ones_that_are_placed(kind: Any, changed: str) -> None:
    goal = Goal(kind, "Mug", "Shelf")
    one, two = item("Mug|1"), item("Mug|2")
    placed = world(one, two, thing("Shelf|1", inside=[one]))
    assert met(goal, placed) == (1, 3)
    other = World(placed.objects, **{changed: {"Mug|2"}})
    assert met(goal, other) == (2, 3)
    same = World(placed.objects, **{changed: {"Mug|1"}})
    assert met(goal, same) == (3, 3)
    unlike = {"cleaned": "heated", "heated": "cooled", "cooled": "cleaned"}[changed]
    assert met(goal, World(placed.objects, **{unlike: {"Mug|1"}})) == (1, 3)


def test_movable_wants_the_whole_stack() -> None:
    goal = Goal("pick_and_place_with_movable_recep", "Spoon", "CounterTop", mrecep_target="Cup")
    spoon = item("Spoon|1")
    full, empty = item("Cup|1", inside=[spoon]), item("Cup|2", inside=[])
    assert met(goal, world(spoon, full, empty, thing("CounterTop|1", inside=[]))) == (1, 3)
    full, empty = item("Cup|1", inside=[item("Spoon|1")]), item("Cup|2", inside=[])
    top = thing("CounterTop|1", inside=[empty])
    assert met(goal, world(spoon, full, empty, top)) == (2, 3)
    top = thing("CounterTop|1", inside=[full])
    assert met(goal, world(spoon, full, empty, top)) == (3, 3)


def test_an_empty_world_meets_nothing_and_still_has_every_condition() -> None:
    expected = [1, 2, 2, 3, 3, 3, 3]
    for kind, of in zip(TASK_TYPES, expected, strict=True):
        goal = Goal(kind, "Apple", "Fridge", "Plate", "DeskLamp")
        assert met(goal, World(())) == (0, of)
        more = 2 if kind == "pick_two_obj_and_place" else 1
        assert total(Goal(kind, "Apple", "Fridge", "Plate", "DeskLamp", object_sliced=True)) == of + more


KINDS = ("Apple", "Pot", "Potato", "Knife", "ButterKnife", "Cup", "DeskLamp", "Fridge")
IDS = [f"{kind}|{index}" for kind in KINDS for index in (1, 2)] + ["Potato|1|PotatoSliced_0"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    things = []
    for object_id in draw(st.lists(st.sampled_from(IDS), unique=True)):
        flags = {key: draw(st.booleans()) for key in ("pickupable", "toggleable", "isToggled", "visible")}
        inside = draw(st.none() | st.lists(st.sampled_from(IDS), unique=True, max_size=4))
        parents = draw(st.none() | st.lists(st.sampled_from(IDS), unique=True, max_size=2))
        things.append(
            thing(object_id)
            | flags
            | {"receptacle": draw(st.booleans()), "receptacleObjectIds": inside, "parentReceptacles": parents}
        )
    subset = st.sets(st.sampled_from(IDS), max_size=4)
    return World(
        things, tuple(draw(st.lists(st.sampled_from(IDS), max_size=1))), draw(subset), draw(subset), draw(subset)
    )


goals = st.builds(
    Goal, st.sampled_from(TASK_TYPES), st.sampled_from(("Apple", "Pot", "Potato", "Knife")), st.just("Fridge"),
    st.just("Cup"), st.just("DeskLamp"), st.booleans(),
)  # fmt: skip


@settings(max_examples=50)
@given(goals, worlds(), st.sampled_from(RULES))
def test_met_is_never_more_than_there_is(goal: Goal, state: World, rules: Rules) -> None:
    found = conditions(goal, state, rules)
    assert all(0 <= one.met <= one.of for one in found)
    assert tally(found)[1] == total(goal)


@settings(max_examples=50)
@given(goals, worlds())
def test_what_exact_types_accept_the_substring_rule_accepts(goal: Goal, state: World) -> None:
    loose, strict = conditions(goal, state), conditions(goal, state, "exact-type")
    assert all(a.met >= b.met for a, b in zip(loose, strict, strict=True))


@settings(max_examples=50)
@given(goals, worlds())
def test_the_same_as_alfreds_own_counting(goal: Goal, state: World) -> None:
    assert met(goal, state) == (_reference(goal, state), total(goal))


def _reference(goal: Goal, state: World) -> int:
    """The rules of env/tasks.py written down a second time, as one sum."""

    def having(name: str, prop: str) -> list[Any]:
        return [one for one in state.objects if name in one["objectId"] and one[prop]]

    name = goal.object
    things, places = having(name, "pickupable"), having(goal.parent_target, "receptacle")
    cut = [one for one in things if "Sliced" in one["objectId"]]
    pairs = [
        (one["objectId"], place["objectId"])
        for one, place in itertools.product(things, places)
        if place["receptacleObjectIds"] is not None and one["objectId"] in place["receptacleObjectIds"]
    ]
    if goal.task_type == "pick_two_obj_and_place":
        most = max((sum(where == place["objectId"] for _, where in pairs) for place in places), default=0)
        return (min(len(cut), 2) if "Sliced" in name else 0) + min(most, 2)
    score = int("Sliced" in name and len(cut) >= 1)
    if goal.task_type == "pick_and_place_simple":
        return score + bool(pairs)
    if goal.task_type == "look_at_obj_in_light":
        lamps = having(goal.toggle_target, "toggleable")
        held = bool(state.held) and state.held[0] in [one["objectId"] for one in things]
        return score + held + any(lamp["isToggled"] and lamp["visible"] for lamp in lamps)
    if goal.task_type == "pick_and_place_with_movable_recep":
        movables = having(goal.mrecep_target, "pickupable")
        ids, top = [one["objectId"] for one in things], [one["objectId"] for one in places]
        first = any(set(ids) & set(one["receptacleObjectIds"] or ()) for one in movables)
        second = any(one["objectId"] in (place["receptacleObjectIds"] or ()) for one in movables for place in places)
        third = any(
            set(ids) & set(one["receptacleObjectIds"]) and set(top) & set(one["parentReceptacles"])
            for one in movables
            if one["parentReceptacles"] is not None and one["receptacleObjectIds"] is not None
        )
        return score + first + second + third
    changed = {
        "pick_clean_then_place_in_recep": state.cleaned,
        "pick_heat_then_place_in_recep": state.heated,
        "pick_cool_then_place_in_recep": state.cooled,
    }[goal.task_type]
    done = [one["objectId"] for one in things if one["objectId"] in changed]
    return score + bool(pairs) + bool(done) + any(one in done for one, _ in pairs)

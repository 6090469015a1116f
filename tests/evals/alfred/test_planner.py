"""The planner reaches every goal it poses, in the fewest actions, and the expert carries its plans out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.household import Done, GotoLocation
from envs.base import EnvError
from evals.alfred.expert import PlanExpert
from evals.alfred.goals import TASK_TYPES, Goal, TaskType, conditions, tally
from evals.alfred.planner import plan
from evals.alfred.trial import Subgoal
from tests.evals.alfred.rooms import ToyRoom
from tests.evals.alfred.scenes import item, thing


def kitchen(full: tuple[str, ...] = (), lost: tuple[str, ...] = ()) -> ToyRoom:
    """Two apples, one shut up in the fridge; a knife in a drawer; a plate, two shelves, a lamp."""
    one, two, knife, plate = item("Apple|1"), item("Apple|2"), item("Knife|1"), item("Plate|1", inside=[])
    return ToyRoom(
        [
            one, two, knife, plate,
            thing("CounterTop|1", inside=[one, plate]),
            thing("Fridge|1", inside=[two], openable=True),
            thing("Drawer|1", inside=[knife], openable=True),
            thing("Microwave|1", inside=[], openable=True),
            thing("Sink|1|SinkBasin", inside=[], objectType="SinkBasin"),
            thing("Shelf|1", inside=[]),
            thing("Shelf|2", inside=[]),
            thing("DeskLamp|1", toggleable=True),
        ],
        full, lost,
    )  # fmt: skip


def goal_of(kind: TaskType, sliced: bool = False) -> Goal:
    light = kind == "look_at_obj_in_light"
    carrier = "Plate" if kind == "pick_and_place_with_movable_recep" else ""
    return Goal(kind, "Apple", "" if light else "Shelf", carrier, "DeskLamp" if light else "", sliced)


def play(room: ToyRoom, expert: PlanExpert, most: int = 60) -> int:
    for steps in range(most):
        _, action = expert.advise(room)
        if isinstance(action, Done):
            return steps
        room.do(action)  # type: ignore[arg-type]
    raise AssertionError("the expert does not stop")


@pytest.mark.parametrize("kind", TASK_TYPES)
@pytest.mark.parametrize("sliced", [False, True])
def test_every_type_of_task_is_planned_and_done(kind: TaskType, sliced: bool) -> None:
    goal, room = goal_of(kind, sliced), kitchen()
    expert = PlanExpert(plan(goal, list(room.things.values())))
    play(room, expert)
    met, of = tally(conditions(goal, room.world(), "exact-type"))
    assert (met, expert.given_up, room.failures) == (of, [], 0)


@pytest.mark.parametrize(
    ("kind", "sliced", "length"),
    [
        ("pick_and_place_simple", False, 2), ("pick_two_obj_and_place", False, 4), ("look_at_obj_in_light", False, 2),
        ("pick_heat_then_place_in_recep", False, 3), ("pick_and_place_with_movable_recep", False, 4),
        ("pick_cool_then_place_in_recep", True, 6), ("pick_two_obj_and_place", True, 7),
    ],
)  # fmt: skip
def test_plans_are_as_short_as_they_can_be(kind: TaskType, sliced: bool, length: int) -> None:
    assert len(plan(goal_of(kind, sliced), list(kitchen().things.values()))) == length


def test_what_is_there_already_needs_no_plan() -> None:
    apple = item("Apple|1")
    room = ToyRoom([apple, thing("Shelf|1", inside=[apple])])
    assert plan(goal_of("pick_and_place_simple"), list(room.things.values())) == ()


def test_a_hand_that_is_full_already() -> None:
    room = kitchen()
    assert [step.action for step in plan(goal_of("pick_and_place_simple"), list(room.things.values()), "Apple|1")] == [
        "PutObject"
    ]


def test_what_is_in_the_way_is_put_aside() -> None:
    room = kitchen()
    steps = plan(goal_of("look_at_obj_in_light"), list(room.things.values()), "Knife|1")
    assert [step.action for step in steps] == ["PutObject", "PickupObject", "ToggleObject"]
    assert steps[0].other_id == "CounterTop|1"


def test_what_is_missing_is_named() -> None:
    bare = ToyRoom([item("Apple|1")])
    with pytest.raises(EnvError, match="no Shelf"):
        plan(goal_of("pick_and_place_simple"), list(bare.things.values()))
    with pytest.raises(EnvError, match="no knife"):
        plan(goal_of("pick_and_place_simple", True), list(bare.things.values()))
    with pytest.raises(EnvError, match="no plan reaches pick_two"):
        plan(goal_of("pick_two_obj_and_place"), [item("Apple|1"), thing("Shelf|1", inside=[])])


def test_a_trials_plan_is_followed_with_its_walks() -> None:
    room = kitchen()
    steps = (
        Subgoal("GotoLocation", location=(0, 0, 0, 30), goes_to="fridge"), Subgoal("PickupObject", "Apple|2"),
        Subgoal("GotoLocation", location=(1, 0, 0, 30), goes_to="shelf"), Subgoal("PutObject", "Apple|2", "Shelf|2"),
        Subgoal("End"),
    )  # fmt: skip
    expert = PlanExpert(steps)
    _, first = expert.advise(room)
    assert first == GotoLocation("Fridge")
    room.do(first)  # type: ignore[arg-type]
    play(room, expert)
    assert room.things["Shelf|2"]["receptacleObjectIds"] == ["Apple|2"]
    assert not room.things["Fridge|1"]["isOpen"], "what was opened is closed again"


def test_the_strict_expert_takes_nothing_in_place_of_what_the_plan_names() -> None:
    steps = (Subgoal("PickupObject", "Apple|1"), Subgoal("PutObject", "Apple|1", "Shelf|1"))
    able, room = PlanExpert(steps), kitchen(full=("Shelf|1",))
    play(room, able)
    assert (able.substituted, able.given_up) == (["Shelf|2 for Shelf|1"], [])
    strict, room = PlanExpert(steps, strict=True), kitchen(full=("Shelf|1",))
    play(room, strict)
    assert (strict.substituted, strict.given_up) == ([], ["PutObject Apple|1 Shelf|1"])


def test_a_slice_by_another_number_will_do() -> None:
    room = kitchen()
    steps = [
        Subgoal("PickupObject", "Knife|1"), Subgoal("SliceObject", "Apple|1"),
        Subgoal("PutObject", "Knife|1", "CounterTop|1"),
        Subgoal("PickupObject", "Apple|1|AppleSliced_9"), Subgoal("PutObject", "Apple|1|AppleSliced_9", "Shelf|1"),
    ]  # fmt: skip
    play(room, PlanExpert(steps))
    assert room.things["Shelf|1"]["receptacleObjectIds"] == ["Apple|1|AppleSliced_1"]


def test_a_place_that_takes_nothing_is_changed_for_another_of_its_kind() -> None:
    room = kitchen(full=("Shelf|1",))
    expert = PlanExpert([Subgoal("PickupObject", "Apple|1"), Subgoal("PutObject", "Apple|1", "Shelf|1")])
    play(room, expert)
    assert room.things["Shelf|2"]["receptacleObjectIds"] == ["Apple|1"]
    assert (expert.given_up, expert.substituted) == ([], ["Shelf|2 for Shelf|1"])


def test_what_lies_where_it_belongs_stands_in_for_nothing() -> None:
    room = kitchen(lost=("Apple|2",))
    expert = PlanExpert(
        [
            Subgoal("PickupObject", "Apple|1"), Subgoal("PutObject", "Apple|1", "Shelf|1"),
            Subgoal("PickupObject", "Apple|2"), Subgoal("PutObject", "Apple|2", "Shelf|1"),
        ]
    )  # fmt: skip
    play(room, expert)
    assert room.things["Shelf|1"]["receptacleObjectIds"] == ["Apple|1"]
    assert (expert.given_up[0], expert.substituted) == ("PickupObject Apple|2", [])


def test_another_of_the_type_stands_in_for_what_is_seen_from_nowhere() -> None:
    room = kitchen(lost=("Apple|1",))
    expert = PlanExpert([Subgoal("PickupObject", "Apple|1"), Subgoal("PutObject", "Apple|1", "Shelf|1")])
    play(room, expert)
    assert room.things["Shelf|1"]["receptacleObjectIds"] == ["Apple|2"]
    assert expert.substituted == ["Apple|2 for Apple|1"]


def test_what_cannot_be_done_is_given_up_and_noted() -> None:
    room = kitchen(full=("Fridge|1",))
    expert = PlanExpert([Subgoal("PickupObject", "Apple|1"), Subgoal("PutObject", "Apple|1", "Fridge|1")])
    play(room, expert)
    assert expert.given_up == ["PutObject Apple|1 Fridge|1"]
    assert room.failures == 2


actions = st.sampled_from(
    ("PickupObject", "PutObject", "SliceObject", "ToggleObject", "CleanObject", "GotoLocation", "End")
)
ids = st.sampled_from(("Apple|1", "Apple|2", "Nothing|1", "Shelf|1", "Fridge|1", "Knife|1", "DeskLamp|1", ""))


@given(st.lists(st.builds(Subgoal, actions, ids, ids), max_size=6))
def test_any_plan_comes_to_an_end(steps: list[Subgoal]) -> None:
    play(kitchen(), PlanExpert(steps), most=120)

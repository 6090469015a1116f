"""How far the expert's plan is done, by ALFRED's conditions for each type of sub-goal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.alfred.subgoals import Seen, SubgoalTracker, is_done, near, pose_of, whole
from evals.alfred.trial import Subgoal
from tests.evals.alfred.scenes import item, thing

POSE = (2, -3, 1, 30)


def seen(*things: dict[str, Any], **more: Any) -> Seen:
    return Seen({one["objectId"]: one for one in things}, **more)


@pytest.mark.parametrize(
    ("pose", "expected"),
    [
        (POSE, True),
        ((1, -3, 1, 30), True),  # one step behind, facing it
        ((2, -3, 2, 45), True),  # a turn and a look
        ((2, -3, 3, 30), True),  # about face
        ((2, -4, 1, 30), False),  # a step aside takes turn, step and turn
        ((-1, -3, 1, 30), False),  # three steps
        ((2, -3, 1, 60), True),
        ((2, -3, 1, 75), False),
    ],
)
def test_going_is_done_fewer_than_three_actions_away(pose: tuple[int, int, int, int], expected: bool) -> None:
    step = Subgoal("GotoLocation", location=POSE)
    assert is_done([step], 0, seen(pose=pose)) is expected
    assert not is_done([step], 0, seen())


def test_each_type_of_subgoal() -> None:
    apple, shelf = item("Apple|1"), thing("Shelf|1", inside=[item("Apple|1")])
    lamp = thing("DeskLamp|1", toggleable=True)
    plan = [Subgoal("PickupObject", "Apple|1"), Subgoal("HeatObject", "Microwave|1"), Subgoal("CoolObject", "Fridge|1")]
    assert is_done(plan, 0, seen(held="Apple|1"))
    assert is_done(plan, 0, seen(held="Apple|1|AppleSliced_3"))
    assert not is_done(plan, 0, seen(held="Pear|1"))
    assert is_done(plan, 1, seen(heated={"Apple|1"}))
    assert not is_done(plan, 1, seen(cooled={"Apple|1"}))
    assert is_done(plan, 2, seen(cooled={"Apple|1|AppleSliced_3"}))
    put, toggle, cut = (
        Subgoal("PutObject", "Apple|1", "Shelf|1"),
        Subgoal("ToggleObject", "DeskLamp|1"),
        Subgoal("SliceObject", "Apple|1"),
    )
    assert is_done([put], 0, seen(apple, shelf))
    assert not is_done([put], 0, seen(apple, thing("Shelf|1", inside=[])))
    assert not is_done([put], 0, seen())
    assert not is_done([toggle], 0, seen(lamp))
    assert is_done([toggle], 0, seen(lamp | {"isToggled": True}))
    assert not is_done([cut], 0, seen(apple))
    assert is_done([cut], 0, seen(apple, item("Apple|1|AppleSliced_1")))
    assert is_done([Subgoal("CleanObject", "Sink|1|SinkBasin", "Cup|1")], 0, seen(cleaned={"Cup|1"}))


def test_they_count_in_order_and_a_walk_is_done_with_what_follows_it() -> None:
    plan = [
        Subgoal("GotoLocation", location=POSE), Subgoal("PickupObject", "Apple|1"),
        Subgoal("GotoLocation", location=(9, 9, 0, 30)), Subgoal("PutObject", "Apple|1", "Shelf|1"), Subgoal("End"),
    ]  # fmt: skip
    tracker = SubgoalTracker(plan)
    shelf = thing("Shelf|1", inside=[item("Apple|1")])
    assert len(tracker.plan) == 4
    assert tracker.update(seen(shelf, pose=(0, 0, 0, 30))) == 0, "what comes later does not count yet"
    assert tracker.update(seen(held="Apple|1", pose=(0, 0, 0, 30))) == 2
    assert tracker.update(seen(held="Pear|1", pose=(0, 0, 0, 30))) == 2, "what was done stays done"
    assert tracker.update(seen(shelf)) == 4


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(0, 3), st.sampled_from((0, 15, 30, 45, 60)))
def test_every_pose_is_near_itself(x: int, z: int, turn: int, horizon: int) -> None:
    assert near((x, z, turn, horizon), (x, z, turn, horizon))
    assert pose_of({"x": x / 4, "z": z / 4, "rotation": 90.0 * turn, "horizon": horizon}) == (x, z, turn, horizon)


def test_a_slice_knows_what_it_was_cut_from() -> None:
    assert whole("Apple|+00.10|+00.20|-00.30|AppleSliced_2") == "Apple|+00.10|+00.20|-00.30"
    assert whole("Sink|+00.10|+00.20|-00.30|SinkBasin") == "Sink|+00.10|+00.20|-00.30|SinkBasin"
    assert whole("") == ""

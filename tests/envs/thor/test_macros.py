"""The high-level actions as the low-level ones they are made of, in a house of a dozen objects."""

from __future__ import annotations

import pytest

from envs.thor import macros
from envs.thor.deed import Undone, plain
from envs.thor.walk import go_to
from envs.thor.world import World
from tests.envs.thor.house import House, world_of


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def world(house) -> World:
    return world_of(house)


def done(world: World, since: int = 0) -> list[str]:
    return [step.action for step in world.log[since:]]


def the(world: World, name: str) -> dict:
    return world.find(name)[0]


def take(world: World, name: str) -> None:
    go_to(world, world.find(name), name)
    macros.pick_up(world, the(world, name))


def used(world: World, macro, name: str) -> tuple[str, list[str]]:
    go_to(world, world.find(name), name)
    since = len(world.log)
    return macro(world, the(world, name)), done(world, since)


def test_heating_is_the_sequence_of_the_data(world):
    take(world, "Mug 1")
    mug = world.held["objectId"]
    sentence, steps = used(world, macros.heat, "Microwave")
    assert steps == [
        "OpenObject", "PutObject", "CloseObject", "ToggleObjectOn", "ToggleObjectOff", "OpenObject", "PickupObject",
        "CloseObject",
    ]  # fmt: skip
    assert sentence == "Heated the mug in the microwave and took it out again."
    assert world.held["objectId"] == mug
    assert world.bookkeeping.heated == {mug}
    assert world.failures == 0


def test_cooling_is_the_sequence_of_the_data(world):
    take(world, "Apple")
    apple = world.held["objectId"]
    _, steps = used(world, macros.cool, "Fridge")
    assert steps == ["OpenObject", "PutObject", "CloseObject", "OpenObject", "PickupObject", "CloseObject"]
    assert world.held["objectId"] == apple
    assert world.bookkeeping.cooled == {apple}


def test_cleaning_is_the_sequence_of_the_data_and_washes_all_that_is_in_the_basin(world):
    take(world, "Mug 1")
    mug = world.held["objectId"]
    assert world.held["isDirty"]
    _, steps = used(world, macros.clean, "SinkBasin")
    assert steps == ["PutObject", "ToggleObjectOn", "ToggleObjectOff", "PickupObject"]
    assert world.bookkeeping.cleaned == {mug}
    assert not world.held["isDirty"]


def test_a_fridge_found_open_is_not_opened_again_and_ends_closed(world):
    take(world, "Apple")
    used(world, macros.open_up, "Fridge")
    _, steps = used(world, macros.cool, "Fridge")
    assert steps == ["PutObject", "CloseObject", "OpenObject", "PickupObject", "CloseObject"]
    assert not the(world, "Fridge")["isOpen"]


def test_a_closed_drawer_is_opened_for_what_is_put_there_and_closed_again(world):
    take(world, "Apple")
    sentence, steps = used(world, macros.put_down, "Drawer 2")
    assert steps == ["OpenObject", "PutObject", "CloseObject"]
    assert sentence == "Put the apple into the drawer."
    assert world.held is None


def test_what_was_open_stays_open_and_a_table_is_just_put_on(world):
    take(world, "Apple")
    assert used(world, macros.put_down, "CounterTop") == ("Put the apple on the counter top.", ["PutObject"])
    take(world, "Apple")
    used(world, macros.open_up, "Drawer 1")
    assert used(world, macros.put_down, "Drawer 1")[1] == ["PutObject"]
    assert the(world, "Drawer 1")["isOpen"]


def test_a_drawer_that_is_full_is_left_as_it_was_found(world, house):
    house.get(the(world, "Drawer 1")["objectId"])["receptacleObjectIds"] = ["a", "b", "c"]
    take(world, "Apple")
    go_to(world, world.find("Drawer 1"), "drawer")
    since = len(world.log)
    with pytest.raises(Undone, match="The apple was not put there. It did not work: No valid positions"):
        macros.put_down(world, the(world, "Drawer 1"))
    assert done(world, since) == ["OpenObject", "PutObject", "CloseObject"]
    assert not the(world, "Drawer 1")["isOpen"]
    assert world.failures == 1


def near(world: World, name: str) -> dict:
    go_to(world, world.find(name), name)
    return the(world, name)


@pytest.mark.parametrize(
    ("macro", "name", "told"),
    [
        (macros.put_down, "CounterTop", "Nothing is in the hand."),
        (macros.heat, "Microwave", "Nothing is in the hand."),
        (macros.clean, "SinkBasin", "Nothing is in the hand."),
        (macros.pick_up, "Fridge", "The fridge cannot be picked up."),
        (macros.open_up, "Mug 1", "The mug cannot be opened."),
        (macros.close_up, "Fridge", "The fridge is closed already."),
        (macros.close_up, "Apple", "The apple cannot be closed."),
        (macros.toggle, "Apple", "The apple cannot be switched on or off."),
        (macros.cut, "Apple", "A knife is needed in the hand to slice."),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason_and_counts_as_a_failed_step(world, macro, name, told):
    thing = near(world, name)
    steps = world.steps
    with pytest.raises(Undone) as caught:
        macro(world, thing)
    assert str(caught.value) == told
    assert (world.steps, world.failures) == (steps + 1, 1)


def test_more_reasons(world):
    far = the(world, "Mug 1")
    with pytest.raises(Undone, match="The mug is too far away; go to it first."):
        macros.pick_up(world, far)
    near(world, "Microwave")
    macros.open_up(world, the(world, "Microwave"))
    with pytest.raises(Undone, match="The microwave is open; close it first."):
        macros.toggle(world, the(world, "Microwave"))
    macros.close_up(world, the(world, "Microwave"))
    assert macros.toggle(world, the(world, "Microwave")) == "Switched the microwave on."
    with pytest.raises(Undone, match="The microwave is on; switch it off first."):
        macros.open_up(world, the(world, "Microwave"))
    assert macros.toggle(world, the(world, "Microwave")) == "Switched the microwave off."
    take(world, "Apple")
    with pytest.raises(Undone, match="There is an apple in the hand already; put it down first."):
        macros.pick_up(world, near(world, "Mug 2"))
    with pytest.raises(Undone, match="The fridge is not a microwave to heat it in."):
        macros.heat(world, near(world, "Fridge"))
    with pytest.raises(Undone, match="The microwave is no sink to wash it in."):
        macros.clean(world, near(world, "Microwave"))
    with pytest.raises(Undone, match="The drawer is closed; open it first."):
        macros.place(world, near(world, "Drawer 1"))


def test_slicing_with_the_knife(world):
    take(world, "Knife")
    assert used(world, macros.cut, "Apple") == ("Sliced the apple.", ["SliceObject"])
    with pytest.raises(Undone, match="The apple is sliced already."):
        macros.cut(world, the(world, "Apple"))


def test_going_walks_faces_and_counts_every_step(world):
    sentence = go_to(world, world.find("Fridge"), "fridge")
    assert sentence == "Went to the fridge; it is in front."
    assert world.steps == len(world.log) == len(done(world))
    assert set(done(world)) <= {"MoveAhead", "RotateLeft", "RotateRight", "LookUp", "LookDown"}
    assert the(world, "Fridge")["visible"]
    x, z = world.pose.x / 4, world.pose.z / 4
    assert ((x + 1.5) ** 2 + z**2) ** 0.5 <= 1.5


def test_going_round_what_stands_in_the_way_unknown_to_the_map(world, house):
    # The map says that cells up to 1.0 m are free; the house lets nobody beyond 1.0 m: make it a tighter one.
    real = House.do_MoveAhead

    def barred(moveMagnitude):  # noqa: N803 - the engine's name
        dx, dz = ((0, 1), (1, 0), (0, -1), (-1, 0))[house.agent["turn"]]
        if (house.agent["x"] + dx * 0.25, house.agent["z"] + dz * 0.25) == (0.0, 0.25):
            return "chair|1 is blocking Agent 0 from moving"
        return real(house, moveMagnitude)

    house.do_MoveAhead = barred
    assert "in front" in go_to(world, world.find("CounterTop"), "counter top")


def test_what_is_shut_away_is_not_walked_to(world):
    take(world, "Apple")
    used(world, macros.put_down, "Fridge")
    steps = world.steps
    with pytest.raises(Undone, match="no apple to be seen from anywhere"):
        go_to(world, world.find("Apple"), "apple")
    assert world.steps == steps + 1


def test_an_engines_words_are_told_without_its_ids():
    assert plain("Mug|+01.00|+00.90|-02.00 is not a valid Object!\n  at X") == "mug is not a valid Object! at X"
    assert plain("Apple|+00.1|+00.2|+00.3|AppleSliced_1, gone.") == "apple, gone"
    assert len(plain("word " * 100)) == 160

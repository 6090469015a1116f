"""The household's actions as schemas and calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ActionError, FunctionCall
from actions.dialects.registry import make_dialect
from actions.household import Clean, Done, GotoLocation, Pickup, PutDown, household_space, low_level_space
from actions.point import PERMILLE, Box, Point

PAPER = {"GotoLocation", "Pickup", "PutDown", "Open", "Close", "Clean", "Heat", "Cool", "Slice"}


def test_the_nine_of_the_report_and_toggle_and_an_end():
    assert set(household_space().names) == PAPER | {"Toggle", "Done"}


def test_alfreds_twelve_and_an_end():
    assert len(low_level_space().names) == 13
    assert low_level_space().names[-1] == "Done"


@pytest.mark.parametrize("space", [household_space(), low_level_space()])
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_is_sampled_is_read_back_as_it_was(space, seed):
    space.seed(seed)
    action = space.sample()
    assert space.decode(space.encode(action)) == action
    assert space.contains(action)


@pytest.mark.parametrize("name", ["qwen", "hermes"])
def test_a_box_in_the_units_of_qwen_is_read(name):
    dialect, space = make_dialect(name), household_space()
    action = Pickup("mug", Box(0.1, 0.2, 0.3, 0.4))
    text = dialect.render(space.encode(action, dialect.scale))
    assert space.decode(dialect.parse(text), dialect.scale) == action


def test_a_box_may_be_written_as_the_report_writes_it():
    call = FunctionCall("Pickup", {"object": "mug", "box": "<|box_start|>(100,200),(300,400)<|box_end|>"})
    assert household_space().decode(call, PERMILLE) == Pickup("mug", Box(0.1, 0.2, 0.3, 0.4))


def test_a_point_may_stand_for_the_box_and_going_needs_neither():
    space = household_space()
    assert space.decode(FunctionCall("PutDown", {"object": "sink", "point": [500, 500]}), PERMILLE) == PutDown(
        "sink", point=Point(0.5, 0.5)
    )
    assert space.decode(FunctionCall("GotoLocation", {"object": "Fridge"})) == GotoLocation("Fridge")
    assert space.decode(FunctionCall("Done")) == Done()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (FunctionCall("Pickup", {}), "needs the argument 'object'"),
        (FunctionCall("Pickup", {"object": "mug", "box": [0, 0, 2000, 10]}), "outside the screen"),
        (FunctionCall("Pickup", {"object": "mug", "box": [500, 0, 100, 10]}), "corners are swapped"),
        (FunctionCall("Fly", {}), "There is no function 'Fly'"),
    ],
)
def test_a_mistake_is_told(call, told):
    with pytest.raises(ActionError, match=told):
        household_space().decode(call, PERMILLE)


def test_what_clean_is_shown_says_that_the_box_is_the_sinks():
    schema = next(schema for schema in household_space().schema() if schema.name == Clean.name)
    assert "sink" in schema.parameters["properties"]["box"]["description"]

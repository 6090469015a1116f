"""Actions and action spaces: schema, check, codec, sampling, and what gymnasium expects of a Space."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ActionError, FunctionCall
from actions.point import PERMILLE, Box, Point
from actions.space import Action, ActionSpace, Within, parameters_of
from tests.actions.strategies import (
    SPACE,
    Everything,
    Home,
    Options,
    Tap,
    actions,
    attempt,
    buried,
    fractions,
    is_fit_to_show,
    permille,
    wild_calls,
)

EVERYTHING: dict[str, Any] = {
    "text": "hello",
    "flag": True,
    "count": 7,
    "level": -3,
    "ratio": 0.25,
    "seconds": 60,
    "point": [348, 291],
    "box": [100, 200, 300, 600],
    "way": "up",
    "keys": ["ctrl", "a"],
}


def decode(name: str, **arguments: Any) -> Action:
    return SPACE.decode(FunctionCall(name, arguments), PERMILLE)


def refusal(name: str, **arguments: Any) -> str:
    """The message `decode` refuses a call with."""
    with pytest.raises(ActionError) as error:
        decode(name, **arguments)
    assert is_fit_to_show(error.value)
    return str(error.value)


def test_a_call_becomes_an_action() -> None:
    assert decode("Home") == Home()
    assert decode("click", point=[348, 291]) == Tap(Point(0.348, 0.291))
    assert decode("Everything", **EVERYTHING) == Everything(
        text="hello",
        flag=True,
        count=7,
        level=-3,
        ratio=0.25,
        seconds=60.0,
        point=Point(0.348, 0.291),
        box=Box(0.1, 0.2, 0.3, 0.6),
        way="up",
        keys=("ctrl", "a"),
    )


def test_an_optional_argument_may_be_left_out_or_null() -> None:
    assert decode("Options") == Options()
    assert decode("Options", text=None, point=None, way=None, keys=None) == Options()


def test_empty_and_zero_values_are_values() -> None:
    action = Options(text="", flag=False, count=0, seconds=0.0, keys=(), times=0, note="")
    assert SPACE.decode(SPACE.encode(action)) == action
    assert SPACE.encode(action).arguments == {
        "text": "",
        "flag": False,
        "count": 0,
        "seconds": 0.0,
        "keys": [],
        "times": 0,
        "note": "",
    }


def test_a_whole_float_is_an_integer_and_a_whole_number_is_a_float() -> None:
    action = decode("Everything", **(EVERYTHING | {"count": 7.0, "ratio": 2}))
    assert isinstance(action, Everything)
    assert (action.count, type(action.count)) == (7, int)
    assert (action.ratio, type(action.ratio)) == (2.0, float)


def test_a_choice_that_is_a_number_may_be_written_bare() -> None:
    action = decode("Everything", **(EVERYTHING | {"way": 3}))
    assert isinstance(action, Everything)
    assert action.way == "3"


def test_an_unknown_function_is_told_the_choices() -> None:
    assert refusal("LongPress") == "There is no function 'LongPress'; choose one of: Home, click, Everything, Options."
    assert "choose one of: Home, click" in refusal("tap")
    assert "choose one of: Home, click" in refusal("Tap"), "the name given in name= is the only one"


def test_an_unknown_argument_is_told_the_choices() -> None:
    assert refusal("click", point=[1, 2], button="left") == "click has no argument 'button'; it takes point."
    assert refusal("Home", point=[1, 2]) == "Home has no argument 'point'; it takes no arguments."


def test_a_missing_argument_is_named() -> None:
    assert refusal("click") == "click needs the argument 'point'."
    assert refusal("Everything", **{k: v for k, v in EVERYTHING.items() if k != "keys"}).endswith("'keys'.")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", 5, "'text' must be text in quotes"),
        ("text", None, "'text' must be text in quotes"),
        ("flag", 1, "'flag' must be true or false"),
        ("flag", "true", "'flag' must be true or false"),
        ("count", 1.5, "'count' must be a whole number"),
        ("count", True, "'count' must be a whole number"),
        ("count", "7", "'count' must be a whole number"),
        ("count", float("inf"), "'count' must be a whole number"),
        ("count", 10**400, "'count' must be between"),
        ("level", 4, "'level' must be between -3 and 3"),
        ("ratio", "1", "'ratio' must be a number"),
        ("ratio", float("nan"), "'ratio' must be between"),
        ("ratio", 1e300, "'ratio' must be between"),
        ("seconds", 60.001, "'seconds' must be between 0 and 60"),
        ("seconds", -1, "'seconds' must be between 0 and 60"),
        ("way", "left", "'way' must be one of up, down, 3"),
        ("way", ["up"], "'way' must be one of up, down, 3"),
        ("way", True, "'way' must be one of up, down, 3"),
        # An id of its own, because pytest cannot print a number of this size.
        pytest.param("way", -(10**5000), "'way' must be one of up, down, 3", id="way-huge"),
        ("keys", "ctrl", "'keys' must be a list of strings"),
        ("keys", ["ctrl", 1], "'keys' must be a list of strings"),
        ("point", [1001, 5], "x must be 0 to 1000 and y 0 to 1000"),
        ("point", "middle", "two numbers, (x, y); got 'middle'"),
        ("point", buried(5000), "A coordinate must be a number"),
        ("box", [1, 2], "four numbers, (left, top), (right, bottom); got [1, 2]"),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_would(field: str, value: Any, told: str) -> None:
    assert told in refusal("Everything", **(EVERYTHING | {field: value}))


def test_a_coordinate_of_one_thousand_is_the_edge_and_beyond_is_never_clamped() -> None:
    assert decode("click", point=[1000, 1000]) == Tap(Point(1.0, 1.0))
    refusal("click", point=[1000, 1001])


@given(wild_calls)
def test_any_call_at_all_is_an_action_or_an_action_error(call: FunctionCall) -> None:
    action = attempt(SPACE.decode, call, PERMILLE, refusal=ActionError)
    assert action is None or action in SPACE


# Values so large that they cannot even be printed: the message must not try.
@pytest.mark.parametrize("value", [10**5000, buried(5000), {"x": buried(5000)}, "9" * 100_000], ids=range(4))
@pytest.mark.parametrize("field", [name for name in EVERYTHING if name != "text"])
def test_a_monstrous_value_is_refused_in_words_fit_to_show(field: str, value: Any) -> None:
    refusal("Everything", **(EVERYTHING | {field: value}))


@pytest.mark.parametrize("name", ["", "\n" * 100, "\U000e0001" * 100_000, "✿FUNCTION✿"])
def test_a_strange_name_does_not_make_a_strange_message(name: str) -> None:
    assert "choose one of" in refusal(name)
    assert "it takes point" in refusal("click", **{name: 1})


@given(actions(fractions))
def test_decode_inverts_encode_exactly_in_the_unit_scale(action: Action) -> None:
    assert SPACE.decode(SPACE.encode(action)) == action


@given(actions(permille))
def test_decode_inverts_encode_on_the_grid_of_permille(action: Action) -> None:
    assert SPACE.decode(SPACE.encode(action, PERMILLE), PERMILLE) == action


@given(actions(fractions))
def test_an_action_survives_json_text(action: Action) -> None:
    call = SPACE.encode(action)
    assert SPACE.decode(FunctionCall(call.name, json.loads(json.dumps(call.arguments)))) == action


@given(st.integers(0, 2**32), st.integers(1, 20))
def test_samples_are_contained_and_survive_the_codec(seed: int, count: int) -> None:
    space = ActionSpace(SPACE.actions, seed=seed)
    for action in [space.sample() for _ in range(count)]:
        assert action in space
        assert space.decode(space.encode(action)) == action


def test_the_same_seed_gives_the_same_samples() -> None:
    first, second = ActionSpace(SPACE.actions, seed=5), ActionSpace(SPACE.actions, seed=5)
    drawn = [first.sample() for _ in range(50)]
    assert drawn == [second.sample() for _ in range(50)]
    first.seed(5)
    assert drawn == [first.sample() for _ in range(50)]
    first.seed(6)
    assert drawn != [first.sample() for _ in range(50)]


def test_every_action_and_every_choice_is_sampled() -> None:
    space = ActionSpace(SPACE.actions, seed=0)
    drawn = [space.sample() for _ in range(400)]
    assert {type(action) for action in drawn} == set(SPACE.actions)
    assert {action.way for action in drawn if isinstance(action, Everything)} == {"up", "down", "3"}
    assert {action.level for action in drawn if isinstance(action, Everything)} == set(range(-3, 4))
    assert any(action.text is None for action in drawn if isinstance(action, Options))


def test_a_sampled_integer_keeps_within_bounds_that_are_not_whole() -> None:
    @dataclass(frozen=True, slots=True)
    class Turn(Action):
        """Turn."""

        steps: int

    # A local class: its annotation is set by hand, because get_type_hints looks names up in the module.
    Turn.__annotations__["steps"] = Annotated[int, Within(0.5, 2.5)]
    space = ActionSpace([Turn], seed=0)
    drawn = [space.sample() for _ in range(50)]
    assert {action.steps for action in drawn if isinstance(action, Turn)} == {1, 2}
    assert all(action in space for action in drawn)


@given(st.lists(actions(fractions), max_size=4))
def test_jsonable_round_trip(sample: list[Action]) -> None:
    assert SPACE.from_jsonable(json.loads(json.dumps(SPACE.to_jsonable(sample)))) == sample


def test_only_actions_of_the_space_with_values_that_fit_are_contained() -> None:
    @dataclass(frozen=True, slots=True)
    class Stranger(Action, name="Home"):
        """Go."""

    good = Tap(Point(0.5, 0.5))
    assert good in SPACE
    for bad in (Stranger(), "Home", None, Home, FunctionCall("Home"), Tap, {"name": "Home"}):
        assert bad not in SPACE
    wrong: list[Any] = ["(0.5, 0.5)", (0.5, 0.5), None, 5, Box(0, 0, 1, 1)]
    assert not any(Tap(value) in SPACE for value in wrong)
    assert Options(seconds=61.0) not in SPACE
    assert Options(keys=["a"]) not in SPACE  # type: ignore[arg-type]


def test_an_action_of_another_space_cannot_be_encoded() -> None:
    with pytest.raises(ActionError, match="not an action of this space"):
        ActionSpace([Home]).encode(Tap(Point(0.5, 0.5)))


def test_spaces_are_equal_when_their_actions_are() -> None:
    same = ActionSpace([Home, Tap], seed=1)
    assert same == ActionSpace([Home, Tap], seed=2)
    assert hash(same) == hash(ActionSpace([Home, Tap]))
    assert same != ActionSpace([Tap, Home])
    assert same != ActionSpace([Home])
    assert same != gymnasium.spaces.Discrete(2)
    assert len({same, ActionSpace([Home, Tap]), ActionSpace([Home])}) == 2


def test_it_is_a_gymnasium_space() -> None:
    assert isinstance(SPACE, gymnasium.Space)
    assert SPACE.shape is None
    assert SPACE.dtype is None
    assert SPACE.is_np_flattenable is False
    assert repr(SPACE) == "ActionSpace(Home, click, Everything, Options)"
    pair = gymnasium.spaces.Dict({"action": SPACE, "n": gymnasium.spaces.Discrete(3)})
    assert pair.contains(pair.sample())
    with pytest.raises(ValueError, match="mask"):
        SPACE.sample(mask=[1, 0, 0, 0])
    with pytest.raises(ValueError, match="mask"):
        SPACE.sample(probability=[1, 0, 0, 0])


def test_a_copy_or_a_pickle_of_a_space_goes_on_with_the_same_samples() -> None:
    space = ActionSpace(SPACE.actions, seed=3)
    space.sample()
    twins = [copy.deepcopy(space), pickle.loads(pickle.dumps(space))]
    expected = [space.sample() for _ in range(5)]
    for twin in twins:
        assert twin == space
        assert [twin.sample() for _ in range(5)] == expected


def test_the_schema_is_json_schema_drawn_from_the_dataclass() -> None:
    home, tap, everything, options = SPACE.schema()
    assert (home.name, home.description) == ("Home", "Go to the home screen.")
    assert home.parameters == {"type": "object", "properties": {}, "required": []}
    assert tap.name == "click"
    assert everything.description == "Take one argument of every kind."
    assert everything.parameters["properties"] == {
        "text": {"type": "string", "description": "what to type"},
        "flag": {"type": "boolean"},
        "count": {"type": "integer"},
        "level": {"type": "integer", "minimum": -3, "maximum": 3},
        "ratio": {"type": "number"},
        "seconds": {"type": "number", "minimum": 0, "maximum": 60, "description": "how long to wait"},
        "point": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "box": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "way": {"type": "string", "enum": ["up", "down", "3"], "description": "where to"},
        "keys": {"type": "array", "items": {"type": "string"}},
    }
    assert everything.parameters["required"] == list(everything.parameters["properties"])
    assert options.parameters["required"] == []
    assert options.parameters["properties"]["way"] == {"type": "string", "enum": ["up", "down"]}


def test_a_subclass_without_a_name_has_its_own() -> None:
    @dataclass(frozen=True, slots=True)
    class DoubleTap(Tap):
        """Tap twice."""

    assert (Tap.name, DoubleTap.name) == ("click", "DoubleTap")
    assert [parameter.name for parameter in parameters_of(DoubleTap)] == ["point"]


def test_a_space_needs_actions_with_different_names() -> None:
    @dataclass(frozen=True, slots=True)
    class Other(Action, name="Home"):
        """Go."""

    for classes in ([], [Home, Other], [Home, Home]):
        with pytest.raises(ValueError, match="different names"):
            ActionSpace(classes)


@dataclass(frozen=True, slots=True)
class TakesDict(Action):
    """Has a field of no supported type."""

    value: dict[str, int]


@dataclass(frozen=True, slots=True)
class TakesUnion(Action):
    """Has a field of two types."""

    value: int | str


@dataclass(frozen=True, slots=True)
class TakesNumbers(Action):
    """Has choices that are not strings."""

    value: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class TakesName(Action):
    """Has a field that hides the action's own name."""

    name: str  # type: ignore[misc]


@pytest.mark.parametrize("action", [TakesDict, TakesUnion, TakesNumbers, TakesName])
def test_an_unsupported_field_is_found_when_the_space_is_made(action: type[Action]) -> None:
    with pytest.raises(TypeError, match=action.__name__):
        ActionSpace([action])

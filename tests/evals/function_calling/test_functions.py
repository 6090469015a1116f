"""Functions given as data become actions that all dialects can call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ActionError, FunctionCall
from actions.dialects.registry import DIALECTS, make_dialect
from envs.base import EnvError
from envs.replay.function_calling.functions import space_of_functions

BOOK = {
    "name": "book.seat-now", "description": "Book a seat.",
    "parameters": {
        "type": "object",
        "properties": {
            "train": {"type": "string", "description": "as shown"},
            "class": {"type": "string", "enum": ["first", "second"]},
            "seats": {"type": "integer", "minimum": 1, "maximum": 9},
            "price": {"type": "number"},
            "quiet": {"type": "boolean"},
            "extras": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["train", "seats"],
    },
}  # fmt: skip
PLAIN = {**BOOK, "parameters": {**BOOK["parameters"], "properties": {
    key: value for key, value in BOOK["parameters"]["properties"].items() if key != "class"}}}  # fmt: skip
NOTHING = {"name": "nothing"}


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_dialect_declares_and_calls_them(dialect):
    space = space_of_functions([PLAIN, NOTHING], "here")
    writer = make_dialect(dialect)
    for part in ("book.seat-now", "Book a seat.", "as shown", "nothing"):
        assert part in writer.declare(space.schema())
    writer.grammar(space)
    space.seed(1)
    for _ in range(20):
        action = space.sample()
        call = space.encode(action, writer.scale)
        assert space.decode(writer.parse(writer.render(call)), writer.scale) == action


def test_what_is_not_required_may_be_left_out_and_comes_back_as_it_was():
    space = space_of_functions([PLAIN], "here")
    call = FunctionCall("book.seat-now", {"train": "G7", "seats": 2})
    assert space.encode(space.decode(call)) == call
    for wrong in (
        {"train": "G7"},
        {"train": "G7", "seats": 10},
        {"train": 7, "seats": 1},
        {"train": "", "seats": 1, "x": 1},
    ):
        with pytest.raises(ActionError):
            space.decode(FunctionCall("book.seat-now", wrong))


def test_the_same_schema_makes_the_same_class():
    first, again = (space_of_functions([PLAIN], "here").actions[0] for _ in range(2))
    assert first is again


def parameter(name: str = "a", **schema) -> dict:
    return {"name": "f", "parameters": {"type": "object", "properties": {name: schema}}}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (BOOK, "called 'class'"),
        (parameter("name", type="string"), "called 'name'"),
        (parameter("a b", type="string"), "called 'a b'"),
        (parameter("__init__", type="string"), "__init__"),
        (parameter(type="object"), "type 'object'"),
        (parameter(type=["string", "null"]), "type \\['string'"),
        (parameter(enum=[1, 2], type="integer"), "enum"),
        (parameter(enum=[], type="string"), "enum"),
        (parameter(type="array", items={"type": "integer"}), "array 'a'"),
        (parameter(type="array", items=["string"]), "array 'a'"),
        (parameter(type="array", items="string"), "array 'a'"),
        (parameter(enum="abc", type="string"), "enum"),
        (parameter(type="number", minimum=-(10**400)), "bounds of 'a'"),
        (parameter(type="number", maximum=float("inf")), "bounds of 'a'"),
        (parameter(type="number", maximum=float("nan")), "bounds of 'a'"),
        (parameter(type="number", minimum="1"), "bounds of 'a'"),
        (parameter(type="number", minimum=2, maximum=1), "no value of 'a'"),
        (parameter(type="integer", minimum=0.2, maximum=0.8), "no value of 'a'"),
        (parameter(type="string", description=3), "description"),
        ({"name": "f", "parameters": []}, "^here"),
        ({"name": "f", "parameters": [1]}, "JSON Schema of an object"),
        ({"name": "f", "parameters": {"type": "object", "properties": {}, "required": ["x"]}}, "'required'"),
        ({"name": "rm -rf /"}, "letters, digits"),
        ({"name": "f", "description": "x" * 5000}, "4096"),
    ],
)
def test_a_schema_beyond_what_can_be_called_is_named(function, message):
    if function == {"name": "f", "parameters": []}:  # an empty list is no parameters, as some files have it
        assert space_of_functions([function], "here").names == ("f",)
        return
    with pytest.raises(EnvError, match=message) as caught:
        space_of_functions([function], "here")
    assert str(caught.value).startswith("here, function ")


def test_bounds_may_be_as_wide_as_times_in_milliseconds():
    space = space_of_functions([parameter(type="integer", minimum=0, maximum=10**15)], "here")
    assert space.decode(FunctionCall("f", {"a": 1_700_000_000_000})) is not None


def test_names_must_differ_and_there_must_be_one():
    for functions in ([], [NOTHING, NOTHING]):
        with pytest.raises(EnvError, match="at least one action, and different names"):
            space_of_functions(functions, "here")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "properties", "required", "enum", "items"]), inner, max_size=4),
    max_leaves=10,
))  # fmt: skip
def test_any_json_is_a_space_or_an_error_in_words(parameters):
    try:
        space_of_functions([{"name": "f", "parameters": parameters}], "here")
    except EnvError as error:
        message = str(error)
    else:
        message = "here"
    assert message.startswith("here")

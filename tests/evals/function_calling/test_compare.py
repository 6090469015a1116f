"""When two calls are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import FunctionCall
from evals.function_calling.compare import exact, lenient

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
arguments = st.dictionaries(st.text(max_size=4), json_values, max_size=4)


def call(**values) -> FunctionCall:
    return FunctionCall("f", values)


@given(arguments, arguments)
def test_the_same_is_the_same_and_lenient_never_says_less(one, other):
    given_call, expected = FunctionCall("f", one), FunctionCall("f", other)
    assert exact(given_call, given_call)
    assert lenient(given_call, given_call)
    assert exact(given_call, expected) == exact(expected, given_call)
    assert lenient(given_call, expected) >= exact(given_call, expected)
    assert not exact(FunctionCall("g", one), given_call)


@pytest.mark.parametrize(
    ("given_value", "expected", "is_exact", "is_lenient"),
    [
        (3, 3.0, True, True),
        (3, "3", False, True),
        ("3.50", 3.5, False, True),
        (True, 1, False, False),
        (0, False, False, False),
        ("true", True, False, False),
        (" a  b ", "a b", False, True),
        ("A", "a", False, False),
        ("", " ", False, True),
        ("", None, False, False),
        ("1e3", 1000, False, False),
        ("0123", "123", False, True),  # as numbers they are the same: lenient is lenient
        (["a", "b"], ["b", "a"], False, False),
        (["1", " x"], [1, "x"], False, True),
        ({"k": [1]}, {"k": [1.0]}, True, True),
        ({"k": 1}, {"k": 1, "l": None}, False, False),
        ("北京", "北京", True, True),
        ("７", "7", False, True),
    ],
)
def test_values(given_value, expected, is_exact, is_lenient):
    assert exact(call(a=given_value), call(a=expected)) is is_exact
    assert lenient(call(a=given_value), call(a=expected)) is is_lenient


def test_an_argument_more_or_fewer_is_another_call():
    assert not exact(call(a=1, b=2), call(a=1))
    assert not lenient(call(), call(a=None))
    assert exact(call(), call())


def test_what_is_nested_too_deep_matches_nothing_and_ends_nothing():
    deep: list = []
    for _ in range(20_000):
        deep = [deep]
    for one, other in ((deep, deep), (deep, 1), (1, deep)):
        assert not exact(call(a=one), call(a=other))
        assert not lenient(call(a=one), call(a=other))

"""A grammar accepts what a dialect writes, byte for byte, and nothing that would not parse and decode."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer

from actions.call import FunctionCall
from actions.cards import blackjack_space, ez_points_space, number_line_space, points24_space
from actions.dialects.base import Dialect
from actions.dialects.boxes import box_rules
from actions.dialects.hermes import HermesDialect
from actions.dialects.lark import read_ends
from actions.dialects.limits import End, Limits
from actions.dialects.qwen import QwenDialect
from actions.dialects.ranges import floats, integers
from actions.dialects.registry import DIALECTS, make_dialect
from actions.point import UNIT, Box, Point, PointScale
from actions.space import Action, ActionSpace, Within
from tests.actions.strategies import SPACE, TRICKY, Home, actions, fractions, permille, texts

SPACES = [SPACE, number_line_space(), blackjack_space(), ez_points_space(), points24_space()]
PIXELS = PointScale(1344, 896, integral=True)
WORDS = (
    'say "hi"',
    "a\\b",
    "two\nlines",
    "<tool_call>",
    "</tool_call>",
    "✿",
    "✿RESULT✿",
    "*RETURN*",
    "é",
    "🀄",
    "/",
    "",
)


@dataclass(frozen=True, slots=True)
class Hostile(Action, name="app-1.open_名"):
    """Take one of the worst words."""

    word: Literal[
        'say "hi"', "a\\b", "two\nlines", "<tool_call>", "</tool_call>", "✿", "✿RESULT✿", "*RETURN*", "é", "🀄", "/", ""
    ]
    grösse: int | None


@dataclass(frozen=True, slots=True)
class Optional(Action):
    """Nothing is needed."""

    first: int = 1
    second: str | None = "two"
    third: bool | None = None


@dataclass(frozen=True, slots=True)
class Edges(Action):
    """Numbers at the edge of what a float is."""

    tiny: Annotated[float, Within(-1e-300, 5e-324)]
    huge: Annotated[float, Within(-math.inf, sys.float_info.max)]
    half: Annotated[int, Within(-2.5, 2.5)]
    any: Annotated[int, Within(-math.inf, math.inf)]
    where: Point
    place: Box


@pytest.fixture(params=DIALECTS, scope="module")
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return make_dialect(request.param)


@cache
def matcher(grammar: str) -> LLMatcher:
    """A matcher over bytes, each of them a token."""
    made = LLMatcher(LLTokenizer("byte"), grammar, log_level=0)
    assert not made.is_error(), made.get_error()
    return made


def taken(grammar: str, text: str) -> int:
    """How many bytes of `text` the grammar takes; one more when it is at its end after them."""
    state = matcher(grammar)
    state.reset()
    count = state.try_consume_tokens(list(text.encode()))
    return count + state.is_stopped()


def accepts(grammar: str, text: str) -> bool:
    return taken(grammar, text) == len(text.encode()) + 1


@given(action=actions(permille), thought=texts, first=st.booleans())
def test_every_answer_is_accepted(dialect: Dialect, action: Action, thought: str, first: bool) -> None:
    call = SPACE.encode(action, dialect.scale)
    assert accepts(dialect.grammar(SPACE), dialect.answer(thought, call, first=first))


@pytest.mark.parametrize("space", SPACES, ids=repr)
@given(thought=texts, first=st.booleans())
def test_every_answer_in_the_games_is_accepted(dialect: Dialect, space: ActionSpace, thought: str, first: bool) -> None:
    call = space.encode(space.sample(), dialect.scale)
    assert accepts(dialect.grammar(space), dialect.answer(thought, call, first=first))


@pytest.mark.parametrize("scale", [UNIT, PIXELS, PointScale(7, 0, integral=True), PointScale(640.0, 0.5)], ids=repr)
@pytest.mark.parametrize("make", DIALECTS.values())
@given(action=actions(fractions))
def test_every_unit_of_points_is_accepted(make: type[Dialect], scale: PointScale, action: Action) -> None:
    dialect = make(scale=scale)
    answer = dialect.answer("So.", SPACE.encode(action, scale), first=True)
    assert accepts(dialect.grammar(SPACE), answer)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("number", [None, -1, 0, 10**15])
def test_hostile_names_and_choices_are_accepted(dialect: Dialect, word: str, number: int | None) -> None:
    space = ActionSpace([Hostile, Home])
    answer = dialect.answer("✿ <b> *so*", space.encode(Hostile(word, number)), first=True)  # type: ignore[arg-type]
    assert accepts(dialect.grammar(space), answer)
    assert space.decode(dialect.parse(answer)) == Hostile(word, number)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("second", ["two", "", None])
@pytest.mark.parametrize("third", [None, True])
def test_what_has_a_default_may_be_left_out(
    dialect: Dialect, first: int, second: str | None, third: bool | None
) -> None:
    space = ActionSpace([Optional])
    call = space.encode(Optional(first, second, third))
    assert accepts(dialect.grammar(space), dialect.answer("", call, first=True))


@pytest.mark.parametrize(
    "action",
    [
        Edges(-1e-300, -sys.float_info.max, -2, -(10**15), Point(0, 0), Box(0, 0, 0, 0)),
        Edges(5e-324, sys.float_info.max, 2, 10**15, Point(1, 1), Box(1, 1, 1, 1)),
        Edges(-0.0, 1e16, 0, 0, Point(0.5, 1e-7), Box(0, 0.1, 1e-5, 0.1)),
    ],
)
def test_numbers_at_the_edge_are_accepted(action: Edges) -> None:
    dialect, space = HermesDialect(scale=UNIT), ActionSpace([Edges])
    answer = dialect.answer("So.", space.encode(action), first=True)
    assert accepts(dialect.grammar(space), answer)
    assert space.decode(dialect.parse(answer)) == action


def write(dialect: Dialect, arguments: str, name: str = "Everything") -> str:
    """An answer with these arguments as they stand."""
    return dialect.answer("So.", FunctionCall(name), first=True).replace("{}", arguments)


GOOD = {
    "text": "a", "flag": True, "count": 1, "level": -3, "ratio": 0.5, "seconds": 60, "point": [0, 1000],
    "box": [1, 2, 3, 4], "way": "3", "keys": ["a", "b"],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"level": 4},
        {"level": 1.0},
        {"level": "1"},
        {"seconds": 60.001},
        {"seconds": -1e-5},
        {"seconds": math.nan},
        {"count": 10**15 + 1},
        {"count": True},
        {"ratio": 1e16},
        {"ratio": -1000000000000000.1},
        {"point": [0, 1001]},
        {"point": [-1, 0]},
        {"point": [0.5, 0]},
        {"point": [1]},
        {"point": [1, 2, 3, 4]},
        {"box": [3, 2, 1, 4]},
        {"box": [1, 4, 3, 2]},
        {"box": [10, 2, 9, 4]},
        {"box": [1, 2, 3]},
        {"way": "left"},
        {"way": 3},
        {"flag": 1},
        {"keys": [1]},
        {"keys": "a"},
        {"text": None},
        {"text": 1},
        {"more": 1},
    ],
    ids=repr,
)
def test_arguments_that_do_not_fit_are_refused(dialect: Dialect, change: dict[str, object]) -> None:
    grammar = dialect.grammar(SPACE)
    assert accepts(grammar, write(dialect, json.dumps(GOOD)))
    assert not accepts(grammar, write(dialect, json.dumps(GOOD | change)))


@pytest.mark.parametrize(
    "arguments",
    [
        '{"point": [1, 2]} ',
        '{ "point": [1, 2]}',
        '{"point":[1, 2]}',
        '{"point": [1,2]}',
        '{"point": [01, 2]}',
        '{"point": [-0, 2]}',
        '{"point": [1, 2], "point": [1, 2]}',
        '{"point": null}',
        "{'point': [1, 2]}",
        "{}",
        "null",
    ],
)
def test_other_ways_to_write_a_call_are_refused(dialect: Dialect, arguments: str) -> None:
    grammar = dialect.grammar(SPACE)
    assert accepts(grammar, write(dialect, '{"point": [1, 2]}', "click"))
    assert not accepts(grammar, write(dialect, arguments, "click"))


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        (r"\u00e9 \uD83D\ude00 \n\"\\", True),
        (r"\ud83d", False),
        (r"\ude00", False),
        (r"\ud83d\ud83d", False),
        (r"\x41", False),
        (r"\/", False),
        ("two\nlines", False),
        ("\x00", False),
        ("\x7f\u2028", True),
    ],
)
def test_escapes_are_of_whole_characters(dialect: Dialect, body: str, fits: bool) -> None:
    arguments = json.dumps(GOOD).replace('"text": "a"', f'"text": "{body}"')
    assert accepts(dialect.grammar(SPACE), write(dialect, arguments)) == fits


@pytest.mark.parametrize(("dialect", "keywords"), [
    (QwenDialect(), ("✿RESULT✿", "✿", "*RESULT*", "*RETURN*", "**ARGS**", "*FUNCTION*")),
    (HermesDialect(), ("<", "<tool_call>", "</tool_call>", "<think>")),
])  # fmt: skip
def test_no_keyword_stands_raw_in_a_text(dialect: Dialect, keywords: tuple[str, ...]) -> None:
    for keyword in keywords:
        arguments = json.dumps(GOOD | {"text": keyword}, ensure_ascii=False)
        assert not accepts(dialect.grammar(SPACE), write(dialect, arguments))


@given(thought=texts)
def test_a_thought_holds_no_keyword(dialect: Dialect, thought: str) -> None:
    call = FunctionCall("Home")
    clean = dialect.answer("", call, first=True)
    accepted = accepts(dialect.grammar(SPACE), thought + clean)
    # Whatever stops the completion or could be read as a call ahead of the one that is meant is no thought.
    assert accepted == (dialect.quote(thought) == thought)
    if accepted:
        assert dialect.parse(thought + clean) == call


@pytest.mark.parametrize("broken", ["✿RESULT", "*ARGS", "*RETURN*", "a ✿FUNCTION"])
def test_a_thought_cannot_make_a_keyword_with_what_follows(broken: str) -> None:
    grammar, call = QwenDialect().grammar(SPACE), QwenDialect().render(FunctionCall("Home")) + "✿RESULT✿"
    assert accepts(grammar, call)
    assert not accepts(grammar, broken + call)
    assert accepts(grammar, broken.removesuffix("*") + "\n" + call)


def test_nothing_follows_the_stop_string(dialect: Dialect) -> None:
    answer = dialect.answer("", FunctionCall("Home"), first=True)
    for more in ("\n", " ", "✿", answer):
        assert taken(dialect.grammar(SPACE), answer + more) == len(answer.encode()) + 1


def test_a_name_that_cannot_be_called_is_refused_when_the_grammar_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class Odd(Action, name='do "it" <now> {}'):
        """A name with everything in it."""

    with pytest.raises(ValueError, match="cannot be called in this dialect"):
        QwenDialect().grammar(ActionSpace([Odd]))
    answer = HermesDialect().answer("", FunctionCall(Odd.name), first=True)
    assert accepts(HermesDialect().grammar(ActionSpace([Odd])), answer)


def test_a_field_that_no_value_fits_is_refused_when_the_grammar_is_made(dialect: Dialect) -> None:
    @dataclass(frozen=True, slots=True)
    class Never(Action):
        """Cannot be called."""

        number: Annotated[int, Within(0.2, 0.8)]

    with pytest.raises(ValueError, match="no value fits the field 'number': there is no whole number from 1 to 0"):
        dialect.grammar(ActionSpace([Never]))


def test_limits_are_written_down(dialect: Dialect) -> None:
    grammar = dialect.grammar(SPACE, Limits(thought=7, text=None, items=2))
    thought, text = read_ends(grammar)
    assert (thought.most, thought.cuts) == (7, False)
    assert text == End(None, '"', cuts=True)
    assert [end.most for end in read_ends(dialect.grammar(SPACE))] == [None, None]
    assert read_ends("start: /a/") == []
    assert not accepts(grammar, write(dialect, json.dumps(GOOD | {"keys": ["a", "b", "c"]})))
    none = dialect.grammar(SPACE, Limits(items=0))
    assert accepts(none, write(dialect, json.dumps(GOOD | {"keys": []})))
    assert not accepts(none, write(dialect, json.dumps(GOOD)))
    free = dialect.grammar(SPACE, Limits(items=None))
    assert accepts(free, write(dialect, json.dumps(GOOD | {"keys": list(TRICKY[:3]) and ["a"] * 99})))


@given(low=st.integers(-2000, 2000), span=st.integers(0, 2000), value=st.integers(-5000, 5000))
def test_whole_numbers_are_those_within_bounds(low: int, span: int, value: int) -> None:
    pattern = integers(low, low + span)
    assert bool(re.fullmatch(pattern, str(value))) == (low <= value <= low + span)
    assert not re.fullmatch(pattern, f"0{abs(value)}")


numbers = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 1.0, 1e-4, 1e-5, 1e16, 0.1, 60.0])


@given(
    bounds=st.tuples(numbers, numbers).map(sorted), value=numbers, step=st.integers(-1, 1), digits=st.integers(0, 20)
)
def test_decimals_are_those_within_bounds(bounds: list[float], value: float, step: int, digits: int) -> None:
    low, high = bounds
    pattern = floats(low, high)
    for near in (value, *(math.nextafter(bound, step * math.inf) if step else bound for bound in bounds)):
        if math.isfinite(near):
            assert bool(re.fullmatch(pattern, json.dumps(near))) == (low <= near <= high)
            spelled = f"{near:.{digits}f}"  # not as repr would write it
            assert not re.fullmatch(pattern, spelled) or low <= float(spelled) <= high


@pytest.mark.parametrize(("width", "height"), [(1000, 1000), (1344, 896), (9, 12), (7, 0), (99_999, 99_999)])
@given(data=st.data())
def test_boxes_are_those_in_order_within_the_screen(width: int, height: int, data: st.DataObject) -> None:
    grammar = "start: box\n" + "\n".join(box_rules(width, height))
    x, y = (st.integers(0, limit + 2) | st.integers(0, 12) | st.just(limit) for limit in (width, height))
    left, top, right, bottom = data.draw(st.tuples(x, y, x, y))
    assert accepts(grammar, str([left, top, right, bottom])) == (left <= right <= width and top <= bottom <= height)
    ordered = [min(left, width), min(top, height), max(left, min(right, width)), max(top, min(bottom, height))]
    fits = ordered[2] <= width and ordered[3] <= height
    assert accepts(grammar, str(ordered)) == fits


def test_a_screen_too_large_for_boxes_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        box_rules(10**8, 10**8)

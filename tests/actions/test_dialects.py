"""What every dialect must keep to, whatever its grammar."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import FunctionCall, ParseError
from actions.cards import blackjack_space, ez_points_space, number_line_space, points24_space
from actions.dialects.base import Dialect
from actions.dialects.registry import DIALECTS, make_dialect
from actions.dialects.schema import declares_coordinates
from actions.space import Action, ActionSpace
from tests.actions.strategies import SPACE, TRICKY, Home, actions, attempt, calls, permille, texts

SPACES = [SPACE, number_line_space(), blackjack_space(), ez_points_space(), points24_space()]


@pytest.fixture(params=DIALECTS, scope="module")
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return make_dialect(request.param)


def test_a_dialect_is_found_by_its_name(dialect: Dialect) -> None:
    assert type(dialect) is DIALECTS[dialect.name]
    assert make_dialect(dialect.name) == dialect


def test_an_unknown_dialect_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="unknown dialect 'klingon'; choose one of qwen, hermes"):
        make_dialect("klingon")


@given(call=calls)
def test_a_rendered_call_parses_to_itself(dialect: Dialect, call: FunctionCall) -> None:
    assert dialect.parse(dialect.render(call)) == call


@given(thought=texts, call=calls, first=st.booleans())
def test_an_answer_parses_to_its_call_with_and_without_the_stop_string(
    dialect: Dialect, thought: str, call: FunctionCall, first: bool
) -> None:
    answer = dialect.answer(thought, call, first=first)
    assert dialect.parse(answer) == call
    assert dialect.parse(answer.removesuffix(dialect.stop[0])) == call


@given(thought=texts, call=calls, first=st.booleans())
def test_an_answer_holds_a_stop_string_at_its_end_and_nowhere_else(
    dialect: Dialect, thought: str, call: FunctionCall, first: bool
) -> None:
    answer = dialect.answer(thought, call, first=first)
    assert answer.endswith(dialect.stop[0])
    assert not any(stop in answer.removesuffix(dialect.stop[0]) for stop in dialect.stop)


@given(thought=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ,.<>*✿\n]{0,40}[.]", fullmatch=True), call=calls)
def test_a_plain_thought_comes_back(dialect: Dialect, thought: str, call: FunctionCall) -> None:
    for first in (True, False):
        assert dialect.thought(dialect.answer(thought, call, first=first)) == dialect.quote(thought)


@given(action=actions(permille))
def test_an_action_survives_the_way_through_text(dialect: Dialect, action: Action) -> None:
    text = dialect.answer("So.", SPACE.encode(action, dialect.scale), first=True)
    assert SPACE.decode(dialect.parse(text), dialect.scale) == action


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_sampled_actions_survive_the_way_through_text(dialect: Dialect, space: ActionSpace) -> None:
    space.seed(1)
    for _ in range(30):
        call = space.encode(space.sample(), dialect.scale)
        assert dialect.parse(dialect.render(call)) == call


@given(text=texts)
def test_any_text_at_all_is_a_call_or_a_parse_error(dialect: Dialect, text: str) -> None:
    half = dialect.render(FunctionCall("Home", {"a": 1}))
    for candidate in (text, half[: len(half) // 2] + text, half[:-4] + text, text + half):
        assert isinstance(dialect.thought(candidate), str)
        call = attempt(dialect.parse, candidate, refusal=ParseError)
        if call is not None:
            assert call.name
            assert isinstance(call.arguments, dict)


@given(call=calls, text=texts)
def test_a_call_parses_the_same_whatever_follows_it(dialect: Dialect, call: FunctionCall, text: str) -> None:
    # Thinking that ends only after the call is the one thing that may take a call back.
    follows = text.replace("</think>", "")
    assert dialect.parse(dialect.render(call) + dialect.stop[0] + follows) == call


@given(text=texts)
def test_quoted_text_cannot_pose_as_a_call_or_as_an_end(dialect: Dialect, text: str) -> None:
    quoted = dialect.quote(text)
    with pytest.raises(ParseError):
        dialect.parse(quoted)
    assert not any(stop in quoted for stop in dialect.stop)
    assert dialect.quote(quoted) == quoted


KEYWORDS = ("✿FUNCTION✿", "✿ARGS*", "✿RESULT✿", "*RETURN*", "<tool_call>", "</tool_call>", "<think>", "</tools>")


PIECES = st.sampled_from((*KEYWORDS, "✿", "*", "<", ">", "/"))


@given(inserted=st.lists(st.tuples(PIECES, st.integers(0, 30)), max_size=8))
def test_keywords_put_inside_keywords_are_broken_up_at_once(dialect: Dialect, inserted: list[tuple[str, int]]) -> None:
    text = ""
    for piece, at in inserted:
        text = text[:at] + piece + text[at:]
    quoted = dialect.quote(text)
    assert dialect.quote(quoted) == quoted
    assert not any(stop in quoted for stop in dialect.stop)


@pytest.mark.parametrize("inner", KEYWORDS)
def test_a_keyword_hidden_inside_another_is_broken_up(dialect: Dialect, inner: str) -> None:
    for outer in (*TRICKY, "✿✿", "**", "✿*", "<>", "</>", "<<>>", "✿RESULT✿✿", "</tool_call>>"):
        for cut in range(len(outer) + 1):
            quoted = dialect.quote(outer[:cut] + inner + outer[cut:])
            assert dialect.quote(quoted) == quoted
            assert not any(stop in quoted for stop in dialect.stop)


@given(text=texts)
def test_an_observation_in_its_frame_does_not_read_as_a_call(dialect: Dialect, text: str) -> None:
    for stop in (*dialect.stop, None):
        frame = dialect.frame(stop)
        with pytest.raises(ParseError):
            dialect.parse(frame.before + dialect.quote(text) + frame.after)


@given(text=st.text("abc ,.:()[]{}\"'<>/*✿\n", max_size=30))
def test_text_without_keywords_is_quoted_as_it_is(dialect: Dialect, text: str) -> None:
    assert dialect.quote(text) == text


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_a_declaration_shows_every_function_and_parameter(dialect: Dialect, space: ActionSpace) -> None:
    text = dialect.declare(space.schema())
    for schema in space.schema():
        assert schema.name in text
        assert schema.description in text
        for name, parameter in schema.parameters["properties"].items():
            assert f'"{name}"' in text
            assert parameter.get("description", "") in text
            for choice in parameter.get("enum", ()):
                assert f'"{choice}"' in text


def test_the_unit_of_coordinates_is_declared_when_there_are_any(dialect: Dialect) -> None:
    (line,) = declares_coordinates(SPACE.schema(), dialect.scale)
    assert "x from 0 to 1000 and y from 0 to 1000" in line
    assert line in dialect.declare(SPACE.schema()).splitlines()
    for space in (ActionSpace([Home]), ez_points_space()):
        assert line not in dialect.declare(space.schema())
        assert "Points are" not in dialect.declare(space.schema())


# Where in a call the parser is when the trouble begins. A new dialect needs places of its own.
HEADS = {
    "qwen": (
        *("", "✿FUNCTION✿", "✿FUNCTION✿: a", "✿FUNCTION✿: a\n✿ARGS✿:"),
        *('✿FUNCTION✿: a\n✿ARGS✿: {"a": ', '✿FUNCTION✿: a\n✿ARGS✿: {"a": [', '✿FUNCTION✿: a\n✿ARGS✿: {"a": "'),
    ),
    "hermes": (
        *("", "</think>", "<tool_call>", '<tool_call>{"a": ', '<tool_call>{"a": [', '<tool_call>{"a": "'),
        '<tool_call>{"name": "a", "arguments": "{',
    ),
}
UNITS = (
    *("{", "[", "(", '{"a":', '{"a":[],(', "[],", '"\\', '"', "\\", "\\\\", '\\"', "'", "“", "`"),
    *("✿", "*", "✿*", "✿FUNCTION✿", "✿FUNCTION✿ ", "✿FUNCTION", "*ARGS*", "✿ARGS✿ ", "✿" + " " * 50, "*RESULT*: "),
    *("<", "<<", "</", "<tool_call>", "<tool_call> ", "</tool_call>", "<think>", "</think>", "<think><tool_call>"),
    *("9", "9.", "-", "1e9", "0.", "a", "a.", " ", "\n", "\t ", ",", "，", ":", "：", "<|box_start|>", "1,", "(1,2),"),
    *("\\u273f", "\\ud83d", "()", "( ", "null", "é", "🀄"),
)
FLOOR = 0.002


def seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time of one run: the best of three, or the first when it is too short to matter or too long to err."""
    best = float("inf")
    for _ in range(3):
        begin = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - begin)
        if best < 12 * FLOOR or best > 1:
            break
    return max(best, FLOOR)


def is_linear(work: Callable[[str], object], head: str, unit: str) -> bool:
    """A complexity check, not a speed test: four times the text may not take twelve times the work."""
    # The shorter pair goes first: what is quadratic fails there in seconds instead of minutes.
    for short, long in ((6_250, 25_000), (25_000, 100_000)):
        most = seconds(work, head + unit * (long // len(unit)))
        if most >= 12 * FLOOR and most >= 12 * seconds(work, head + unit * (short // len(unit))):
            return False
    return True


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_more_than_linear_work(dialect: Dialect, unit: str) -> None:
    for head in HEADS[dialect.name]:
        assert is_linear(lambda text: attempt(dialect.parse, text, refusal=ParseError), head, unit), head
    assert is_linear(dialect.thought, "", unit)
    assert is_linear(dialect.quote, "", unit)

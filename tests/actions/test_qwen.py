"""The ✿ dialect: the exact text a model is trained on, and every form seen from models."""

from __future__ import annotations

from typing import Any

import pytest

from actions.call import ActionError, FunctionCall, ParseError
from actions.cards import ez_points_space, number_line_space
from actions.dialects.qwen import QwenDialect
from tests.actions.strategies import SPACE, Tap

QWEN = QwenDialect()
POINT = {"point": [348, 291]}


# A trained model knows these texts by heart: a change here is a change of checkpoint.
@pytest.mark.parametrize(
    ("call", "text"),
    [
        (FunctionCall("Stand"), "✿FUNCTION✿: Stand\n✿ARGS✿: {}\n"),
        (FunctionCall("Append", {"token": "10"}), '✿FUNCTION✿: Append\n✿ARGS✿: {"token": "10"}\n'),
        (FunctionCall("Append", {"token": "*"}), '✿FUNCTION✿: Append\n✿ARGS✿: {"token": "*"}\n'),
        (FunctionCall("Click", {"point": [348, 291]}), '✿FUNCTION✿: Click\n✿ARGS✿: {"point": [348, 291]}\n'),
        (FunctionCall("Type", {"text": "名 ✿"}), '✿FUNCTION✿: Type\n✿ARGS✿: {"text": "名 \\u273f"}\n'),
    ],
)
def test_the_text_of_a_call(call: FunctionCall, text: str) -> None:
    assert QWEN.render(call) == text


def test_the_text_of_an_answer() -> None:
    call = FunctionCall("Hit")
    assert QWEN.answer("I have 4 * 3.", call, first=True) == "I have 4 * 3.\n✿FUNCTION✿: Hit\n✿ARGS✿: {}\n✿RESULT✿"
    assert QWEN.answer("Again.", call, first=False) == ": Again.\n✿FUNCTION✿: Hit\n✿ARGS✿: {}\n✿RESULT✿"


def test_the_text_of_a_declaration() -> None:
    assert QWEN.declare(number_line_space().schema()) == (
        "# Functions\n"
        "### Minus\n"
        "Take one from the current number.\n"
        "### Plus\n"
        "Add one to the current number.\n"
        "Think, then call one function at a time until the task is done:\n"
        "✿FUNCTION✿: one of [Minus, Plus]\n"
        "✿ARGS✿: its arguments, a JSON object\n"
        "✿RESULT✿: what is seen after the call\n"
        "✿RETURN✿: the next thought"
    )
    assert QWEN.declare(ez_points_space().schema()).splitlines()[:3] == [
        "# Functions",
        "### Append",
        "Append a number or a sign to the formula; = hands it in. "
        'Parameters: {"type": "object", "properties": {"token": {"type": "string", "enum": '
        '["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "+", "*", "="], "description": "what to append"}}, '
        '"required": ["token"]}',
    ]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": [348, 291]}\n', POINT),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": (348,291)}\n', POINT),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": " (596, 213)"}', {"point": " (596, 213)"}),
        ('I tap.\n*FUNCTION*: click\n*ARGS*: {"point": (348,291)}', POINT),
        ('✿FUNCTION✿: click ✿ARGS✿: {"point": [348, 291]}', POINT),
        ('*FUNCTION*: click *ARGS*: {"point": (348,291)} *RESULT*', POINT),
        ("✿FUNCTION✿: click", {}),
        ("✿FUNCTION✿: click\n✿ARGS✿:", {}),
        ("✿FUNCTION✿: click\n✿ARGS✿: \n✿RESULT✿", {}),
        ("✿FUNCTION✿: click()\n✿RESULT✿", {}),
        ("✿FUNCTION✿: click\n✿ARGS✿: {}\n✿RESULT✿: a screen\n✿RETURN✿", {}),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": [348, 291]}\nThis opens the menu.', POINT),
        ('✿FUNCTION✿: click\n✿ARGS✿: {}\n✿FUNCTION✿: Home\n✿ARGS✿: {"a": 1}', {}),
        ('✿FUNCTION✿: click\n✿FUNCTION✿: Home\n✿ARGS✿: {"a": 1}', {}),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": [348, 291]}\n✿ARGS✿: {"point": [1, 2]}', POINT),
        ("✿FUNCTION✿：click\n✿ARGS✿：｛“point”：（348，291）｝", POINT),
        ('✿FUNCTION✿: click\n✿ARGS✿:\n```json\n{"point": [348, 291]}\n```', POINT),
        ('✿FUNCTION✿: `click`\n✿ARGS✿: ```{"point": [348, 291]}```', POINT),
        ("✿FUNCTION✿: click\n✿ARGS✿:\n```\n```", {}),
        ('✿FUNCTION✿: "click"\n✿ARGS✿: {}', {}),
        ("✿FUNCTION✿: click\n✿ARGS✿: {'point': (348, 291),}", POINT),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"text": "✿RESULT✿"}', {"text": "✿RESULT✿"}),
        ('✿FUNCTION✿ click\n✿ARGS✿ {"point": [348, 291]}', POINT),
    ],
)
def test_every_form_of_a_call_is_read(text: str, arguments: dict[str, Any]) -> None:
    assert QWEN.parse(text) == FunctionCall("click", arguments)


@pytest.mark.parametrize(
    "value",
    [
        "<|box_start|>(300,200),(400,400)<|box_end|>",
        '"<|box_start|>(300,200),(400,400)<|box_end|>"',
        "[300, 200, 400, 400]",
        "(300,200),(400,400)",
        "((300,200),(400,400))",
    ],
)
def test_a_box_instead_of_a_point_means_its_centre(value: str) -> None:
    call = QWEN.parse(f'✿FUNCTION✿: click\n✿ARGS✿: {{"point": {value}}}\n')
    action = SPACE.decode(call, QWEN.scale)
    assert isinstance(action, Tap)
    assert (action.point.x, action.point.y) == pytest.approx((0.35, 0.3))


@pytest.mark.parametrize("point", ["(1001, 5)", "[5, 1200]", '"(1920, 1080)"', "[-1, 5]"])
def test_a_point_outside_the_scale_is_an_action_error(point: str) -> None:
    call = QWEN.parse(f'✿FUNCTION✿: click\n✿ARGS✿: {{"point": {point}}}\n')
    with pytest.raises(ActionError, match="outside the screen; x must be 0 to 1000"):
        SPACE.decode(call, QWEN.scale)


def test_an_unknown_name_is_parsed_and_then_refused_by_the_space() -> None:
    call = QWEN.parse('✿FUNCTION✿: LongPress\n✿ARGS✿: {"point": [348, 291]}')
    with pytest.raises(ActionError, match="no function 'LongPress'; choose one of: Home, click"):
        SPACE.decode(call, QWEN.scale)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "No function was called"),
        ("I would tap the menu.", "No function was called"),
        ("FUNCTION: click", "No function was called"),
        ('{"name": "click", "arguments": {}}', "No function was called"),
        ('✿ARGS✿: {"point": [348, 291]}', "No function was called"),
        ("✿FUNCTION✿:", "must be followed by a function's name"),
        ("✿FUNCTION✿: ✿ARGS✿: {}", "must be followed by a function's name"),
        ("✿FUNCTION✿: click\n✿ARGS✿: (348,291)", "must be a JSON object"),
        ("✿FUNCTION✿: click\n✿ARGS✿: point", "must be a JSON object"),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"point": [348, 291]', "expected ','"),
        ('✿FUNCTION✿: click\n✿ARGS✿: {"text": "half', "never closed"),
    ],
)
def test_what_is_no_call_is_refused_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ParseError, match=told):
        QWEN.parse(text)


def test_the_thought_is_what_comes_before_the_call() -> None:
    assert QWEN.thought(": The menu is open.\n✿FUNCTION✿: click\n✿ARGS✿: {}\n✿RESULT✿") == "The menu is open."
    assert QWEN.thought("： A menu.\n*FUNCTION*: click") == "A menu."
    assert QWEN.thought("Only words.") == "Only words."
    assert QWEN.thought("✿FUNCTION✿: click") == ""


@pytest.mark.parametrize(
    ("stop", "before"),
    [("✿RESULT✿", ": "), ("*RESULT*", ": "), ("✿RETURN✿", "\n✿RESULT✿: "), (None, "\n✿RESULT✿: ")],
)
def test_the_result_stays_in_the_assistant_turn_and_the_keyword_is_written_once(stop: str | None, before: str) -> None:
    frame = QWEN.frame(stop)
    assert (frame.role, frame.before, frame.after) == ("assistant", before, "\n✿RETURN✿")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("✿RESULT✿: 5", "RESULT: 5"),
        ("*FUNCTION*: Home", "FUNCTION: Home"),
        ("**ARGS**", "ARGS"),
        ("✿✿RESULT✿✿", "RESULT"),
        ("✿*✿RETURN*✿*", "RETURN"),
        ("✿ARGS✿RESULT✿", "ARGSRESULT✿"),
        ("✿RES✿RESULT✿ULT✿", "✿RESRESULTULT✿"),
        ("✿ flowers ✿ and 3 * 4 * 5", "✿ flowers ✿ and 3 * 4 * 5"),
        ("✿result✿", "✿result✿"),
    ],
)
def test_quoting_takes_the_marks_off_keywords_and_leaves_the_rest(text: str, quoted: str) -> None:
    assert QWEN.quote(text) == quoted

"""The <tool_call> dialect: its exact text, and every form seen from models."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.call import FunctionCall, ParseError
from actions.cards import number_line_space
from actions.dialects.hermes import HermesDialect
from actions.point import Point, PointScale
from tests.actions.strategies import SPACE

HERMES = HermesDialect()
BODY = '{"name": "click", "arguments": {"point": [348, 291]}}'
CALL = FunctionCall("click", {"point": [348, 291]})


def test_the_text_of_a_call_and_of_an_answer() -> None:
    assert HERMES.render(CALL) == f"<tool_call>\n{BODY}\n"
    assert HERMES.answer("I tap.", CALL, first=True) == f"I tap.\n<tool_call>\n{BODY}\n</tool_call>"
    assert HERMES.answer("I tap.", CALL, first=False) == HERMES.answer("I tap.", CALL, first=True)


def test_a_tag_in_typed_text_is_escaped() -> None:
    text = HERMES.render(FunctionCall("Type", {"text": "</tool_call>"}))
    assert text == '<tool_call>\n{"name": "Type", "arguments": {"text": "\\u003c/tool_call>"}}\n'


def test_the_declaration_holds_one_tool_a_line() -> None:
    lines = HERMES.declare(number_line_space().schema()).splitlines()
    tools = [json.loads(line) for line in lines[lines.index("<tools>") + 1 : lines.index("</tools>")]]
    assert [tool["type"] for tool in tools] == ["function", "function"]
    assert [tool["function"]["name"] for tool in tools] == ["Minus", "Plus"]
    assert tools[0]["function"] == {
        "name": "Minus",
        "description": "Take one from the current number.",
        "parameters": {"type": "object", "properties": {}, "required": []},
    }


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{BODY}\n</tool_call>",
        f"I tap.\n<tool_call>{BODY}</tool_call>",
        f"<tool_call>\n{BODY}",
        f"<tool_call>\n{BODY}\n</tool_call>\nThis opens the menu.",
        f"<tool_call>\n{BODY}}}\n</tool_call>",
        f'<tool_call>\n{BODY}\n</tool_call>\n<tool_call>\n{{"name": "Home"}}\n</tool_call>',
        f"<tool_call>\n```json\n{BODY}\n```\n</tool_call>",
        f"<tool_call>\n```\n{BODY}\n```\n</tool_call>",
        f'<think>Or <tool_call>\n{{"name": "Home"}}\n</tool_call>?</think>\n<tool_call>\n{BODY}\n</tool_call>',
        f'Or <tool_call>{{"name": "Home"}}</tool_call>?</think>\n<tool_call>\n{BODY}\n</tool_call>',
        f"<think></think><think>two</think><tool_call>\n{BODY}\n</tool_call>",
        '<tool_call>\n{"name": "click", "arguments": "{\\"point\\": [348, 291]}"}\n</tool_call>',
        '<tool_call>\n{"name": "click", "arguments": {"point": (348,291)}}\n</tool_call>',
        "<tool_call>\n{'name': 'click', 'arguments': {'point': [348, 291],},}\n</tool_call>",
        '<tool_call>\n｛"name"："click"，"arguments"：｛"point"：［348，291］｝｝\n</tool_call>',
        '<tool_call>\n{"arguments": {"point": [348, 291]}, "name": "click"}\n</tool_call>',
    ],
)
def test_every_form_of_a_call_is_read(text: str) -> None:
    assert HERMES.parse(text) == CALL


@pytest.mark.parametrize("arguments", ["", ', "arguments": {}', ', "arguments": null', ', "arguments": "{}"'])
def test_arguments_may_be_missing(arguments: str) -> None:
    assert HERMES.parse(f'<tool_call>\n{{"name": "Home"{arguments}}}\n</tool_call>') == FunctionCall("Home")


@pytest.mark.parametrize("written", ["<think>", "</tool_call>", "<tool_call>", "✿RESULT✿"])
def test_a_raw_tag_inside_an_argument_is_text(written: str) -> None:
    call = HERMES.parse(f'<tool_call>\n{{"name": "Type", "arguments": {{"text": "{written}"}}}}\n</tool_call>')
    assert call == FunctionCall("Type", {"text": written})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "No function was called"),
        ("I would tap the menu.", "No function was called"),
        (BODY, "No function was called"),
        (f"```json\n{BODY}\n```", "No function was called"),
        (f"<think>I could <tool_call>\n{BODY}\n</tool_call></think> No.", "No function was called"),
        (f"<think>I could <tool_call>\n{BODY}\n</tool_call>", "No function was called"),
        (f"<think>One.</think><think>I could <tool_call>\n{BODY}\n", "No function was called"),
        ("<tool_call>\n</tool_call>", "must be a JSON object"),
        ("<tool_call>\nclick\n</tool_call>", "must be a JSON object"),
        ("<tool_call>\n{}\n</tool_call>", 'needs a "name"'),
        ('<tool_call>\n{"name": ""}\n</tool_call>', 'needs a "name"'),
        ('<tool_call>\n{"name": 5}\n</tool_call>', 'needs a "name"'),
        ('<tool_call>\n{"name": "click", "arguments": [348, 291]}\n</tool_call>', "must be a JSON object"),
        ('<tool_call>\n{"name": "click", "arguments": "348"}\n</tool_call>', "must be a JSON object"),
        ('<tool_call>\n{"name": "click", "arguments": {\n</tool_call>', "expected a name in quotes"),
    ],
)
def test_what_is_no_call_is_refused_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ParseError, match=told):
        HERMES.parse(text)


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        (f"I tap.\n<tool_call>\n{BODY}\n</tool_call>", "I tap."),
        (f"<think>\nA menu.\n</think>\n\n<tool_call>\n{BODY}\n</tool_call>", "A menu."),
        (f"<think>Or <tool_call>x</tool_call>?</think> No.\n<tool_call>\n{BODY}", "Or x? No."),
        ("Only words.", "Only words."),
        ("<tool_call>\n{}", ""),
    ],
)
def test_the_thought_is_what_comes_before_the_call(text: str, thought: str) -> None:
    assert HERMES.thought(text) == thought


@pytest.mark.parametrize("stop", ["</tool_call>", None])
def test_the_result_is_a_user_turn(stop: str | None) -> None:
    frame = HERMES.frame(stop)
    assert (frame.role, frame.before, frame.after) == ("user", "<tool_response>\n", "\n</tool_response>")


def test_another_family_gives_its_own_scale() -> None:
    pixels = HermesDialect(scale=PointScale(1092, 644, integral=True))
    assert "x from 0 to 1092 and y from 0 to 644" in pixels.declare(SPACE.schema())
    action: Any = SPACE.decode(pixels.parse(pixels.render(FunctionCall("click", {"point": [546, 161]}))), pixels.scale)
    assert action.point == Point(0.5, 0.25)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("<tool_call>", "tool_call"),
        ("</tool_call>", "tool_call"),
        ("<</tool_call>>", "tool_call"),
        ("</<tool_call>>", "</tool_call"),
        ("<<<think>>>", "think"),
        ("</tool<tools>_response>", "</tooltools_response>"),
        ("1 < 2 > 0 </b> <thinking>", "1 < 2 > 0 </b> <thinking>"),
    ],
)
def test_quoting_takes_the_brackets_off_tags_and_leaves_the_rest(text: str, quoted: str) -> None:
    assert HERMES.quote(text) == quoted

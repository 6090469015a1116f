"""The Hermes dialect of Qwen2.5-VL and Qwen3-VL: JSON calls in <tool_call> tags, results in a user turn."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from actions.call import FunctionCall, ParseError
from actions.dialects.base import ResultFrame
from actions.dialects.lark import Notation, whole_answer
from actions.dialects.limits import LIMITS, Limits
from actions.dialects.literal import read_object, write_object
from actions.dialects.schema import declares_coordinates
from actions.point import PERMILLE, PointScale
from actions.space import ActionSpace, FunctionSchema

_OPEN = re.compile(r"<tool_call>\s*(?:`{1,3}(?:json)?)?")
# Brackets are taken off in whole runs, so that removing one tag's never completes another's: <</think>>. A run is
# matched from its first bracket and never in part, which keeps a text of nothing but brackets linear.
_TAG = re.compile(r"(?<!<)<++/?(tool_call|tool_response|tools|think)>++")
_THINK = "<think>"
_THINK_END = "</think>"


def _escape(body: str) -> str:
    """Without "<" in an argument: typed text must not read as a tag or as a stop string."""
    return body.replace("<", "\\u003c")


_NOTATION = Notation(
    opening="<tool_call>",
    no_thought=r"(?s:.*)<\/?(tool_call|tool_response|tools|think)>(?s:.*)",
    no_character="<",
    no_text="",
    escape=_escape,
)


@dataclass(frozen=True, slots=True)
class HermesDialect:
    """<tool_call> JSON with coordinates from 0 to 1000; Qwen2.5-VL takes its image's own `PointScale`."""

    name: str = "hermes"
    scale: PointScale = PERMILLE
    stop: tuple[str, ...] = ("</tool_call>",)

    def declare(self, functions: Sequence[FunctionSchema]) -> str:
        tools = [
            json.dumps({"type": "function", "function": asdict(schema)}, ensure_ascii=False) for schema in functions
        ]
        return "\n".join(
            [
                "# Functions",
                "Call one function at a time until the task is done. They are declared within <tools></tools>:",
                "<tools>",
                *tools,
                "</tools>",
                *declares_coordinates(functions, self.scale),
                "Write each call as a JSON object within <tool_call></tool_call>:",
                '<tool_call>\n{"name": a function, "arguments": a JSON object}\n</tool_call>',
            ]
        )

    def render(self, call: FunctionCall) -> str:
        return f"<tool_call>\n{_escape(write_object({'name': call.name, 'arguments': call.arguments}))}\n"

    def answer(self, thought: str, call: FunctionCall, *, first: bool) -> str:
        return f"{self.quote(thought)}\n{self.render(call)}{self.stop[0]}"

    def grammar(self, space: ActionSpace, limits: Limits = LIMITS) -> str:
        return whole_answer(self, _NOTATION, space, limits)

    def parse(self, text: str) -> FunctionCall:
        start = _find_call(text)
        if start is None:
            raise ParseError('No function was called. Write <tool_call>{"name": …, "arguments": {…}}</tool_call>.')
        body, _ = read_object(text, start.end())
        name, arguments = body.get("name"), body.get("arguments", {})
        if not isinstance(name, str) or not name:
            raise ParseError('A call needs a "name" in quotes.')
        if isinstance(arguments, str):  # seen from Qwen models: the object written once more as text
            arguments, _ = read_object(arguments)
        if arguments is None:
            arguments = {}
        if not isinstance(arguments, dict):
            raise ParseError('"arguments" must be a JSON object.')
        return FunctionCall(name, arguments)

    def thought(self, text: str) -> str:
        start = _find_call(text)
        return _TAG.sub("", text[: start.start()] if start else text).strip()

    def frame(self, stop: str | None) -> ResultFrame:
        return ResultFrame("user", "<tool_response>\n", "\n</tool_response>")

    def quote(self, text: str) -> str:
        return _TAG.sub(r"\1", text)


def _find_call(text: str) -> re.Match[str] | None:
    """The opening tag of the first call; a call written while thinking is only thought of."""
    thinking = text.rfind(_THINK_END)
    begin = thinking + len(_THINK_END) if thinking >= 0 else 0
    start = _OPEN.search(text, begin)
    if start and text.find(_THINK, begin, start.start()) >= 0:  # thinking that was never ended
        return None
    return start

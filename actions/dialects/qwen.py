"""The Qwen2-VL dialect: ✿FUNCTION✿ / ✿ARGS✿ / ✿RESULT✿ / ✿RETURN✿ in one open assistant turn.

Emits the flower form of Qwen-Agent's "qwen" prompt type and also reads the asterisk form printed in the Qwen2-VL
report (arXiv 2409.12191, appendix A.4). Which of the two the weights were trained on is not published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.call import FunctionCall, ParseError
from actions.dialects.base import ResultFrame
from actions.dialects.lark import Notation, whole_answer
from actions.dialects.limits import LIMITS, Limits
from actions.dialects.literal import read_object, write_object
from actions.dialects.schema import declares_coordinates, describe
from actions.point import PERMILLE, PointScale
from actions.space import ActionSpace, FunctionSchema

_MARK = r"[✿*]"
_FUNCTION = re.compile(_MARK + r"FUNCTION" + _MARK + r"\s*[:：]?")
_KEYWORD = re.compile(_MARK + r"(?:FUNCTION|ARGS|RESULT|RETURN)" + _MARK)
# Marks are taken off in whole runs, so that removing one keyword's never completes another's: ✿✿ARGS✿✿. A run is
# matched from its first mark and never in part, which keeps a text of nothing but marks linear.
_QUOTED = re.compile(rf"(?<!{_MARK}){_MARK}++(FUNCTION|ARGS|RESULT|RETURN){_MARK}++")
_ARGS = re.compile(_MARK + r"ARGS" + _MARK + r"\s*[:：]?")
_NAME = re.compile(r"[\s`\"'“”]*([\w.\-]+)[`\"'“”]*(?:\(\s*\))?")
_WHOLE_NAME = re.compile(r"[\w.\-]+")
_FENCE = re.compile(r"\s*`{1,3}(?:json|python)?")


def _escape(arguments: str) -> str:
    """Without a flower or a *KEYWORD* in an argument: typed text must not read as a keyword or a stop string."""
    arguments = arguments.replace("✿", "\\u273f")
    return _KEYWORD.sub(lambda match: match.group().replace("*", "\\u002a"), arguments)


_NOTATION = Notation(
    opening="✿FUNCTION✿",
    # A keyword's beginning at the end of the thought would be completed by the opening's first flower.
    no_thought=r"(?s:.*)[✿*](FUNCTION|ARGS|RESULT|RETURN)([✿*](?s:.*))?",
    no_character="✿",
    no_text=r"(?s:.*)\*(FUNCTION|ARGS|RESULT|RETURN)\*(?s:.*)",
    escape=_escape,
)


@dataclass(frozen=True, slots=True)
class QwenDialect:
    """✿-keyword calls with coordinates from 0 to 1000 (another family's unit may be given)."""

    name: str = "qwen"
    scale: PointScale = PERMILLE
    stop: tuple[str, ...] = ("✿RESULT✿", "✿RETURN✿", "*RESULT*", "*RETURN*")

    def declare(self, functions: Sequence[FunctionSchema]) -> str:
        blocks = [f"### {schema.name}\n{describe(schema)}" for schema in functions]
        points = declares_coordinates(functions, self.scale)
        return "\n".join(
            [
                "# Functions",
                *blocks,
                *points,
                "Think, then call one function at a time until the task is done:",
                f"✿FUNCTION✿: one of [{', '.join(function.name for function in functions)}]",
                "✿ARGS✿: its arguments, a JSON object",
                "✿RESULT✿: what is seen after the call",
                "✿RETURN✿: the next thought",
            ]
        )

    def render(self, call: FunctionCall) -> str:
        return f"✿FUNCTION✿: {call.name}\n✿ARGS✿: {_escape(write_object(call.arguments))}\n"

    def answer(self, thought: str, call: FunctionCall, *, first: bool) -> str:
        lead = "" if first else ": "
        return f"{lead}{self.quote(thought)}\n{self.render(call)}{self.stop[0]}"

    def grammar(self, space: ActionSpace, limits: Limits = LIMITS) -> str:
        for name in space.names:
            if not _WHOLE_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be called in this dialect: use letters, digits, _, . and -")
        return whole_answer(self, _NOTATION, space, limits)

    def parse(self, text: str) -> FunctionCall:
        start = _FUNCTION.search(text)
        if start is None:
            raise ParseError(
                "No function was called. Write ✿FUNCTION✿: and a function's name, then ✿ARGS✿: and a JSON object."
            )
        name = _NAME.match(text, start.end())
        if name is None:
            raise ParseError("✿FUNCTION✿: must be followed by a function's name.")
        keyword = _KEYWORD.search(text, name.end())
        args = _ARGS.match(text, keyword.start()) if keyword else None
        if args is None:
            return FunctionCall(name.group(1), {})
        fence = _FENCE.match(text, args.end())
        begin = fence.end() if fence else args.end()
        following = _KEYWORD.search(text, begin)
        if not text[begin : following.start() if following else None].strip(" \t\r\n`"):
            return FunctionCall(name.group(1), {})
        arguments, _ = read_object(text, begin)
        return FunctionCall(name.group(1), arguments)

    def thought(self, text: str) -> str:
        match = _KEYWORD.search(text)
        return (text[: match.start()] if match else text).strip().lstrip(":：").strip().strip("`").strip()

    def frame(self, stop: str | None) -> ResultFrame:
        before = {"✿RESULT✿": ": ", "*RESULT*": ": "}.get(stop or "", "\n✿RESULT✿: ")
        # The prompt ends right after the keyword: ": " may merge with the next token (Qwen-Agent does the same).
        return ResultFrame("assistant", before, "\n✿RETURN✿")

    def quote(self, text: str) -> str:
        return _QUOTED.sub(r"\1", text)

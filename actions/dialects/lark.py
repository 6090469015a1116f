"""The grammar of a whole answer, in the Lark syntax of llguidance: free thought, one call, the first stop string.

What it accepts parses and decodes, and it accepts what `answer` writes, byte for byte. It goes by `json.dumps`: there
is one way to set spaces and one order of the arguments, so that most of a call is forced. Two things it does not say:
how long a text may be (a count in it makes llguidance a hundred times slower; how texts are ended goes along as a
comment, which `model.qwen2vl.grammar` keeps to), and that a box's corners are in order where coordinates are fractions
(for whole numbers it does: see `boxes`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Literal, get_args, get_origin

from actions.call import FunctionCall
from actions.dialects.base import Dialect
from actions.dialects.boxes import box_rules
from actions.dialects.limits import End, Limits
from actions.dialects.ranges import floats, integers
from actions.point import Box, Point, PointScale
from actions.space import Action, ActionSpace, Parameter, parameters_of

ENDS = "// ends: "
"""Begins the line that says how free text is ended: a JSON list of `End`s, each a list of its fields."""

LONGEST = "// call: "
"""Begins the line after that: as a JSON text, about the longest call there is with no text in it."""

_UNBOUNDED = 10**15  # what `space.decode` takes where there is no `Within`
_HEX = "[0-9a-fA-F]"
_LOW_HEX = "[0-9a-cefA-CEF]"
_ESCAPE = (  # of one character: a lone surrogate is none
    r'\\(["\\bfnrt]'
    rf"|u({_LOW_HEX}{_HEX}{{3}}|[dD][0-7]{_HEX}{{2}}|[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}))"
)


@dataclass(frozen=True, slots=True)
class Notation:
    """What the grammar must know of a dialect beyond its `render`.

    Args:
        opening: what a rendered call begins with; no thought holds it.
        no_thought: regular expression of the texts that cannot stand before `opening`.
        no_character: what may not stand raw in a text argument, as in a character class.
        no_text: regular expression of what a text argument may not be when raw, or "".
        escape: what `render` does to the JSON it writes.
    """

    opening: str
    no_thought: str
    no_character: str
    no_text: str
    escape: Callable[[str], str]


def whole_answer(dialect: Dialect, notation: Notation, space: ActionSpace, limits: Limits) -> str:
    """The grammar. Raises ValueError for a field no value fits, or a screen too large for boxes."""
    writer = _Writer(notation, dialect.scale, limits)
    calls, longest = [], ""
    for action in space.actions:
        before, _, after = dialect.render(FunctionCall(action.name)).rpartition("{}")
        longest = max(longest, f"{before}{writer.sample(action)}{after}{dialect.stop[0]}", key=len)
        parts = [
            _quote(before.removeprefix(notation.opening)),
            writer.arguments(action),
            _quote(after + dialect.stop[0]),
        ]
        calls.append(" ".join(parts))
    text = rf'/"([^"\\\x00-\x1f{notation.no_character}]|{_ESCAPE})*"/'
    lines = [
        ENDS + json.dumps([astuple(end) for end in writer.ends()], ensure_ascii=False),
        LONGEST + json.dumps(longest, ensure_ascii=False),
        "start: head call",
        # Lazy, for a greedy thought would go on over the call.
        f"head[lazy]: THOUGHT {_quote(notation.opening)}",
        f"THOUGHT: /(?s:.*)/ & ~/{notation.no_thought}/",
        "call: " + "\n  | ".join(calls),
        f"TEXT: {text} & ~/{notation.no_text}/" if notation.no_text else f"TEXT: {text}",
    ]
    if any(parameter.kind is Box for action in space.actions for parameter in parameters_of(action)):
        lines += writer.box()
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Expressions for the arguments of a call."""

    notation: Notation
    scale: PointScale
    limits: Limits

    def ends(self) -> list[End]:
        return [End(self.limits.thought, "\n" + self.notation.opening, False), End(self.limits.text, '"', True)]

    def arguments(self, action: type[Action]) -> str:
        """The object of all arguments: in the order of the fields, those with a default left out or not."""
        parameters = parameters_of(action)
        fields = [f"{self.json(parameter.name)} {_quote(': ')} {self.value(parameter)}" for parameter in parameters]
        starts = []
        for index, parameter in enumerate(parameters):
            rest = [
                f'", " {field}' if later.required else f'(", " {field})?'
                for later, field in zip(parameters[index + 1 :], fields[index + 1 :], strict=True)
            ]
            starts.append(" ".join([fields[index], *rest]))
            if parameter.required:
                return f'"{{" ({" | ".join(starts)}) "}}"'
        return f'"{{" ({" | ".join(starts)})? "}}"' if starts else '"{}"'

    def sample(self, action: type[Action]) -> str:
        """All arguments as long as they can be, but for their texts, which are empty."""
        fields = [f"{json.dumps(one.name)}: {self._longest(one)}" for one in parameters_of(action)]
        return "{" + ", ".join(fields) + "}"

    def _longest(self, parameter: Parameter) -> str:
        kind = parameter.kind
        if kind is str:
            return '""'
        if kind is bool:
            return "false"
        if get_origin(kind) is Literal:
            return max((json.dumps(choice, ensure_ascii=False) for choice in get_args(kind)), key=len)
        if kind == tuple[str, ...]:
            return json.dumps([""] * (self.limits.items if self.limits.items is not None else 8))
        if kind in (Point, Box):
            return json.dumps([self.scale.width, self.scale.height] * (2 if kind is Box else 1))
        low, high = (parameter.bounds.low, parameter.bounds.high) if parameter.bounds else (-_UNBOUNDED, _UNBOUNDED)
        return max(str(low), str(high), key=len) + ("" if kind is int else "000")

    def value(self, parameter: Parameter) -> str:
        """One value; null only where `encode` writes it, for else the argument is left out."""
        nullable = parameter.optional and (parameter.required or parameter.default is not None)
        value = self._value(parameter)
        return f'({value} | "null")' if nullable else value

    def _value(self, parameter: Parameter) -> str:
        kind = parameter.kind
        if kind is str:
            return "TEXT"
        if kind is bool:
            return '("true" | "false")'
        if get_origin(kind) is Literal:
            return f"({' | '.join(self.json(choice) for choice in get_args(kind))})"
        if kind == tuple[str, ...]:
            return self.texts()
        if kind is Point:
            return f'"[" {self.numbers(self.scale.width, self.scale.height)} "]"'
        if kind is Box:
            return "box"
        low, high = (parameter.bounds.low, parameter.bounds.high) if parameter.bounds else (-_UNBOUNDED, _UNBOUNDED)
        try:
            if kind is float:
                return f"/{floats(low, high)}/"
            return f"/{integers(_whole(low, math.ceil), _whole(high, math.floor))}/"
        except ValueError as error:
            raise ValueError(f"no value fits the field {parameter.name!r}: {error}") from error

    def texts(self) -> str:
        most = self.limits.items
        if most == 0:
            return '"[]"'
        more = "*" if most is None else f"{{0,{most - 1}}}"
        return f'"[" (TEXT (", " TEXT){more})? "]"'

    def numbers(self, *limits: float) -> str:
        """Coordinates from 0 to each limit."""
        integral = self.scale.integral
        return ' ", " '.join(f"/{integers(0, math.floor(m)) if integral else floats(0, m)}/" for m in limits)

    def box(self) -> list[str]:
        width, height = self.scale.width, self.scale.height
        if self.scale.integral:
            return box_rules(math.floor(width), math.floor(height))
        return [f'box: "[" {self.numbers(width, height, width, height)} "]"']

    def json(self, value: Any) -> str:
        """A value as the dialect writes it."""
        return _quote(self.notation.escape(json.dumps(value, ensure_ascii=False)))


def read_longest(grammar: str) -> str:
    """About the longest call with no text in it; "" for a grammar that is not ours."""
    line = grammar.partition("\n")[2].partition("\n")[0]
    return str(json.loads(line.removeprefix(LONGEST))) if line.startswith(LONGEST) else ""


def read_ends(grammar: str) -> Sequence[End]:
    """How a grammar's free text is ended: the thought, then the texts of the call; nothing for one that is not ours."""
    line = grammar.partition("\n")[0]
    return [End(*fields) for fields in json.loads(line.removeprefix(ENDS))] if line.startswith(ENDS) else []


def _whole(bound: float, rounding: Callable[[float], int]) -> int:
    return int(math.copysign(_UNBOUNDED, bound)) if math.isinf(bound) else rounding(bound)


def _quote(text: str) -> str:
    """A text as a literal of Lark."""
    return json.dumps(text, ensure_ascii=False)

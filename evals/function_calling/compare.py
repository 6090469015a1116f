"""When the arguments of a call are those expected."""

from __future__ import annotations

import math
import re
from typing import Any

from actions.call import FunctionCall

_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})")


def exact(given: FunctionCall, expected: FunctionCall) -> bool:
    """Whether name and arguments are the same JSON values: 3 is 3.0, but not "3"; strings to the character; no
    argument more or fewer. What is nested too deep to be followed matches nothing."""
    try:
        return given.name == expected.name and _same(given.arguments, expected.arguments)
    except RecursionError:  # hundreds of lists in lists: no function has such a parameter
        return False


def lenient(given: FunctionCall, expected: FunctionCall) -> bool:
    """As `exact`, but a number may be written as a string or a string as a number, blanks at the ends of a text do
    not count, and blanks within it count as one."""
    try:
        return given.name == expected.name and _same(_plain(given.arguments), _plain(expected.arguments))
    except RecursionError:
        return False


def _same(given: Any, expected: Any) -> bool:
    if isinstance(given, dict) and isinstance(expected, dict):
        return given.keys() == expected.keys() and all(_same(given[key], expected[key]) for key in expected)
    if isinstance(given, list | tuple) and isinstance(expected, list | tuple):
        return len(given) == len(expected) and all(map(_same, given, expected))
    if isinstance(given, bool) or isinstance(expected, bool):  # True == 1 in Python, not in JSON
        return given is expected
    if isinstance(given, int | float) and isinstance(expected, int | float):
        return given == expected
    return type(given) is type(expected) and bool(given == expected)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        text = " ".join(value.split())
        return float(text) if _NUMBER.fullmatch(text) else text
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e15 and math.isfinite(value) else value
    return value

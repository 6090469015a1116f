"""Functions given as JSON Schema, made into actions: so a model calls them through the same loop as any others."""

from __future__ import annotations

import dataclasses
import json
import keyword
import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal

from actions.call import show
from actions.space import Action, ActionSpace, Within
from envs.base import EnvError
from envs.numbers import is_number

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_ARGUMENT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_MOST_TEXT = 4096
_MOST = 1e15
"""Bounds of numbers are within it: times in milliseconds are, and to it whole numbers are exact as floats."""
_KINDS: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


def space_of_functions(functions: Sequence[dict[str, Any]], place: str) -> ActionSpace:
    """The action space of some functions.

    A parameter may be a string, a string of an enum, an integer or number with or without bounds, a boolean, or an
    array of strings; what is not required may be left out. A parameter called `name` cannot be had (see `Action`).

    Raises:
        EnvError: naming `place` and the parameter, for a schema beyond that.
    """
    actions = []
    for function in functions:
        try:
            actions.append(_action(json.dumps(function, sort_keys=False)))
        except (EnvError, TypeError, ValueError, RecursionError) as error:
            raise EnvError(f"{place}, function {function.get('name')!r}: {error}") from error
    try:
        return ActionSpace(actions)
    except ValueError as error:
        raise EnvError(f"{place}: {error}") from error


@cache
def _action(schema: str) -> type[Action]:
    """The action of one function, the same class whenever the schema is the same."""
    function = json.loads(schema)
    name, parameters = function["name"], function.get("parameters") or {"type": "object", "properties": {}}
    if not _NAME.fullmatch(name):
        raise EnvError("a function's name is of letters, digits, _, . and -")
    properties = parameters.get("properties", {}) if isinstance(parameters, dict) else None
    if not isinstance(properties, dict) or parameters.get("type", "object") != "object":
        raise EnvError("'parameters' must be a JSON Schema of an object")
    required = parameters.get("required", [])
    if not isinstance(required, list) or not set(map(str, required)) <= properties.keys():
        raise EnvError("'required' must be a list of parameters")
    fields = [_field(key, value, key in required) for key, value in properties.items()]
    namespace = {"__doc__": _text(function.get("description", "")), "__module__": __name__, "name": name}
    return dataclasses.make_dataclass(
        re.sub(r"\W", "_", name), fields, bases=(Action,), namespace=namespace, frozen=True, kw_only=True
    )


def _field(name: str, schema: Any, required: bool) -> tuple[str, Any] | tuple[str, Any, Any]:
    if not _ARGUMENT.fullmatch(name) or keyword.iskeyword(name) or name == "name":
        raise EnvError(f"a parameter cannot be called {name!r}; rename it in the set")
    if not isinstance(schema, dict):
        raise EnvError(f"the parameter {name!r} must be a JSON Schema")
    kind: Any = _kind(name, schema)
    notes: list[Any] = [text] if (text := _text(schema.get("description", ""))) else []
    if "minimum" in schema or "maximum" in schema:
        notes.append(_bounds(name, schema))
    if not required:
        kind = kind | None
    kind = Annotated[(kind, *notes)] if notes else kind
    return (name, kind) if required else (name, kind, dataclasses.field(default=None))


def _bounds(name: str, schema: dict[str, Any]) -> Within:
    low, high = schema.get("minimum", -_MOST), schema.get("maximum", _MOST)
    if not is_number(low, _MOST + 1) or not is_number(high, _MOST + 1):
        raise EnvError(f"the bounds of {name!r} are numbers within ±{_MOST:g}, not {show(low)} and {show(high)}")
    first, last = (math.ceil(low), math.floor(high)) if schema.get("type") == "integer" else (low, high)
    if first > last:
        raise EnvError(f"no value of {name!r} is between its bounds, {show(low)} and {show(high)}")
    return Within(float(low), float(high))


def _kind(name: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type", "string")
    if "enum" in schema:
        choices = schema["enum"]
        if (
            kind != "string"
            or not isinstance(choices, list)
            or not choices
            or not all(isinstance(choice, str) for choice in choices)
        ):
            raise EnvError(f"the enum of {name!r} must be of strings")
        return Literal[tuple(choices)]
    if kind == "array":
        items = schema.get("items")
        if not isinstance(items, dict) or items.get("type") != "string":
            raise EnvError(f"the array {name!r} must be of strings")
        return tuple[str, ...]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise EnvError(f"the parameter {name!r} has the type {show(kind)}; there are {', '.join(_KINDS)} and array")
    return _KINDS[kind]


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise EnvError(f"a description is text of at most {_MOST_TEXT} characters")
    return value

"""A function call as the model wrote it, and the two errors a call can raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class CallError(ValueError):
    """A mistake of the model's. The message is written to be shown to the model as its next observation."""


class ParseError(CallError):
    """The text holds no function call in the dialect's grammar."""


class ActionError(CallError):
    """The call is well formed but names no action of the space, or its arguments do not fit."""


def show(value: Any) -> str:
    """What a model wrote, as a message quotes it back: on one line, in at most 60 characters."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of more than 4,300 digits, or lists in lists without end
        return "a value far too long"
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A name and JSON-valued arguments, still in the model's own units (see `PointScale`)."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

"""The fields of one AITZ step, read out of its JSON object; every complaint names the field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from envs.numbers import is_number
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, PRESS_ENTER, PRESS_HOME, TYPE, Element

ACTIONS = (TYPE, DUAL_POINT, PRESS_BACK, PRESS_HOME, PRESS_ENTER, COMPLETE, IMPOSSIBLE)
MOST = 100_000
"""No id of a step or an action is beyond it."""


class FieldError(ValueError):
    """A field is missing or is not what it should be."""

    def __init__(self, field: str, wrong: str) -> None:
        super().__init__(f"{field}: {wrong}")


def text(entry: Mapping[str, Any], field: str, default: str | None = None) -> str:
    """A string. With a default, it may be left out."""
    value = entry.get(field, default)
    if not isinstance(value, str):
        raise FieldError(field, "is missing" if value is None else f"must be text, not {type(value).__name__}")
    return value


def whole(entry: Mapping[str, Any], field: str) -> int:
    """An integer from 0 to MOST."""
    value = entry.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise FieldError(field, "is missing" if value is None else f"must be a whole number, not {_short(value)}")
    return value


def identity(entry: Mapping[str, Any]) -> str:
    """`episode_id`: up to 20 digits, so never a float."""
    value = entry.get("episode_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise FieldError("episode_id", f"must be text, not {_short(value)}")
    return value


def action_of(entry: Mapping[str, Any]) -> int:
    """`result_action_type`, one of ACTIONS."""
    value = whole(entry, "result_action_type")
    if value not in ACTIONS:
        raise FieldError("result_action_type", f"must be one of {', '.join(map(str, ACTIONS))}, not {value}")
    return value


def gesture(entry: Mapping[str, Any], field: str, action: int) -> tuple[float, float]:
    """`result_touch_yx` or `result_lift_yx`: (y, x), in [0, 1] for a gesture."""
    value = _inner(entry, field)
    if len(value) != 2 or not all(map(is_number, value)):
        raise FieldError(field, f"must be two numbers, y and x, not {_short(value)}")
    y, x = float(value[0]), float(value[1])
    if action != DUAL_POINT:
        return y, x
    if not (0 <= y <= 1 and 0 <= x <= 1):
        raise FieldError(field, f"must lie on the screen, in [0, 1], not ({y:g}, {x:g})")
    return y, x


def boxes(entry: Mapping[str, Any]) -> list[tuple[float, float, float, float]]:
    """`ui_positions`: (y, x, height, width) each."""
    value = _inner(entry, "ui_positions")
    for box in value:
        if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
            raise FieldError("ui_positions", f"must be lists of y, x, height and width, not {_short(box)}")
    return [(float(y), float(x), float(height), float(width)) for y, x, height, width in value]


def elements(entry: Mapping[str, Any], unit: tuple[float, float]) -> tuple[Element, ...]:
    """The annotated parts of the screen.

    Args:
        unit: pixels that one of the numbers of `ui_positions` stands for, down and across: 1 in the archive, the
            screen's size where another tool has divided by that.
    """
    places = boxes(entry)
    texts, kinds = _inner(entry, "ui_text"), _inner(entry, "ui_types")
    if not len(places) == len(texts) == len(kinds):
        raise FieldError(
            "ui_positions", f"{len(places)} of them, but {len(texts)} of ui_text and {len(kinds)} of ui_types"
        )
    down, across = unit
    return tuple(
        Element(y * down, x * across, height * down, width * across, str(words), str(kind))
        for (y, x, height, width), words, kind in zip(places, texts, kinds, strict=True)
    )


def _inner(entry: Mapping[str, Any], field: str) -> list[Any]:
    """A list, as JSON in a string as the archive has it, or as it is."""
    value = entry.get(field)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise FieldError(field, f"is no JSON ({error})") from error
    if not isinstance(value, list):
        raise FieldError(field, "is missing" if value is None else f"must be a list, not {_short(value)}")
    return value


def _short(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= 60 else words[:57] + "..."

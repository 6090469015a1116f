"""The records of a predictions file, each with its place, and the fields every format has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.record import RecordError
from evals.aitz.predictions.base import Key


@dataclass(frozen=True, slots=True)
class Line:
    """A JSON object and where it stands, as an error names it."""

    place: str
    fields: dict[str, Any]

    def key(self) -> Key:
        """Whose step it is. Raises RecordError.

        Ids of twenty digits may be written as numbers: Python reads them whole.
        """
        return _episode(self), step_number(self.fields.get("step_id"), self.place)


def lines_of(path: Path) -> Iterator[Line]:
    """Every object of a JSON-lines file, or of a JSON file that is one list. Raises RecordError, naming the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} cannot be read ({error}); give a UTF-8 file of predictions") from error
    if text.lstrip().startswith("["):
        yield from _items(path, text)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = f"{path}, line {number}"
            yield Line(place, _object(load(line, place), place))


def load(text: str, place: str) -> Any:
    """The JSON value of a text. Raises RecordError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{place}: no JSON ({error}); mend the line or remove it") from error


def step_number(value: Any, place: str) -> int:
    """A step's number. Raises RecordError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(f"{place}: step_id must be a whole number, not {_short(value)}")
    return value


def _items(path: Path, text: str) -> Iterator[Line]:
    items = load(text, str(path))
    assert isinstance(items, list)
    for number, item in enumerate(items, start=1):
        place = f"{path}, item {number}"
        yield Line(place, _object(item, place))


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RecordError(f"{place}: a prediction is a JSON object, not {_short(value)}")
    return value


def _episode(line: Line) -> str:
    value = line.fields.get("episode_id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise RecordError(f"{line.place}: episode_id must be text, not {_short(value)}")
    return value


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."

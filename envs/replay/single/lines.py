"""JSON Lines as data sets come in: every complaint names the file and the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from envs.base import EnvError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """An object of a file, with the place it stands at for messages: "FILE:12"."""

    place: str
    value: dict[str, Any]

    def get(self, key: str, kind: type[T]) -> T:
        """The value of a key. Raises EnvError when it is missing or of another kind."""
        return field(self.value, key, kind, self.place)


def field(value: dict[str, Any], key: str, kind: type[T], place: str) -> T:
    """`value[key]`, checked. Raises EnvError naming `place`; true and false are no numbers."""
    if key not in value:
        raise EnvError(f"{place}: {key!r} is missing")
    found = value[key]
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise EnvError(f"{place}: {key!r} is {type(found).__name__}, not {kind.__name__}")
    return found


def read_lines(path: Path) -> Iterator[Line]:
    """The objects of a JSON Lines file, blank lines skipped. Raises EnvError."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield _line(f"{path}:{number}", text)
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"cannot read {path} ({error}); is it the right file?") from error


def _line(place: str, text: str) -> Line:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EnvError(f"{place} is no JSON ({error}); the file is damaged or of another format") from error
    if not isinstance(value, dict):
        raise EnvError(f"{place} is {type(value).__name__}, not an object")
    return Line(place, value)

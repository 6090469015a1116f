"""Instructions: what R2R and REVERIE ask for, one an episode."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.base import EnvError
from envs.navigation.graph import NAME
from envs.numbers import is_number


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction and its reference path."""

    id: str
    """instr_id: `path_i` in R2R, `path_object_i` in REVERIE."""
    scan: str
    path: tuple[str, ...]
    """Viewpoints; the first is the start. Nothing but the start in a test split."""
    heading: float
    """At the start, in radians; the elevation is 0."""
    text: str
    path_id: str
    target: str = ""
    """REVERIE's objId; "" in R2R, and in a test split that does not tell it."""
    distance: float | None = None
    """Of the path in metres, as the file says."""

    @property
    def hidden(self) -> bool:
        """Whether nothing but the start is known: the paths of test splits are not public."""
        return len(self.path) < 2


def read_r2r(file: Path) -> tuple[Instruction, ...]:
    """The instructions of an R2R file. Raises EnvError, which names the file and the entry."""
    return _read(file, with_target=False)


def read_reverie(file: Path) -> tuple[Instruction, ...]:
    """The instructions of a REVERIE file (version 1 or 2). Raises EnvError, which names the file and the entry."""
    return _read(file, with_target=True)


def _read(file: Path, *, with_target: bool) -> tuple[Instruction, ...]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EnvError(f"there are no instructions: {file} is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise EnvError(f"{file} cannot be read as instructions: {error}") from error
    if not isinstance(entries, list):
        raise EnvError(f"{file} holds no list of paths with instructions")
    found: list[Instruction] = []
    for place, entry in enumerate(entries):
        found += _instructions(entry, with_target, f"{file}, entry {place}")
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            raise EnvError(f"{file} has the instruction {one.id} twice")
        seen.add(one.id)
    return tuple(found)


def _instructions(entry: Any, with_target: bool, where: str) -> list[Instruction]:
    if not isinstance(entry, dict):
        raise EnvError(f"{where} is no path with instructions")
    path, texts, heading = entry.get("path"), entry.get("instructions"), entry.get("heading")
    distance, scan = entry.get("distance"), entry.get("scan")
    if not isinstance(path, list) or not path or not all(isinstance(one, str) for one in path):
        raise EnvError(f"{where}: the path is no list of viewpoints")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise EnvError(f"{where}: the instructions are no list of texts")
    if not isinstance(scan, str) or not is_number(heading):
        raise EnvError(f"{where}: scan or heading is missing")
    path_id, target = _name(entry.get("path_id"), f"{where}: the path_id"), ""
    stem = path_id
    if with_target:
        if "objId" in entry or len(path) > 1:
            target = _name(entry.get("objId"), f"{where}: objId, the object that is meant,")
        stem = _name(entry.get("id", f"{path_id}_{target}"), f"{where}: the id")
    return [
        Instruction(
            f"{stem}_{number}", scan, tuple(path), float(heading), " ".join(text.split()), path_id, target,
            float(distance) if is_number(distance) else None,
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


def _name(value: Any, what: str) -> str:
    """An id of letters, digits, _ and -: it names files and goes to terminals. Raises EnvError."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not NAME.fullmatch(_text(value)):
        raise EnvError(f"{what} is missing or no plain name")
    return _text(value)


def _text(value: int | str) -> str:
    """Python refuses to write out a number of thousands of digits, which is no id either."""
    return str(value) if isinstance(value, str) or abs(value) < 10**64 else ""

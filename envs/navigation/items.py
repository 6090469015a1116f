"""Instructions: what R2R and REVERIE ask for, one an episode."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from envs.base import EnvError


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
    """REVERIE's objId; "" in R2R."""
    distance: float | None = None
    """Of the path in metres, as the file says."""


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
    except (OSError, ValueError) as error:
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
    if not isinstance(scan, str) or not _is_number(heading):
        raise EnvError(f"{where}: scan or heading is missing")
    path_id, target, stem = str(entry.get("path_id")), "", str(entry.get("path_id"))
    if with_target:
        if not isinstance(entry.get("objId"), int | str):
            raise EnvError(f"{where}: objId, the object that is meant, is missing")
        target = str(entry["objId"])
        stem = str(entry.get("id", f"{path_id}_{target}"))
    return [
        Instruction(
            f"{stem}_{number}", scan, tuple(path), float(heading), " ".join(text.split()), path_id, target,
            float(distance) if _is_number(distance) else None,
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

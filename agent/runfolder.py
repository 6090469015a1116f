"""A run's folder: what was run, written before the first episode, and checked before one is added."""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.record import FORMAT, RecordError


def run_folder(out: Path | None, name: str, *, resume: bool) -> Path:
    """The folder of a run: `out`, or one of its own below runs/. Raises RecordError when there is nothing to resume."""
    if out is None and resume:
        raise RecordError("--resume goes on with the run in --out; name the folder")
    return out or Path("runs") / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def open_run(folder: Path, settings: dict[str, Any], *, resume: bool) -> None:
    """Start a run in `folder`, or go on with one of the same settings.

    Raises RecordError when the folder holds a run and `resume` is off, when its settings differ, or when it cannot
    be written.
    """
    path = folder / "run.json"
    if path.exists() or any(folder.glob("episodes/*.jsonl")):
        if not resume:
            raise RecordError(f"{folder} already holds a run; add --resume to go on with it, or choose another --out")
        _same(path, settings)
        return
    facts = {
        "format": FORMAT,
        "settings": settings,
        "command": sys.argv,
        "versions": {"visuomotor": version("visuomotor"), "python": platform.python_version()},
    }
    write_json(path, facts)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file whole or not at all. Raises RecordError."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        aside.write_text(text, encoding="utf-8", errors="backslashreplace")
        aside.replace(path)
    except OSError as error:
        raise RecordError(
            f"cannot write {path} ({error.strerror or error}); free some space or choose another --out"
        ) from error


def _same(path: Path, settings: dict[str, Any]) -> None:
    try:
        before = json.loads(path.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is missing or damaged ({error}); choose another --out") from error
    changed = [key for key in settings.keys() | before.keys() if settings.get(key) != before.get(key)]
    if changed:
        key = sorted(changed)[0]
        raise RecordError(
            f"{path.parent} was run with {key} = {before.get(key)!r}, not {settings.get(key)!r}; "
            "give the same settings to go on with it, or choose another --out"
        )

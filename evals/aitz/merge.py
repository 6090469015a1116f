"""Puts the shards of a run together again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.episode import Outcome
from agent.record import RecordError, finished_episode, read_episode
from agent.runfolder import open_run, run_folder, write_json
from evals.aitz.shards import Shard


def merge_runs(runs: Sequence[Path], out: Path) -> dict[str, Any]:
    """Copy the episodes of runs into one run in `out`, and return its settings.

    The runs must have been made with the same settings but for `shard`, and no episode may be finished in two of
    them. `out` is then a run like any other: it can be scored, and gone on with. The runs stay as they are; a merge
    that was cut short is done again into another folder.

    Raises:
        RecordError: naming the runs and what differs, or the episode that is there twice; nothing is written then.
    """
    whole = common_settings(runs)
    found = _finished(runs)
    if out.exists():
        raise RecordError(f"{out} exists already; choose another --out")
    open_run(out, whole, resume=False)
    try:
        for path in found.values():
            # A copy: going on with the merged run writes such a file anew, in place, and the shard keeps its own.
            (out / "episodes").mkdir(exist_ok=True)
            shutil.copyfile(path, out / "episodes" / path.name)
        for run in runs:
            for picture in sorted((run / "images").glob("*.png")):
                _link(picture, out / "images" / picture.name)
    except OSError as error:
        raise RecordError(f"cannot write {out} ({error.strerror or error}); free some space") from error
    parts = [{"run": str(run), "shard": _settings(run)["shard"]} for run in runs]
    write_json(out / "merged.json", {"runs": parts})
    return whole


def common_settings(runs: Sequence[Path]) -> dict[str, Any]:
    """What the merged run's settings are. Raises RecordError where the runs were not made with the same ones."""
    if not runs:
        raise RecordError("name the runs to merge")
    first = _common(_settings(runs[0]))
    for run in runs:
        common = _common(_settings(run))
        for key in sorted(first.keys() | common.keys()):
            if first.get(key) != common.get(key):
                raise RecordError(
                    f"{runs[0]} and {run} cannot be merged: {key} is {first.get(key)!r} and {common.get(key)!r}"
                )
    return {**first, "shard": str(Shard())}


def out_folder(out: Path | None) -> Path:
    """The folder of a merge: `out`, or one of its own below runs/."""
    return run_folder(out, "aitz-merged", resume=False)


def _finished(runs: Sequence[Path]) -> Mapping[str, Path]:
    """Every episode's file by its name: the finished one, or one that ended in an error where there is no other."""
    found: dict[str, Path] = {}
    broken: dict[str, Path] = {}
    for run in runs:
        for path in sorted((run / "episodes").glob("*.jsonl")):
            if finished_episode(path) is None:
                if _ended(path):
                    broken.setdefault(path.name, path)
                continue  # cut short: it counts as missing and can be played again
            if path.name in found:
                raise RecordError(
                    f"the episode {path.stem} is in {found[path.name].parent.parent} and in {run}: it would count twice"
                )
            found[path.name] = path
    return {**broken, **found}


def _ended(path: Path) -> bool:
    try:
        end = read_episode(path).end
    except RecordError:
        return False
    return end is not None and end.get("outcome") == Outcome.ERROR


def _settings(run: Path) -> dict[str, Any]:
    path = run / "run.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is missing or damaged ({error}); {run} is no run") from error
    if not isinstance(settings, dict) or settings.get("eval") != "aitz" or "model" not in settings:
        raise RecordError(f"{run} is no run of a model by: visuomotor eval aitz --model")
    return settings


def _common(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "shard"}


def _link(source: Path, target: Path) -> None:
    """A hard link where the file system takes one: a full run's pictures are some gigabytes, and none is ever changed
    in place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

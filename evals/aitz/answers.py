"""What a model answered in recorded runs, as a predictions file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.call import FunctionCall
from agent.record import RecordedEpisode, RecordError, read_episode
from envs.replay.space import ReplaySpace, Unanswered
from evals.aitz.predictions.base import Reading
from evals.aitz.predictions.read import read_predictions
from evals.predictions import THOUSANDTHS


def write_predictions(out: Path, names: Sequence[str]) -> Path:
    """Write `out`/predictions.jsonl from the records of that run: a line for every step that was answered.

    {"episode_id", "step_id", "call": {"name", "arguments"} or null, "text"}: points from 0 to 1000, the text as the
    model wrote it. An episode that broke off has the lines of the steps before. Raises RecordError.
    """
    path = out / "predictions.jsonl"
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for name in names:
                record = out / "episodes" / f"{name}.jsonl"
                for line in _lines(read_episode(record)) if record.exists() else ():
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
        aside.replace(path)
    except OSError as error:
        raise RecordError(f"cannot write {path} ({error.strerror or error}); free some space") from error
    return path


def own_predictions(path: Path) -> Reading:
    """The predictions of a run's own file, which is empty where every episode broke before its first answer."""
    if path.stat().st_size == 0:
        return Reading("own", {})
    return read_predictions(path, "own")


def _lines(episode: RecordedEpisode) -> Iterator[dict[str, Any]]:
    space = ReplaySpace()
    for index, step in enumerate(episode.steps):
        call = episode.call(index)
        # An ordinary policy's invalid answer leaves the world where it is: such a step has no id yet.
        step_id = step["info"].get("step_id")
        if step["action"] is None or step_id is None:
            continue
        written: dict[str, Any] | None = None
        if call is not None and call.name != Unanswered.name:
            call = FunctionCall(call.name, call.arguments)
            written = asdict(space.encode(space.decode(call), THOUSANDTHS))
        yield {"episode_id": step["info"]["episode_id"], "step_id": step_id, "call": written, "text": step["raw"]}

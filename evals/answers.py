"""What a model answered to items played one at a time, as a predictions file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.space import ActionSpace
from agent.record import RecordError, read_episode
from evals.predictions import THOUSANDTHS
from evals.runner import Job


def write_answers(
    out: Path, jobs: Sequence[Job], keys: Callable[[Job], dict[str, Any]], space: ActionSpace | None
) -> Path:
    """Write `out`/predictions.jsonl from the records of a run: a line an item that was answered at all.

    Args:
        keys: what names a job's item in the file.
        space: of the actions, points then being from 0 to 1000; None keeps the calls as the model wrote them, also
            those that are no valid action.

    Raises:
        RecordError: when a record cannot be read or the file not be written.
    """
    path = out / "predictions.jsonl"
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for job in jobs:
                answer = _answer(out / "episodes" / f"{job.name}.jsonl", space)
                if answer is not None:
                    file.write(json.dumps({**keys(job), **answer}, ensure_ascii=False) + "\n")
        aside.replace(path)
    except OSError as error:
        raise RecordError(f"cannot write {path} ({error.strerror or error}); free some space") from error
    return path


def _answer(record: Path, space: ActionSpace | None) -> dict[str, Any] | None:
    episode = read_episode(record)
    if not episode.steps:  # the world or the model broke before there was an answer: scoring counts it as missing
        return None
    first = episode.steps[0]
    if space is None:
        return {"call": first["call"], "text": first["raw"]}
    call = episode.call(0)
    if call is not None:
        call = space.encode(space.decode(call), THOUSANDTHS)
    return {"call": None if call is None else asdict(call), "text": first["raw"]}

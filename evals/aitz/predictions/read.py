"""Reads a file of predictions, whoever wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from agent.record import RecordError
from evals.aitz.predictions.agentcpm import agentcpm_predictions
from evals.aitz.predictions.base import Key, Prediction, Reading
from evals.aitz.predictions.coat import coat_files, coat_predictions
from evals.aitz.predictions.lines import Line, lines_of
from evals.aitz.predictions.own import own_prediction

Format = Literal["own", "coat", "agentcpm"]
FORMATS: tuple[Format, ...] = ("own", "coat", "agentcpm")


def read_predictions(
    path: Path, layout: str = "auto", *, dialect: str | None = None, mode: str | None = None
) -> Reading:
    """Everything a file, or CoAT's folder, predicts.

    Args:
        layout: own, coat or agentcpm; auto goes by what the file holds.
        dialect: of raw texts whose line does not name theirs.
        mode: which of CoAT's prompts, for example COA/txt, when there are several.

    Raises:
        RecordError: for what cannot be read, naming file and line. An answer that is no action is no such error: it
            is a prediction without one.
    """
    if layout not in ("auto", *FORMATS):
        raise RecordError(f"--format is auto, {', '.join(FORMATS)}, not {layout!r}")
    lines: Iterator[Line] = coat_files(path) if path.is_dir() else lines_of(path)
    head = list(islice(lines, 1))
    if not head:
        raise RecordError(f"{path} holds no prediction")
    found = ("coat" if path.is_dir() else _detect(head[0])) if layout == "auto" else layout
    return _collect(found, _pairs(found, chain(head, lines), dialect, mode))


def _detect(line: Line) -> str:
    keys = line.fields.keys()
    if "action_predict" in keys:
        return "coat"
    if "pred" in keys or "steps" in keys:
        return "agentcpm"
    if "call" in keys or "text" in keys:
        return "own"
    raise RecordError(f"{line.place}: neither call, text, pred nor action_predict; say what it is with --format")


def _pairs(
    found: str, lines: Iterable[Line], dialect: str | None, mode: str | None
) -> Iterator[tuple[Key, Prediction]]:
    match found:
        case "coat":
            yield from coat_predictions(list(lines), mode)
        case "agentcpm":
            yield from chain.from_iterable(map(agentcpm_predictions, lines))
        case _:
            yield from ((line.key(), own_prediction(line, dialect)) for line in lines)


def _collect(found: str, pairs: Iterable[tuple[Key, Prediction]]) -> Reading:
    predictions: dict[Key, Prediction] = {}
    duplicates: list[Key] = []
    for key, prediction in pairs:
        if key in predictions:
            duplicates.append(key)
        else:
            predictions[key] = prediction
    wrong = [one for one in predictions.values() if one.action is None and one.index is None]
    problems = Counter(one.problem[:100] for one in wrong)
    notes = []
    if duplicates:
        notes.append(f"Steps that are told more than once, the first of which counts: {len(duplicates)} times.")
    return Reading(found, predictions, tuple(duplicates), tuple(notes), problems)

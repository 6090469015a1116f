"""The scores as files for machines: JSON, JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from agent.report.page import write_page
from evals.aitz.judging import Scores
from evals.aitz.predictions.base import Reading
from evals.aitz.rules.acts import gold_act, predicted_act
from evals.summary import Row, write_summary


def write_files(out: Path, scores: Scores, settings: dict[str, Any], reading: Reading | None) -> None:
    """Write summary.json, scores.csv, steps.jsonl and steps.csv to `out`. Raises RecordError when it cannot."""
    rules = [
        {"name": one.name, "version": one.version, "settings": one.settings, "source": one.source}
        for one in scores.rules
    ]
    run: dict[str, Any] = {"settings": settings, "rules": rules, "counts": asdict(scores.counts)}
    if reading is not None:
        run["predictions"] = {
            "format": reading.format,
            "steps": len(reading.predictions),
            "duplicates": [list(key) for key in reading.duplicates],
            "problems": dict(reading.problems.most_common()),
            "notes": list(reading.notes),
        }
    write_summary(out, run, scores.rows)
    heads = [field.name for field in fields(Row)]
    write_page(out / "scores.csv", table_text(heads, ([getattr(row, head) for head in heads] for row in scores.rows)))
    write_page(out / "steps.jsonl", "".join(json.dumps(line) + "\n" for line in _lines(scores)))
    write_page(out / "steps.csv", table_text(_heads(scores), _cells(scores)))


def _lines(scores: Scores) -> Iterable[dict[str, Any]]:
    for episode in scores.episodes:
        for judged in episode.steps:
            yield {
                "episode_id": judged.step.episode_id,
                "step_id": judged.step.step_id,
                "rules": {
                    one.name: {"type": verdict.type, "exact": verdict.exact}
                    for one, verdict in zip(scores.rules, judged.verdicts, strict=True)
                },
            }


def _heads(scores: Scores) -> list[str]:
    rules = [f"{one.name} {column}" for one in scores.rules for column in ("type", "exact", "why")]
    return ["episode_id", "step_id", "subset", "type", "gold", "predicted", *rules]


def _cells(scores: Scores) -> Iterable[list[Any]]:
    for episode in scores.episodes:
        for judged in episode.steps:
            action = judged.prediction.action if judged.prediction else None
            said = str(predicted_act(action)) if action is not None else ""
            verdicts = [cell for one in judged.verdicts for cell in (int(one.type), int(one.exact), one.reason)]
            step = judged.step
            yield [
                step.episode_id, step.step_id, step.subset, judged.kind, str(gold_act(step)), said, *verdicts,
            ]  # fmt: skip


def table_text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV. Text that a spreadsheet would take for a formula is given a leading apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _harmless(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") and cell else cell

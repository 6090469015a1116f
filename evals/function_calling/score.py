"""Type Match and Exact Match of function calls (the FnCall figures of the Qwen2-VL report, arXiv 2409.12191, Table 5).

TM is the share of calls that invoke the right function, EM of those whose arguments also are those recorded. The report
divides by the calls attempted; here every item is one to attempt, and what was not answered is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.call import FunctionCall
from envs.replay.function_calling.items import Item
from evals.function_calling.compare import exact, lenient
from evals.interval import rate
from evals.offline import write_lines
from evals.predictions import Prediction, written
from evals.success import ALL
from evals.summary import Row

# GPT-4o's and Qwen2-VL-72B's, on the report's own set, which was not released.
PUBLISHED = {"GPT-4o": ("90.2", "50.0"), "Qwen2-VL-72B": ("93.1", "53.2")}
METRICS = {
    "type_match": "TM",
    "exact_match": "EM",
    "exact_match_lenient": "lenient",
    "format_rate": "a call",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """An item, the call it was answered with, and what holds of that, by metric."""

    item: Item
    given: FunctionCall | None
    holds: Mapping[str, bool]
    predicted: bool


def judge(items: Sequence[Item], predictions: Mapping[str, Prediction]) -> list[Judged]:
    """Every item judged, answered or not."""
    return [_one(item, predictions.get(item.id)) for item in items]


def _one(item: Item, prediction: Prediction | None) -> Judged:
    call = None if prediction is None else prediction.call
    holds = {
        "type_match": call is not None and call.name == item.call.name,
        "exact_match": call is not None and exact(call, item.call),
        "exact_match_lenient": call is not None and lenient(call, item.call),
        "format_rate": call is not None,
    }
    return Judged(item, call, holds, prediction is not None)


def score(judged: Sequence[Judged]) -> list[Row]:
    """A row for each of METRICS by scene, by language and for all (95 % Wilson intervals); `errors` are items that are
    not predicted at all, which count as wrong."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        for name in (f"scene:{one.item.scene}", f"language:{one.item.language}"):
            if not name.endswith(":"):
                groups.setdefault(name, []).append(one)
    rows = [row for name in sorted(groups) for row in _rows(name, groups[name])]
    return [*rows, *_rows(ALL, judged)]


def _rows(name: str, judged: Sequence[Judged]) -> list[Row]:
    missing = sum(not one.predicted for one in judged)
    return [
        Row.of(name, metric, rate(sum(one.holds[metric] for one in judged), len(judged)), missing) for metric in METRICS
    ]


def write_verdicts(out: Path, judged: Sequence[Judged]) -> None:
    """`out`/verdicts.jsonl: a line an item, with the expected call and the one given. Raises RecordError."""
    lines = (
        {"id": one.item.id, "scene": one.item.scene, "expected": written(one.item.call), "given": written(one.given),
         "predicted": one.predicted, **one.holds}
        for one in judged
    )  # fmt: skip
    write_lines(out / "verdicts.jsonl", lines)

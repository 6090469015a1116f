"""Point in box, by platform and kind of element."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.call import ActionError
from actions.point import Point
from actions.screen import Click
from actions.space import ActionSpace
from envs.replay.screenspot.env import inside
from envs.replay.screenspot.items import Target
from evals.interval import rate
from evals.offline import write_lines
from evals.predictions import THOUSANDTHS, Prediction
from evals.success import ALL
from evals.summary import Row

MACRO = "macro"
_SPACE = ActionSpace([Click])


@dataclass(frozen=True, slots=True)
class Judged:
    """A target, where was pointed (None: nowhere), and whether it is in the box."""

    target: Target
    point: Point | None
    hit: bool
    predicted: bool


def judge(targets: Sequence[Target], predictions: Mapping[str, Prediction]) -> list[Judged]:
    """Every target judged, answered or not."""
    return [_one(target, predictions.get(target.id)) for target in targets]


def _one(target: Target, prediction: Prediction | None) -> Judged:
    point = None
    if prediction is not None and prediction.call is not None:
        try:
            action = _SPACE.decode(prediction.call, THOUSANDTHS)
        except ActionError:
            action = None
        point = action.point if isinstance(action, Click) else None
    return Judged(target, point, point is not None and inside(target, point), prediction is not None)


def score(judged: Sequence[Judged]) -> list[Row]:
    """`accuracy` by platform/kind, by platform, by kind, for all targets, and `macro`: the mean over the platform/kind
    cells, which the tables of ScreenSpot call the average.

    Wilson intervals; the mean's is put together from those of its cells, which are independent (MOVER: Zou and Donner
    2008). `errors` are targets not predicted.
    """
    cells: dict[str, list[Judged]] = {}
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        cells.setdefault(f"{one.target.platform}/{one.target.kind}", []).append(one)
        groups.setdefault(f"platform:{one.target.platform}", []).append(one)
        groups.setdefault(f"kind:{one.target.kind}", []).append(one)
    of_cells = [_row(name, cells[name]) for name in sorted(cells)]
    return [*of_cells, *(_row(name, groups[name]) for name in sorted(groups)), _macro(of_cells), _row(ALL, judged)]


def _row(name: str, judged: Sequence[Judged]) -> Row:
    missing = sum(not one.predicted for one in judged)
    return Row.of(name, "accuracy", rate(sum(one.hit for one in judged), len(judged)), missing)


def _macro(cells: Sequence[Row]) -> Row:
    count, items = len(cells), sum(cell.episodes for cell in cells)
    if count == 0:
        return Row(MACRO, "accuracy", 0.0, 0.0, 1.0, 0, 0)
    mean = sum(cell.value for cell in cells) / count
    below = math.sqrt(sum((cell.value - cell.low) ** 2 for cell in cells)) / count
    above = math.sqrt(sum((cell.high - cell.value) ** 2 for cell in cells)) / count
    errors = sum(cell.errors for cell in cells)
    return Row(MACRO, "accuracy", mean, max(0.0, mean - below), min(1.0, mean + above), items, errors)


def write_verdicts(out: Path, judged: Sequence[Judged]) -> None:
    """`out`/verdicts.jsonl: a line a target. Raises RecordError."""
    lines = (
        {"id": one.target.id, "platform": one.target.platform, "kind": one.target.kind,
         "point": None if one.point is None else [one.point.x, one.point.y], "hit": one.hit}
        for one in judged
    )  # fmt: skip
    write_lines(out / "verdicts.jsonl", lines)

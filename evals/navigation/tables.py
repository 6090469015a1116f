"""What an evaluation prints and puts at the top of its report."""

from __future__ import annotations

from collections.abc import Sequence

from evals.navigation.benchmarks import Benchmark, Metric
from evals.navigation.metrics import SCAN
from evals.navigation.published import PUBLISHED, SPLIT, sources
from evals.success import ALL
from evals.summary import Row, Table

NOTE = (
    "Shares in per cent, TL and NE in metres, with 95 % intervals of drawing whole paths (the instructions of one path "
    "are no independent trials). Instructions without a valid trajectory count as failed, and in TL and NE as if the "
    "agent had stayed. As in the official evaluators, the last viewpoint is where the agent is taken to have stopped."
)


def scores_table(benchmark: Benchmark, rows: Sequence[Row]) -> Table:
    """One line a metric, with its interval and what it is."""
    found = {row.metric: row for row in rows if row.name == ALL}
    body = [
        [metric.name, _cell(metric, found[metric.name]), _interval(metric, found[metric.name]), metric.what]
        for metric in benchmark.metrics
        if metric.shown
    ]
    return Table("Scores", ["metric", "value", "95 % interval", "what it is"], body, NOTE)


def published_table(benchmark: Benchmark, rows: Sequence[Row], model: str, split: str, count: int) -> Table:
    """This run beside published figures, which are of val_unseen."""
    found = {row.metric: row for row in rows if row.name == ALL}
    mine = [model, "this run", split, str(count), f"{100 * found['SR'].value:.1f}", f"{100 * found['SPL'].value:.1f}"]
    others = [
        [row.name, row.kind, SPLIT, row.subset or "all", _number(row.success), _number(row.weighted)]
        for row in PUBLISHED[benchmark.name]
    ]
    title = "Beside published figures"
    return Table(
        title, ["agent", "kind", "split", "instructions", "SR", "SPL"], [mine, *others], sources(benchmark.name)
    )


def scans_table(benchmark: Benchmark, rows: Sequence[Row]) -> Table:
    """One line a building."""
    shown = [metric for metric in benchmark.metrics if metric.shown]
    names = dict.fromkeys(row.name for row in rows if row.name.startswith(SCAN))
    body = []
    for name in names:
        found = {row.metric: row for row in rows if row.name == name}
        cells = [_cell(metric, found[metric.name]) for metric in shown]
        body.append([name.removeprefix(SCAN), str(found["SR"].episodes), *cells])
    return Table("By building", ["scan", "instructions", *(metric.name for metric in shown)], body)


def _cell(metric: Metric, row: Row) -> str:
    return f"{row.value * (100 if metric.share else 1):.2f}" if row.episodes else "–"


def _interval(metric: Metric, row: Row) -> str:
    times = 100 if metric.share else 1
    return f"[{times * row.low:.1f}, {times * row.high:.1f}]" if row.episodes else "–"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"

"""Scores of instructions added up: rows with intervals, by split and by scan."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.bootstrap import bootstrap
from evals.interval import rate
from evals.navigation.benchmarks import Benchmark, Metric
from evals.navigation.score import Score
from evals.success import ALL
from evals.summary import Row

SCAN = "scan:"


def add_up(benchmark: Benchmark, scores: Sequence[Score]) -> list[Row]:
    """The mean of every metric over all instructions and over those of each scan.

    Shares are over every instruction, failed ones as 0. TL and NE are over those that can be measured, whose number is
    the row's `episodes`; `errors` counts the instructions with a problem. The 95 % intervals are those of drawing whole
    paths: the instructions of one path stand and fall together, so they are no independent trials.
    """
    by_scan: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        by_scan[one.instruction.scan].append(one)
    rows = _rows(benchmark, ALL, scores)
    for scan, group in sorted(by_scan.items()):
        rows += _rows(benchmark, SCAN + scan, group)
    return rows


def _rows(benchmark: Benchmark, name: str, scores: Sequence[Score]) -> list[Row]:
    paths: dict[tuple[str, str, str], int] = {}
    for one in scores:
        paths.setdefault(_path(one), len(paths))
    hits = np.zeros((len(paths), len(benchmark.metrics)))
    of = np.zeros_like(hits)
    always = np.array([metric.share for metric in benchmark.metrics])
    for one in scores:
        values = np.array([one.values[metric.name] for metric in benchmark.metrics])
        measured = np.isfinite(values)
        hits[paths[_path(one)]] += np.where(measured, values, 0.0)
        of[paths[_path(one)]] += measured | always  # a share that is no number is a failure, never left out
    drawn = bootstrap(hits, of)
    errors = sum(bool(one.problem) for one in scores)
    rows = []
    for k, metric in enumerate(benchmark.metrics):
        value, count = float(drawn.value[k]), int(drawn.of[k])
        low, high = _widened(metric, value, float(drawn.low[k]), float(drawn.high[k]), of[:, k])
        rows.append(Row(name, metric.name, value, low, high, count, errors))
    return rows


def _path(one: Score) -> tuple[str, str, str]:
    return one.instruction.scan, one.instruction.path_id, one.instruction.target


def _widened(metric: Metric, value: float, low: float, high: float, of: NDArray[np.float64]) -> tuple[float, float]:
    """Where all paths score alike a bootstrap has no width, which says nothing: Wilson's bounds for so many paths."""
    paths = int((of > 0).sum())
    if not metric.share or low != high or paths == 0:
        return low, high
    share = min(max(value * paths, 0.0), float(paths))
    return rate(math.floor(share), paths).low, rate(math.ceil(share), paths).high

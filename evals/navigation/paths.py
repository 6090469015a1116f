"""What a path over a navigation graph is worth beside another: the path metrics of R2R and its successors.

`distances` is a float64 array (n, n) of shortest path lengths in metres, inf where there is no path. A path is a
sequence of rows of it. R is the reference path, P the predicted one, d the distance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from envs.navigation.world import SUCCESS_RADIUS

Distances = NDArray[np.float64]


def without_repeats(path: Sequence[int]) -> list[int]:
    """The places of a path without those that follow themselves: turning on the spot is no move."""
    return [place for step, place in enumerate(path) if step == 0 or place != path[step - 1]]


def length(path: Sequence[int], distances: Distances) -> float:
    """Metres walked: the sum of d(P_k, P_k+1)."""
    return float(distances[path[:-1], path[1:]].sum())


def weighted(success: float, expected: float, walked: float) -> float:
    """Success weighted by path length: S · L / max(TL, L) (Anderson et al. 2018, arXiv 1807.06757).

    Args:
        success: 0 or 1.
        expected: L, metres: that of the shortest path from start to goal, or that of the reference path. Where it is 0
            and nothing was walked, the weight is 1; where there is no such path, and L is infinite, it is 0.
        walked: TL, metres.
    """
    if not math.isfinite(expected):
        return 0.0
    return success if walked <= expected else success * expected / walked


def ndtw(path: Sequence[int], reference: Sequence[int], distances: Distances) -> float:
    """Normalised dynamic time warping: exp(-DTW(P, R) / (3 m · |R|)) (Ilharco et al. 2019, arXiv 1907.05446).

    |R| is the number of the reference's places. Repeats in P cost again; see `without_repeats`.
    """
    costs = distances[np.ix_(path, reference)]
    best = np.full(len(reference) + 1, math.inf)
    best[0] = 0.0
    for row in costs:
        before, corner = best.copy(), best[0]
        best[0] = math.inf
        for column, cost in enumerate(row, 1):
            best[column] = cost + min(before[column], best[column - 1], corner)
            corner = before[column]
    return math.exp(-float(best[-1]) / (SUCCESS_RADIUS * len(reference)))


def coverage(path: Sequence[int], reference: Sequence[int], distances: Distances) -> float:
    """PC: the mean over R's places u of exp(-min over P's places v of d(u, v) / 3 m)."""
    return float(np.exp(-distances[np.ix_(reference, path)].min(axis=1) / SUCCESS_RADIUS).mean())


def cls(path: Sequence[int], reference: Sequence[int], distances: Distances) -> float:
    """Coverage weighted by length score (Jain et al. 2019, arXiv 1905.12255): PC · E / (E + |E - TL|).

    E = PC · length(R) is the length expected of a path of that coverage. A path of no length that need not have any
    scores its coverage.
    """
    covered = coverage(path, reference, distances)
    expected, walked = covered * length(reference, distances), length(path, distances)
    off = abs(expected - walked)
    return covered if off == 0 else covered * expected / (expected + off)

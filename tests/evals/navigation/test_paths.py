"""The path metrics against hand-made values, brute force and their own laws."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.navigation.paths import Distances, cls, coverage, length, ndtw, weighted, without_repeats

LINE = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0))) * 2  # six places on a line, 2 m apart
paths = st.lists(st.integers(0, 5), min_size=1, max_size=8)


def slow_dtw(path: list[int], reference: list[int], distances: Distances) -> float:
    @cache
    def cost(i: int, j: int) -> float:
        here = float(distances[path[i], reference[j]])
        before = [cost(a, b) for a, b in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if a >= 0 and b >= 0]
        return here + (min(before) if before else 0.0)

    return cost(len(path) - 1, len(reference) - 1)


def test_by_hand() -> None:
    reference = [0, 1, 2]
    assert length([0, 1, 0, 1], LINE) == 6
    assert length([3], LINE) == 0
    assert ndtw([0], reference, LINE) == pytest.approx(math.exp(-(0 + 2 + 4) / 9))
    assert coverage([0], reference, LINE) == pytest.approx((1 + math.exp(-2 / 3) + math.exp(-4 / 3)) / 3)
    covered = coverage([0], reference, LINE)
    assert cls([0], reference, LINE) == pytest.approx(covered / 2)  # E / (E + |E - 0|) is a half
    assert weighted(1, 4, 8) == 0.5
    assert weighted(1, 4, 3) == 1  # a path shorter than the expected one earns no more
    assert weighted(0, 4, 4) == 0


def test_of_no_length() -> None:
    assert weighted(1, 0, 0) == 1  # stopping at once where one begins at the goal
    assert weighted(1, 0, 6) == 0
    assert weighted(1, math.inf, 6) == 0  # no path to be as short as
    assert ndtw([2], [2], LINE) == cls([2], [2], LINE) == 1
    assert cls([2, 3, 2], [2], LINE) == 0  # nothing needed to be walked


def test_another_piece_of_the_graph() -> None:
    apart = np.array([[0.0, math.inf], [math.inf, 0.0]])
    assert ndtw([0], [1], apart) == 0
    assert cls([0], [1], apart) == 0
    assert coverage([0], [0, 1], apart) == 0.5


@given(paths, paths)
def test_ndtw_is_brute_force(path: list[int], reference: list[int]) -> None:
    expected = math.exp(-slow_dtw(path, reference, LINE) / (3 * len(reference)))
    assert ndtw(path, reference, LINE) == pytest.approx(expected)


@given(paths, paths)
def test_shares_are_shares(path: list[int], reference: list[int]) -> None:
    for value in (ndtw(path, reference, LINE), cls(path, reference, LINE), coverage(path, reference, LINE)):
        assert 0 <= value <= 1


@given(paths)
def test_a_path_beside_itself(path: list[int]) -> None:
    assert ndtw(path, path, LINE) == 1
    assert cls(path, path, LINE) == pytest.approx(1)


@given(paths, st.floats(0, 30), st.floats(0, 30))
def test_weights_never_raise_success(path: list[int], expected: float, walked: float) -> None:
    assert 0 <= weighted(1, expected, walked) <= 1
    assert weighted(1, expected, walked + 1) <= weighted(1, expected, walked)


@given(paths)
def test_turning_is_no_move(path: list[int]) -> None:
    doubled = [place for place in path for _ in range(2)]
    once = without_repeats(doubled)
    assert once == without_repeats(path) == without_repeats(once)
    assert length(once, LINE) == length(doubled, LINE)

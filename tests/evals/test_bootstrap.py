"""Intervals by drawing episodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bootstrap import bootstrap

counts = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: (min(p), max(p))), max_size=12)


@given(counts, st.randoms(use_true_random=False))
def test_ratios_are_bounded_and_do_not_depend_on_the_order(pairs, rng):
    def of(pairs):
        array = np.array(pairs, float).reshape(-1, 2)
        return bootstrap(array[:, :1], array[:, 1:], rounds=50)

    shuffled = list(pairs)
    rng.shuffle(shuffled)
    found = of(pairs)
    assert of(shuffled).value == pytest.approx(found.value)
    assert 0 <= found.low[0] <= found.value[0] + 1e-12
    assert found.value[0] <= found.high[0] + 1e-12 <= 1 + 1e-9


def test_the_interval_narrows_with_episodes_and_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        of = rng.integers(1, 9, (60, 1))
        found = bootstrap(rng.binomial(of, 0.6), of, rounds=300, seed=seed)
        held += bool(found.low[0] <= 0.6 <= found.high[0])
    assert 0.88 <= held / 200 <= 0.99
    wide, narrow = (bootstrap(np.tile([[1.0], [0.0]], (n, 1)), np.ones((2 * n, 1))) for n in (10, 1000))
    assert narrow.high[0] - narrow.low[0] < (wide.high[0] - wide.low[0]) / 5


def test_nothing_to_divide_by_leaves_everything_possible():
    found = bootstrap([[0.0, 1.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]])
    assert (found.value[0], found.low[0], found.high[0], found.of[0]) == (0, 0, 1, 0)
    assert found.value[1] == 0.5
    empty = bootstrap(np.zeros((0, 1)), np.zeros((0, 1)))
    assert (empty.value[0], empty.low[0], empty.high[0]) == (0, 0, 1)
    with pytest.raises(ValueError, match="alike"):
        bootstrap([[1.0]], [1.0])


def test_the_same_seed_gives_the_same_interval():
    of = np.ones((30, 1))
    hits = np.arange(30).reshape(-1, 1) % 3 == 0
    assert bootstrap(hits, of, seed=3).low == bootstrap(hits, of, seed=3).low

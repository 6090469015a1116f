"""Intervals of ratios of sums, by drawing whole episodes: steps of one episode are not independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """Ratios, (k,) each, with the 2.5 and 97.5 percentiles of their bootstrap; `of` is the sum divided by.

    A ratio of nothing is 0 and anything is possible: its bounds are 0 and 1.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    of: NDArray[np.float64]


def bootstrap(hits: ArrayLike, of: ArrayLike, *, rounds: int = ROUNDS, seed: int = 0) -> Bootstrapped:
    """The percentile bootstrap (Efron 1979) of sum(hits) / sum(of), episodes drawn with replacement.

    Args:
        hits, of: (episodes, k): what each episode adds above and below the line of each of k ratios. Only the ratio
            of two sums is asked for, so a mean over steps has the steps in `of`, a mean over episodes ones.
        rounds: draws.

    Raises:
        ValueError: for shapes that differ or are not of two dimensions.
    """
    above, below = np.asarray(hits, np.float64), np.asarray(of, np.float64)
    if above.shape != below.shape or above.ndim != 2:
        raise ValueError(f"hits and of are (episodes, k) alike, not {above.shape} and {below.shape}")
    episodes, k = above.shape
    total = below.sum(axis=0)
    if episodes == 0:
        return Bootstrapped(np.zeros(k), np.zeros(k), np.ones(k), total)
    drawn = np.random.default_rng(seed).multinomial(episodes, np.full(episodes, 1 / episodes), size=rounds)
    ratios = _ratio(drawn @ above, drawn @ below)
    low, high = np.nanpercentile(np.where(total > 0, ratios, 0.0), [2.5, 97.5], axis=0)
    empty = total == 0
    return Bootstrapped(
        np.where(empty, 0.0, _ratio(above.sum(axis=0), total)),
        np.where(empty, 0.0, low),
        np.where(empty, 1.0, high),
        total,
    )


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where a draw holds nothing to divide by: such draws say nothing and are left out."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)

"""Confidence intervals of rates."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of `of` with its 95 % Wilson score interval; of nothing, everything is possible."""

    value: float
    low: float
    high: float
    of: int


def rate(successes: int, of: int) -> Rate:
    """The rate of `successes` in `of` trials (Wilson 1927). Raises ValueError for impossible counts."""
    if not 0 <= successes <= of:
        raise ValueError(f"{successes} successes of {of}")
    if of == 0:
        return Rate(0.0, 0.0, 1.0, 0)
    p, z2 = successes / of, _Z95**2 / of
    centre = (p + z2 / 2) / (1 + z2)
    half = _Z95 * math.sqrt(p * (1 - p) / of + z2 / (4 * of)) / (1 + z2)
    # At the ends the bound is exact; floating point would miss it by an ulp.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == of else centre + half
    return Rate(p, low, high, of)

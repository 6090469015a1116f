"""Numbers of data sets. JSON has integers of any length, NaN and infinity: no pixel of a picture is one of those."""

from __future__ import annotations

from typing import Any, TypeGuard

MOST = 1e9
"""No coordinate, size or time of a set comes near it."""


def is_number(value: Any, most: float = MOST) -> TypeGuard[int | float]:
    """Whether a JSON value is a finite number between -`most` and `most`; true and false are none."""
    return type(value) in (int, float) and -most < value < most  # NaN is not between

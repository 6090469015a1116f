"""Sums of scores: what is in the denominators, and how wide the intervals are."""

from __future__ import annotations

import math

import pytest

from evals.navigation.benchmarks import R2R
from evals.navigation.metrics import add_up
from evals.navigation.score import Score, score
from evals.navigation.trajectory import Pose, Trajectory
from evals.summary import Row
from tests.evals.navigation.town import Town, instruction


def scored(path: str, name: str, scan: str = "town") -> Score:
    taken = Trajectory(name, tuple(Pose(viewpoint) for viewpoint in path)) if path else None
    return score(R2R, Town("R2R", []), instruction("abd", name, scan), taken)


def rows_of(scores: list[Score]) -> dict[str, Row]:
    return {row.metric: row for row in add_up(R2R, scores) if row.name == "all"}


def test_nothing_leaves_the_denominator() -> None:
    found = rows_of([scored("abd", "1_0"), scored("a", "2_0"), scored("", "3_0"), scored("abd", "4_0", "village")])
    assert found["SR"].value == 0.25
    assert found["SR"].episodes == 4
    assert found["SR"].errors == 2
    assert found["NE"].episodes == 3  # the one whose scan is missing has none
    assert found["NE"].value == pytest.approx((0 + 4 + 4) / 3)


def test_a_share_that_is_no_number_is_a_failure() -> None:
    good, odd = scored("abd", "1_0"), scored("abd", "2_0")
    odd.values["CLS"] = math.nan
    odd.values["SPL"] = math.inf
    found = rows_of([good, odd])
    for name in ("CLS", "SPL"):
        assert (found[name].value, found[name].episodes) == (0.5, 2)


def test_instructions_of_one_path_are_one_trial() -> None:
    apart = [scored("abd" if k % 2 else "a", f"{k}_0") for k in range(60)]
    together = [scored("abd" if k // 3 % 2 else "a", f"{k // 3}_{k % 3}") for k in range(60)]
    wide, narrow = rows_of(together)["SR"], rows_of(apart)["SR"]
    assert wide.value == narrow.value == 0.5
    assert wide.high - wide.low > 1.4 * (narrow.high - narrow.low)


def test_where_all_are_alike_the_interval_still_has_a_width() -> None:
    found = rows_of([scored("abd", f"{k // 3}_{k % 3}") for k in range(30)])
    assert found["SR"].value == found["SR"].high == 1
    assert 0.6 < found["SR"].low < 0.75  # Wilson's for 10 of 10 paths
    one_path = rows_of([scored("abd", "1_0"), scored("a", "1_1"), scored("a", "1_2")])["SR"]
    assert one_path.low < one_path.value < one_path.high


def test_no_instructions() -> None:
    found = rows_of([])
    assert all(row.episodes == 0 and math.isfinite(row.value) for row in found.values())


def test_a_row_for_every_scan() -> None:
    names = {row.name for row in add_up(R2R, [scored("abd", "1_0"), scored("a", "4_0", "village")])}
    assert names == {"all", "scan:town", "scan:village"}

"""Scores of single instructions: the degenerate cases, and what is refused."""

from __future__ import annotations

import math

import pytest

from evals.navigation.benchmarks import R2R, REVERIE
from evals.navigation.score import Score, score
from evals.navigation.trajectory import Pose, Trajectory
from tests.evals.navigation.town import Town, instruction

R2R_TOWN = Town("R2R", [])


def walk(path: str, named: str | None = None) -> Trajectory:
    return Trajectory("7_0", tuple(Pose(viewpoint) for viewpoint in path), named)


def route(reference: str, path: str) -> Score:
    return score(R2R, R2R_TOWN, instruction(reference), walk(path))


def refer(path: str, named: str | None = None, seen: str = "de", reference: str = "abd") -> Score:
    world = Town("REVERIE", [], {"5": seen, "6": "a"})
    return score(REVERIE, world, instruction(reference, "7_5_0", target="5"), walk(path, named))


def test_the_reference_path() -> None:
    values = route("abd", "abd").values
    assert values == {
        "TL": 4, "NE": 0, "SR": 1, "OSR": 1, "SPL": 1, "SPL_reference": 1, "nDTW": 1, "SDTW": 1, "CLS": 1,
    }  # fmt: skip


def test_staying_at_the_start() -> None:
    values = route("abd", "a").values
    assert (values["TL"], values["NE"], values["SR"], values["OSR"], values["SPL"]) == (0, 4, 0, 0, 0)
    assert values["nDTW"] == pytest.approx(math.exp(-(2 + 4) / 9))
    assert values["SDTW"] == 0
    assert route("abd", "aaaa").values == values  # turning is no move


def test_a_start_at_the_goal() -> None:
    at_once = route("a", "a").values
    assert at_once["SR"] == at_once["SPL"] == at_once["nDTW"] == at_once["CLS"] == 1
    there_and_back = route("a", "aca").values
    assert (there_and_back["SR"], there_and_back["SPL"]) == (1, 0)


def test_success_is_strictly_below_three_metres() -> None:
    assert route("abd", "ab").values["SR"] == 1  # 2 m away
    assert route("ace", "a").values["NE"] == 4
    # 3 m exactly is a failure: a line of places 3 m apart
    from envs.navigation.graph import graph_of
    from tests.evals.navigation.town import entries

    class Wide(Town):
        def graph(self, scan: str):  # type: ignore[no-untyped-def]
            stretched = entries()
            for one in stretched:
                one["pose"][3] *= 1.5
                one["pose"][7] *= 1.5
            return graph_of("town", stretched, "town")

    values = score(R2R, Wide("R2R", []), instruction("abd"), walk("ab")).values
    assert (values["NE"], values["SR"], values["OSR"]) == (3, 0, 0)


def test_a_loop_costs_length_alone() -> None:
    values = route("abd", "acacabd").values
    assert values["SR"] == 1
    assert values["TL"] == 12
    assert values["SPL"] == pytest.approx(4 / 12)
    assert 0 < values["CLS"] < 1
    assert 0 < values["nDTW"] < 1


def test_passing_the_goal_is_oracle_success() -> None:
    values = route("ab", "abace").values
    assert (values["SR"], values["OSR"]) == (0, 1)


def test_a_reference_longer_than_the_shortest_path() -> None:
    values = route("acabd", "abd").values
    assert values["SPL"] == values["SPL_reference"] == 1
    values = route("acabd", "acabd").values
    assert values["SPL"] == pytest.approx(0.5)
    assert values["SPL_reference"] == 1


def test_a_goal_in_another_piece_of_the_graph() -> None:
    for reference in ("xyd", "xyda", "xd"):
        found = route(reference, "x")
        assert "its reference path goes from" in found.problem
        assert "between which town has no way" in found.problem
        assert math.isnan(found.values["NE"])
        assert all(found.values[metric.name] == 0 for metric in R2R.metrics if metric.share)


def test_an_isolated_start() -> None:
    found = route("z", "z")
    assert (found.values["NE"], found.values["SR"]) == (0, 1)
    assert "step 1 goes from z to a" in route("z", "za").problem


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("ad", "step 1 goes from a to d, which no edge of town joins"),
        ("abax", "step 3 goes from a to x"),
        ("bd", "step 0 is at b, but the start is a"),
        ("abq", "step 2 is at q, which is no viewpoint of town"),
    ],
)
def test_what_nobody_can_walk_is_refused_and_counts(path: str, reason: str) -> None:
    found = score(R2R, R2R_TOWN, instruction("abd"), walk(path), source="mine.json")
    assert reason in found.problem
    assert "mine.json: 7_0" in found.problem
    assert found.trajectory is None
    assert (found.values["TL"], found.values["NE"]) == (0, 4)  # as if it had stayed
    assert all(found.values[metric.name] == 0 for metric in R2R.metrics if metric.share)


def test_a_missing_trajectory_counts_as_failed() -> None:
    found = score(R2R, R2R_TOWN, instruction("a"), None, source="mine.json")
    assert "mine.json: 7_0: there is no trajectory" in found.problem
    assert found.values["SR"] == 0  # though staying would have been success


def test_a_missing_scan_is_neither_measured_nor_dropped() -> None:
    found = score(R2R, R2R_TOWN, instruction("abd", scan="village"), walk("abd"))
    assert "village_connectivity.json is missing" in found.problem
    assert math.isnan(found.values["TL"])
    assert found.values["SR"] == 0


def test_a_reference_path_outside_the_graph() -> None:
    assert "'q', on its reference path, is no viewpoint of town" in route("abq", "ab").problem


def test_reverie_success_is_sight_not_distance() -> None:
    assert refer("abd").values["SR"] == 1
    near = refer("ab").values  # 2 m from the path's end, but nothing to be seen
    assert (near["SR"], near["OSR"]) == (0, 0)
    elsewhere = refer("ace").values  # in sight at e too, which is not the path's end
    assert (elsewhere["SR"], elsewhere["SPL"]) == (1, 1)
    assert refer("abdb").values["OSR"] == 1


def test_the_object_counts_wherever_the_agent_stands() -> None:
    right_object = refer("a", named="5").values
    assert (right_object["SR"], right_object["RGS"], right_object["RGSPL"]) == (0, 1, 1)
    right_place = refer("abd", named="6").values
    assert (right_place["SR"], right_place["RGS"], right_place["RGSPL"]) == (1, 0, 0)
    assert refer("ababd", named="5").values["RGSPL"] == pytest.approx(0.5)


def test_an_object_that_is_seen_nowhere() -> None:
    found = refer("abd", named="5", seen="")
    assert found.problem == ""
    assert (found.values["SR"], found.values["OSR"], found.values["RGS"]) == (0, 0, 1)


def test_an_object_that_nobody_knows() -> None:
    found = score(REVERIE, Town("REVERIE", []), instruction("abd", "7_5_0", target="5"), walk("abd"))
    assert "7_5_0: town.json has no object '5'" in found.problem

"""The rates on hand-made episodes, the degenerate ones above all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.episode import Episode, Outcome
from evals.alfred.metrics import Reference, ratio, score
from evals.summary import Row


def episode(met: int = 0, of: int = 3, steps: int = 10, outcome: Outcome = Outcome.TERMINATED, **facts: Any) -> Episode:
    known = {"conditions_met": met, "conditions": of, "exact_met": met, "low_steps": steps, **facts}
    return Episode("alfred", "", 0, outcome, steps=4, facts=known)


def reference(of: int = 3, expert: int = 10, kind: str = "pick_heat_then_place_in_recep", **more: Any) -> Reference:
    return Reference(kind, of, expert, **more)


def table(episodes: list[Episode], references: list[Reference]) -> dict[tuple[str, str], Row]:
    return {(row.name, row.metric): row for row in score(episodes, references)}


def test_goal_conditions_are_a_micro_average_and_progress_a_macro_one() -> None:
    rows = table([episode(1, 1), episode(0, 3)], [reference(1, kind="pick_and_place_simple"), reference(3)])
    assert rows["all", "goal_condition_rate"].value == pytest.approx(1 / 4)
    assert rows["all", "task_progress"].value == pytest.approx(1 / 2)
    assert rows["all", "success_rate"].value == pytest.approx(1 / 2)
    assert rows["pick_and_place_simple", "success_rate"].value == 1
    assert rows["pick_heat_then_place_in_recep", "goal_condition_rate"].value == 0


def test_path_weights_are_alfreds() -> None:
    # Twice the expert's path of 10, and the expert's own of 30: (0.5 * 10 + 1 * 30) / 40.
    rows = table([episode(3, steps=20), episode(3, steps=30)], [reference(expert=10), reference(expert=30)])
    assert rows["all", "plw_success_rate"].value == pytest.approx(35 / 40)
    assert rows["all", "success_rate"].value == 1
    # A share of 1/3 at twice the path.
    rows = table([episode(1, steps=20)], [reference(expert=10)])
    assert rows["all", "plw_goal_condition_rate"].value == pytest.approx(1 / 6)
    assert rows["all", "plw_success_rate"].value == 0


def test_a_shorter_path_than_the_experts_earns_no_more() -> None:
    assert table([episode(3, steps=1)], [reference(expert=10)])["all", "plw_success_rate"].value == 1


def test_a_stop_at_step_0_divides_nothing_by_zero() -> None:
    rows = table([episode(1, steps=0)], [reference(expert=10)])
    assert rows["all", "plw_goal_condition_rate"].value == pytest.approx(1 / 3)


def test_an_error_counts_as_nothing_met_of_everything() -> None:
    died = Episode("alfred", "", 0, Outcome.ERROR, facts={}, error="EnvError: the engine died")
    late = episode(3, outcome=Outcome.ERROR)
    rows = table([episode(3), died, late], [reference(), reference(), reference()])
    assert rows["all", "success_rate"] == Row.of("all", "success_rate", _wilson(1, 3), 2)
    assert rows["all", "goal_condition_rate"].value == pytest.approx(1 / 3)
    assert rows["all", "plw_success_rate"].value == pytest.approx(1 / 3)
    assert rows["all", "success_rate_exact_type"].value == pytest.approx(1 / 3)


def _wilson(successes: int, of: int) -> Any:
    from evals.interval import rate

    return rate(successes, of)


def test_no_episode_at_all() -> None:
    rows = table([], [])
    assert (rows["all", "success_rate"].value, rows["all", "success_rate"].episodes) == (0, 0)
    assert (rows["all", "plw_success_rate"].low, rows["all", "plw_success_rate"].high) == (0, 1)


def test_without_an_experts_path_the_weighted_rates_say_that_they_are_of_nothing() -> None:
    rows = table([episode(3)], [reference(expert=0)])
    assert rows["all", "plw_success_rate"].episodes == 0
    assert rows["all", "success_rate"].value == 1


def test_subgoals_count_in_the_plans_order_and_errors_count_them_all() -> None:
    plan = ("GotoLocation", "PickupObject", "GotoLocation", "HeatObject")
    episodes = [
        episode(0, subgoals_done=3), episode(0, subgoals_done=0),
        Episode("alfred", "", 0, Outcome.ERROR),
    ]  # fmt: skip
    rows = table(episodes, [reference(subgoals=plan)] * 3)
    assert rows["subgoal:GotoLocation", "success_rate"].value == pytest.approx(2 / 6)
    assert rows["subgoal:PickupObject", "success_rate"].value == pytest.approx(1 / 3)
    assert rows["subgoal:HeatObject", "success_rate"].value == 0
    assert ("subgoal:CoolObject", "success_rate") not in rows


def test_grounding_is_averaged_over_groundings() -> None:
    episodes = [episode(grounding_ious=[1.0, 0.5], grounding_wrong=[False, True]), episode(grounding_ious=[0.0])]
    rows = table(episodes, [reference()] * 2)
    assert rows["all", "grounding_mean_iou"].value == pytest.approx(0.5)
    assert (rows["all", "wrong_instance_rate"].value, rows["all", "wrong_instance_rate"].episodes) == (0.5, 2)


def test_groups_have_rows_of_their_own() -> None:
    rows = table([episode(3), episode(0)], [reference(group="base"), reference(group="spatial")])
    assert (rows["base", "success_rate"].value, rows["spatial", "success_rate"].value) == (1, 0)


parts = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 50)), max_size=12)


@given(parts)
def test_a_ratio_lies_in_its_interval(pairs: list[tuple[float, float]]) -> None:
    found = ratio([share * whole for share, whole in pairs], [whole for _, whole in pairs])
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1

"""Scores on hand-made and degenerate cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.episode import Episode, Outcome
from agent.record import RecordError
from evals.cards.command import chosen, compare
from evals.cards.metrics import score
from evals.interval import rate
from evals.summary import Row, read_summary, write_summary


def episode(
    env: str = "Blackjack", reward: float = 1.0, outcome: Outcome = Outcome.TERMINATED, **facts: object
) -> Episode:
    return Episode(env, "", 0, outcome, steps=2, total_reward=reward, facts=facts)


def by_name(rows: list[Row]) -> dict[tuple[str, str], Row]:
    return {(row.name, row.metric): row for row in rows}


def test_wilson_on_known_values() -> None:
    half = rate(50, 100)
    assert (half.low, half.high) == pytest.approx((0.40383, 0.59617), abs=1e-5)
    assert rate(0, 10).low == 0.0
    assert rate(10, 10).high == 1.0
    assert (rate(0, 0).low, rate(0, 0).high) == (0.0, 1.0)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    found = rate(*counts)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


@pytest.mark.parametrize("counts", [(2, 1), (-1, 3)])
def test_impossible_counts_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="successes of"):
        rate(*counts)


def test_a_draw_is_no_success_and_an_error_stays_in_the_denominator() -> None:
    rows = by_name(
        score([episode(), episode(reward=0.0), episode(reward=-1.0), episode(reward=1.0, outcome=Outcome.ERROR)])
    )
    success = rows["Blackjack", "success_rate"]
    assert (success.value, success.episodes, success.errors) == (0.25, 4, 1)
    assert rows["all", "success_rate"].episodes == 4


def test_reaching_the_goal_after_a_wrong_step_is_no_success_but_reaches_it() -> None:
    rows = by_name(score([episode("NumberLine", reward=0.0, goal_reached=True)]))
    assert rows["NumberLine", "success_rate"].value == 0.0
    assert rows["NumberLine", "goal_rate"].value == 1.0


def test_agreement_counts_decisions_not_episodes() -> None:
    rows = by_name(score([episode(decisions=3, best_decisions=2), episode(decisions=1, best_decisions=1)]))
    agreement = rows["Blackjack", "best_action_rate"]
    assert (agreement.value, agreement.episodes) == (0.75, 4)


def test_an_answer_without_an_action_agrees_with_nobody() -> None:
    silent = replace(episode(decisions=1, best_decisions=1), unparsable=1)
    assert by_name(score([silent]))["Blackjack", "best_action_rate"].value == 0.5


def test_no_episodes_have_no_success() -> None:
    rows = score([])
    assert {row.name for row in rows} == {"all"}
    assert rows[0].value == 0.0


def test_the_table_shows_what_was_not_played_as_such() -> None:
    table = compare(score([episode()]))
    assert table.rows[-2][1:] == ["-", "100.0 [20.7, 100.0]", "-", "-"]
    assert "specialist" in table.note


def test_a_summary_reads_back(tmp_path: Path) -> None:
    rows = score([episode()])
    write_summary(tmp_path, {"eval": "cards"}, rows)
    assert read_summary(tmp_path / "summary.json") == rows
    (tmp_path / "summary.json").write_text('{"format": 2}')
    with pytest.raises(RecordError, match="format 2"):
        read_summary(tmp_path / "summary.json")


def test_games_are_chosen_by_name() -> None:
    assert chosen("EZPoints, Points24") == ["EZPoints", "Points24"]

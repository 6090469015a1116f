"""Scores of the card games."""

from __future__ import annotations

from collections.abc import Sequence

from agent.episode import Episode, Outcome
from evals.interval import rate
from evals.summary import Row

GAMES = ("NumberLine", "Blackjack", "EZPoints", "Points24")


def score(episodes: Sequence[Episode]) -> list[Row]:
    """Every row of the summary: a game at a time, then all of them together.

    success_rate   the return is above zero, as RL4VLM counts (a draw is none, nor is NumberLine after one wrong step)
    goal_rate      the goal was reached, whatever it cost
    best_action_rate   Blackjack decisions that are those of the policy that wins most often; no valid action is none
    unparsable_rate    answers that held no valid action, of all answers
    """
    rows = []
    for name in GAMES:
        played = [episode for episode in episodes if episode.env == name]
        if played:
            rows += _rows(name, played)
    return rows + _rows("all", episodes)


def _rows(name: str, episodes: Sequence[Episode]) -> list[Row]:
    errors = sum(episode.outcome is Outcome.ERROR for episode in episodes)
    won = sum(episode.total_reward > 0 and episode.outcome is not Outcome.ERROR for episode in episodes)
    reached = sum(bool(episode.facts.get("goal_reached")) for episode in episodes)
    rows = [
        Row.of(name, "success_rate", rate(won, len(episodes)), errors),
        Row.of(name, "goal_rate", rate(reached, len(episodes)), errors),
        Row.of(
            name,
            "unparsable_rate",
            rate(sum(e.unparsable for e in episodes), sum(e.steps for e in episodes)),
            errors,
        ),
    ]
    decisions = sum(int(episode.facts.get("decisions", 0)) + episode.unparsable for episode in episodes)
    if name == "Blackjack" and decisions:
        best = sum(int(episode.facts.get("best_decisions", 0)) for episode in episodes)
        rows.append(Row.of(name, "best_action_rate", rate(best, decisions), errors))
    return rows

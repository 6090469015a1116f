"""Rates by group of episodes, for benchmarks of many tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.episode import Episode, Outcome
from evals.interval import rate
from evals.summary import Row

ALL = "all"


def rates(name: str, episodes: Sequence[Episode], rules: Mapping[str, Callable[[Episode], bool]]) -> list[Row]:
    """A row for each rule: the part of a group's episodes for which it holds."""
    errors = count_errors(episodes)
    return [
        Row.of(name, metric, rate(sum(map(holds, episodes)), len(episodes)), errors) for metric, holds in rules.items()
    ]


def unparsable(episodes: Sequence[Episode]) -> Row:
    """Answers that held no valid action, of all answers."""
    answers = sum(episode.steps for episode in episodes)
    found = rate(sum(episode.unparsable for episode in episodes), answers)
    return Row.of(ALL, "unparsable_rate", found, count_errors(episodes))


def count_errors(episodes: Sequence[Episode]) -> int:
    return sum(episode.outcome is Outcome.ERROR for episode in episodes)


def percent(row: Row) -> str:
    """A rate with its interval, as tables show it."""
    return f"{100 * row.value:.1f} [{100 * row.low:.1f}, {100 * row.high:.1f}]"

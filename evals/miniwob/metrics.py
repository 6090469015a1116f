"""Scores of MiniWoB++."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from agent.episode import Episode, Outcome
from envs.browser.miniwob.tasks import KINDS
from evals.interval import rate
from evals.summary import Row

PREFIX = "miniwob."
ALL = "all"


def score(episodes: Sequence[Episode]) -> list[Row]:
    """Every row of the summary: by task, by kind of task, and all episodes together.

    success_rate      the raw reward is 1, as MiniWoB++'s own get_binary_reward counts
    above_zero_rate   the raw reward is above 0, as BrowserGym counts: partial rewards are success
    unparsable_rate   answers that held no valid action, of all answers (for all episodes together)

    An episode that ended in an error is a failure in every rate, and is counted apart besides.
    """
    groups: dict[str, list[Episode]] = defaultdict(list)
    for episode in episodes:
        groups[episode.env].append(episode)
    for episode in episodes:
        groups[f"kind:{KINDS[episode.env.removeprefix(PREFIX)]}"].append(episode)
    rows = [row for name, group in groups.items() for row in _rates(name, group)]
    answers = sum(episode.steps for episode in episodes)
    errors = sum(episode.outcome is Outcome.ERROR for episode in episodes)
    unparsable = rate(sum(episode.unparsable for episode in episodes), answers)
    return [*rows, *_rates(ALL, episodes), Row.of(ALL, "unparsable_rate", unparsable, errors)]


def _rates(name: str, episodes: Sequence[Episode]) -> list[Row]:
    errors = sum(episode.outcome is Outcome.ERROR for episode in episodes)
    raws = [_raw(episode) for episode in episodes]
    return [
        Row.of(name, "success_rate", rate(sum(raw == 1 for raw in raws), len(raws)), errors),
        Row.of(name, "above_zero_rate", rate(sum(raw > 0 for raw in raws), len(raws)), errors),
    ]


def _raw(episode: Episode) -> float:
    """The page's raw reward; 0 while it has given none."""
    if episode.outcome is Outcome.ERROR or not episode.facts.get("done"):
        return 0.0
    return float(episode.facts.get("raw_reward", 0.0))

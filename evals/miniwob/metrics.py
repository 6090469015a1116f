"""Scores of MiniWoB++."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from agent.episode import Episode, Outcome
from envs.browser.miniwob.tasks import KINDS
from evals.success import ALL, rates, unparsable
from evals.summary import Row

FAMILY = "miniwob"
PREFIX = f"{FAMILY}."


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
    rows = [row for name, group in groups.items() for row in rates(name, group, _RULES)]
    return [*rows, *rates(ALL, episodes, _RULES), unparsable(episodes)]


def _raw(episode: Episode) -> float:
    """The page's raw reward; 0 while it has given none."""
    if episode.outcome is Outcome.ERROR or not episode.facts.get("done"):
        return 0.0
    return float(episode.facts.get("raw_reward", 0.0))


_RULES = {
    "success_rate": lambda episode: _raw(episode) == 1,
    "above_zero_rate": lambda episode: _raw(episode) > 0,
}

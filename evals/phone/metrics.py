"""Scores of the tasks on the phone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from agent.episode import Episode, Outcome
from envs.android.tasks.table import TASKS
from evals.success import ALL, count_errors, rates, unparsable
from evals.summary import Row

FAMILY = "Phone"
PREFIX = f"{FAMILY}."
_Z95 = 1.959963984540054


def score(episodes: Sequence[Episode]) -> list[Row]:
    """Every row of the summary: by task, by app, by difficulty, and all episodes together.

    success_rate        ended by `done` with all of it done and nothing besides
    reached_rate        as success, but whoever had done it and did not say so counts too
    steps_over_oracle   the mean of an episode's steps over the oracle's for its task, of those that succeeded; low and
                        high are its 95 % interval, episodes how many they were. The oracle's are one number a task (see
                        `tasks.table.Entry`), not what it takes in this very episode: whoever plays as it does may come
                        out below or above 1
    unparsable_rate     answers that held no valid action, of all answers (for all episodes together)

    An episode that ended in an error is a failure in every rate, and is counted apart besides.
    """
    groups: dict[str, list[Episode]] = defaultdict(list)
    for kind in ("", "app:", "difficulty:"):
        for episode in episodes:
            groups[_name(episode, kind)].append(episode)
    rows = [row for name, group in groups.items() for row in _rows(name, group)]
    return [*rows, *_rows(ALL, episodes), unparsable(episodes)]


def _name(episode: Episode, kind: str) -> str:
    entry = TASKS[episode.env.removeprefix(PREFIX)]
    return {"": episode.env, "app:": f"app:{entry.app}", "difficulty:": f"difficulty:{entry.difficulty}"}[kind]


def _rows(name: str, episodes: Sequence[Episode]) -> list[Row]:
    return [*rates(name, episodes, _RULES), _steps(name, [episode for episode in episodes if _won(episode)], episodes)]


def _steps(name: str, won: Sequence[Episode], episodes: Sequence[Episode]) -> Row:
    ratios = [episode.steps / TASKS[episode.env.removeprefix(PREFIX)].steps for episode in won]
    mean = sum(ratios) / len(ratios) if ratios else 0.0
    half = 0.0
    if len(ratios) > 1:
        spread = sum((ratio - mean) ** 2 for ratio in ratios) / (len(ratios) - 1)
        half = _Z95 * math.sqrt(spread / len(ratios))
    return Row(name, "steps_over_oracle", mean, mean - half, mean + half, len(ratios), count_errors(episodes))


def _won(episode: Episode) -> bool:
    return episode.outcome is not Outcome.ERROR and episode.total_reward == 1


def _reached(episode: Episode) -> bool:
    return episode.outcome is not Outcome.ERROR and bool(episode.facts.get("success"))


_RULES = {"success_rate": _won, "reached_rate": _reached}

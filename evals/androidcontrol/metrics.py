"""Type, Grounding and SR of AndroidControl, with intervals by episode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from envs.replay.androidcontrol.step import KINDS
from evals.androidcontrol.score import Judged, Judgement
from evals.bootstrap import bootstrap
from evals.success import ALL
from evals.summary import Row

Count = tuple[float, float]
"""What an episode adds above and below the line of a ratio."""
Counter = Callable[[Sequence[Judged]], Count]


def score(judgement: Judgement, *, rounds: int = 1000, seed: int = 0) -> list[Row]:
    """Every row of the summary; a row's name is RULES, RULES/type:KIND or `all`, its `episodes` what it is a share of.

    type_match            the kind of action is right; of all steps
    grounding             exact, of the clicks predicted for clicks (as OS-Atlas and UI-TARS count it)
    step_success_rate     exact; of all steps (SR in the tables of the field)
    episode_success_rate  episodes of which every step is exact
    goal_progress         exact steps before the first that is not, over the steps; mean over episodes
    format_rate           steps with a valid action; under all rules alike

    `errors` counts the steps that are not predicted at all: they are wrong, and in every denominator.
    """
    counters: dict[tuple[str, str], Counter] = {(ALL, "format_rate"): _format}
    for rule in judgement.rules:
        counters |= {(rule.name, metric): counter for metric, counter in _of_rule(rule.name).items()}
        for kind in KINDS:
            counters[f"{rule.name}/type:{kind}", "type_match"] = _steps(rule.name, "type", kind)
            counters[f"{rule.name}/type:{kind}", "step_success_rate"] = _steps(rule.name, "exact", kind)
    # An episode of no steps says nothing about steps, and cannot fail: it is left to the checks of the set.
    counts = [[counter(episode) for counter in counters.values()] for episode in judgement.episodes if episode]
    sums = np.array(counts, np.float64).reshape(len(counts), len(counters), 2)
    found = bootstrap(sums[..., 0], sums[..., 1], rounds=rounds, seed=seed)
    missing = sum(not step.predicted for step in judgement.steps)
    rows = []
    for index, (name, metric) in enumerate(counters):
        value, low, high = (float(part[index]) for part in (found.value, found.low, found.high))
        rows.append(Row(name, metric, value, low, high, int(found.of[index]), missing))
    return rows


def _of_rule(name: str) -> dict[str, Counter]:
    return {
        "type_match": _steps(name, "type"),
        "grounding": _grounding(name),
        "step_success_rate": _steps(name, "exact"),
        "episode_success_rate": lambda steps: (float(all(_exact(steps, name))), 1.0),
        "goal_progress": lambda steps: (_before_first_wrong(_exact(steps, name)) / len(steps), 1.0),
    }


def _steps(name: str, what: str, kind: str | None = None) -> Counter:
    def count(steps: Sequence[Judged]) -> Count:
        verdicts = [step.verdicts[name] for step in steps if kind in (None, step.gold.step.kind)]
        hits = sum(verdict.exact if what == "exact" else verdict.type for verdict in verdicts)
        return float(hits), float(len(verdicts))

    return count


def _grounding(name: str) -> Counter:
    def count(steps: Sequence[Judged]) -> Count:
        verdicts = [step.verdicts[name] for step in steps if step.gold.step.kind == "click"]
        return float(sum(verdict.exact for verdict in verdicts)), float(sum(verdict.type for verdict in verdicts))

    return count


def _format(steps: Sequence[Judged]) -> Count:
    return float(sum(step.action is not None for step in steps)), float(len(steps))


def _exact(steps: Iterable[Judged], name: str) -> list[bool]:
    return [step.verdicts[name].exact for step in steps]


def _before_first_wrong(exact: Sequence[bool]) -> int:
    return exact.index(False) if False in exact else len(exact)

"""Type, Grounding and SR of AndroidControl, with intervals by episode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from envs.replay.androidcontrol.step import KINDS
from evals.androidcontrol.score import Judged, Judgement
from evals.bootstrap import bootstrap
from evals.success import ALL
from evals.summary import Row

Count = tuple[float, float]
"""What an episode adds above and below the line of a ratio."""
Counter = Callable[[Sequence[Judged]], Count]
Missing = Callable[[Sequence[Judged]], int]


@dataclass(frozen=True, slots=True)
class Metric:
    """A ratio, and how much of what is below its line an episode holds no prediction of."""

    count: Counter
    missing: Missing


def score(judgement: Judgement, *, rounds: int = 1000, seed: int = 0) -> list[Row]:
    """Every row of the summary; a row's name is RULES, RULES/type:KIND or `all`, its `episodes` what it is a share of.

    type_match            the kind of action is right; of all steps
    grounding             exact, of the clicks predicted for clicks (as OS-Atlas and UI-TARS count it)
    step_success_rate     exact; of all steps (SR in the tables of the field)
    episode_success_rate  episodes of which every step is exact
    goal_progress         exact steps before the first that is not, over the steps; mean over episodes
    format_rate           steps with a valid action; under all rules alike

    `errors` counts those of a row's steps that are not predicted at all, or its episodes with such a step: they are
    wrong. Grounding has none, for what is not predicted is not in its denominator.
    """
    counters: dict[tuple[str, str], Metric] = {(ALL, "format_rate"): Metric(_format, _unpredicted())}
    for rule in judgement.rules:
        counters |= {(rule.name, metric): counter for metric, counter in _of_rule(rule.name).items()}
        for kind in KINDS:
            counters[f"{rule.name}/type:{kind}", "type_match"] = _steps(rule.name, "type", kind)
            counters[f"{rule.name}/type:{kind}", "step_success_rate"] = _steps(rule.name, "exact", kind)
    # An episode of no steps says nothing about steps, and cannot fail: it is left to the checks of the set.
    counts = [[counter.count(episode) for counter in counters.values()] for episode in judgement.episodes if episode]
    sums = np.array(counts, np.float64).reshape(len(counts), len(counters), 2)
    found = bootstrap(sums[..., 0], sums[..., 1], rounds=rounds, seed=seed)
    rows = []
    for index, ((name, metric), counter) in enumerate(counters.items()):
        missing = sum(map(counter.missing, judgement.episodes))
        value, low, high = (float(part[index]) for part in (found.value, found.low, found.high))
        rows.append(Row(name, metric, value, low, high, int(found.of[index]), missing))
    return rows


def _of_rule(name: str) -> dict[str, Metric]:
    return {
        "type_match": _steps(name, "type"),
        "grounding": Metric(_grounding(name), lambda steps: 0),
        "step_success_rate": _steps(name, "exact"),
        "episode_success_rate": Metric(lambda steps: (float(all(_exact(steps, name))), 1.0), _broken),
        "goal_progress": Metric(lambda steps: (_before_first_wrong(_exact(steps, name)) / len(steps), 1.0), _broken),
    }


def _steps(name: str, what: str, kind: str | None = None) -> Metric:
    def count(steps: Sequence[Judged]) -> Count:
        verdicts = [step.verdicts[name] for step in steps if kind in (None, step.gold.step.kind)]
        hits = sum(verdict.exact if what == "exact" else verdict.type for verdict in verdicts)
        return float(hits), float(len(verdicts))

    return Metric(count, _unpredicted(kind))


def _unpredicted(kind: str | None = None) -> Missing:
    return lambda steps: sum(not step.predicted for step in steps if kind in (None, step.gold.step.kind))


def _broken(steps: Sequence[Judged]) -> int:
    """1 for an episode with a step that is not predicted."""
    return int(not all(step.predicted for step in steps))


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

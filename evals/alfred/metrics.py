"""Scores of ALFRED: success, goal conditions, both weighted by path length, and sub-goals by type of action."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.episode import Episode, Outcome
from evals.alfred.goals import TASK_TYPES
from evals.interval import Rate, rate
from evals.success import ALL, count_errors, unparsable
from evals.summary import Row

_Z95 = 1.959963984540054
SUBGOALS = (
    "GotoLocation", "PickupObject", "PutObject", "CoolObject", "HeatObject", "CleanObject", "SliceObject",
    "ToggleObject",
)  # fmt: skip
"""In the order of ALFRED's own table (models/eval/eval_subgoals.py)."""
SUBGOAL = "subgoal:"


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of an episode before it is played, so that one that broke down still counts in full."""

    task_type: str
    conditions: int
    """How many goal conditions there are."""
    expert_steps: int
    """Low-level actions of the expert, L*; 0 where none is known."""
    group: str = ""
    """A row of its own beside its type's: EB-ALFRED's subset."""
    subgoals: tuple[str, ...] = ()
    """The actions of the expert's plan, in order."""


@dataclass(frozen=True, slots=True)
class Result:
    """One episode as the rates read it."""

    episode: Episode
    reference: Reference
    met: int
    exact: int
    """Conditions met when types are compared exactly."""
    steps: int
    """Low-level actions taken."""

    @property
    def success(self) -> bool:
        return self.met == self.reference.conditions

    @property
    def weight(self) -> float:
        """min(1, L*/t) of ALFRED's SPL. An episode without a step has the shortest path there is: 1."""
        return min(1.0, self.reference.expert_steps / self.steps) if self.steps else 1.0


def result_of(episode: Episode, reference: Reference) -> Result:
    """The result of an episode; one that ended in an error has met nothing, whatever it had done before."""
    facts = {} if episode.outcome is Outcome.ERROR else episode.facts
    met, exact = int(facts.get("conditions_met", 0)), int(facts.get("exact_met", 0))
    return Result(episode, reference, met, exact, int(episode.facts.get("low_steps", 0)))


def score(episodes: Sequence[Episode], references: Sequence[Reference]) -> list[Row]:
    """Every row of the summary: all episodes, each task type, each group, each type of sub-goal, the grounding.

    success_rate              all goal conditions hold when the episode ends (SR)
    goal_condition_rate       conditions met of all conditions of all episodes (GC, a micro average)
    plw_success_rate          success × min(1, L*/t), weighted by L*
    plw_goal_condition_rate   the episode's share of conditions × min(1, L*/t), weighted by L*
    task_progress             the mean of the episodes' shares of conditions (EB-ALFRED, a macro average)
    success_rate_exact_type, goal_condition_rate_exact_type   with types compared exactly, not by substring

    An episode that ended in an error has met no condition, and is counted apart besides. A trial of the hidden splits
    has no conditions that could be judged: it is in no rate.
    """
    played = [result_of(episode, reference) for episode, reference in zip(episodes, references, strict=True)]
    results = [one for one in played if one.reference.conditions]
    groups: dict[str, list[Result]] = {
        kind: [one for one in results if one.reference.task_type == kind] for kind in TASK_TYPES
    }
    for name in dict.fromkeys(one.reference.group for one in results):
        groups[name] = [one for one in results if one.reference.group == name]
    rows = _rows(ALL, results)
    for name, group in groups.items():
        rows += _rows(name, group) if name and group else []
    return [*rows, *_subgoals(results), *_grounding(episodes), unparsable(episodes)]


def _rows(name: str, results: Sequence[Result]) -> list[Row]:
    errors = count_errors([one.episode for one in results])
    shares = [one.met / one.reference.conditions for one in results]
    weights = [float(one.reference.expert_steps) for one in results]
    paths = [one.weight * one.reference.expert_steps for one in results]
    wholes = [one.reference.conditions for one in results]
    figures = {
        "success_rate": rate(sum(one.success for one in results), len(results)),
        "goal_condition_rate": ratio([one.met for one in results], wholes),
        "plw_success_rate": ratio([one.success * w for one, w in zip(results, paths, strict=True)], weights),
        "plw_goal_condition_rate": ratio([share * w for share, w in zip(shares, paths, strict=True)], weights),
        "task_progress": ratio(shares, [1.0] * len(shares)),
        "success_rate_exact_type": rate(sum(one.exact == one.reference.conditions for one in results), len(results)),
        "goal_condition_rate_exact_type": ratio([one.exact for one in results], wholes),
    }
    return [Row.of(name, metric, figure, errors) for metric, figure in figures.items()]


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Rate:
    """The ratio of two sums over episodes, each part at most its whole, with its 95 % interval.

    The interval is that of a ratio estimator (Cochran 1977, 6.4), episodes being what was sampled; where all parts
    are whole, or all nothing, Wilson's for as many episodes, since the estimator sees no spread there.
    """
    count, whole = len(wholes), float(sum(wholes))
    if whole <= 0:
        return Rate(0.0, 0.0, 1.0, 0)
    value = sum(parts) / whole
    spread = sum((part - value * of) ** 2 for part, of in zip(parts, wholes, strict=True))
    if count < 2 or spread <= 1e-12 * whole**2:
        end = rate(round(value) * count, count)
        return Rate(value, min(end.low, value), max(end.high, value), count)
    half = _Z95 * math.sqrt(count / (count - 1) * spread) / whole
    return Rate(value, max(0.0, value - half), min(1.0, value + half), count)


def _subgoals(results: Sequence[Result]) -> list[Row]:
    """Sub-goals of the experts' plans that were done in their order, of all of them, by type of action."""
    rows = []
    errors = count_errors([one.episode for one in results])
    for action in SUBGOALS:
        done = [
            index < int(one.episode.facts.get("subgoals_done", 0)) and one.episode.outcome is not Outcome.ERROR
            for one in results
            for index, name in enumerate(one.reference.subgoals)
            if name == action
        ]
        if done:
            rows.append(Row.of(SUBGOAL + action, "success_rate", rate(sum(done), len(done)), errors))
    return rows


def _grounding(episodes: Sequence[Episode]) -> list[Row]:
    """How well the segmenter found what was meant: IoU of its mask with the instance chosen, and wrong choices."""
    ious = [float(value) for episode in episodes for value in _listed(episode, "grounding_ious")]
    wrong = [bool(value) for episode in episodes for value in _listed(episode, "grounding_wrong")]
    errors = count_errors(episodes)
    return [
        Row.of(ALL, "grounding_mean_iou", ratio(ious, [1.0] * len(ious)), errors),
        Row.of(ALL, "wrong_instance_rate", rate(sum(wrong), len(wrong)), errors),
    ]


def _listed(episode: Episode, key: str) -> list[Any]:
    return list(episode.facts.get(key) or ())


@dataclass(frozen=True, slots=True)
class Failure:
    """An episode without success, and what is known of why."""

    name: str
    outcome: str
    unmet: str
    """The conditions that did not hold."""
    cause: str
    """The error that ended it, what the expert gave up, or the last action that failed."""


def failures_of(names: Sequence[str], episodes: Sequence[Episode], references: Sequence[Reference]) -> list[Failure]:
    """Every episode that was judged and is no success, in order."""
    found = []
    for name, episode, reference in zip(names, episodes, references, strict=True):
        if not reference.conditions or result_of(episode, reference).success:
            continue
        unmet = [str(text) for text, met, of in _listed(episode, "goal_conditions") if met < of]
        given_up = "; ".join(str(one) for one in _listed(episode, "given_up"))
        said = [episode.error, given_up and f"given up: {given_up}", str(episode.facts.get("last_failure") or "")]
        cause = " | ".join(one for one in said if one) or "no action failed"
        found.append(Failure(name, str(episode.outcome.value), "; ".join(unmet), cause))
    return found

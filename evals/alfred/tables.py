"""The score as tables, for the terminal and the report."""

from __future__ import annotations

from collections.abc import Sequence

from evals.alfred.goals import TASK_TYPES
from evals.alfred.metrics import SUBGOAL, SUBGOALS, Failure
from evals.success import ALL, percent
from evals.summary import Row, Table

NOTE = (
    "SR: all goal conditions hold at the end (95 % Wilson intervals). GC: conditions met of all conditions. PLW: "
    "weighted by the expert's path, L*/t at most 1. Episodes that ended in an error have met nothing."
)
EXACT_NOTE = (
    "An object counts only for its own type, where ALFRED's rule takes any id that contains the name: a Potato for a "
    "Pot, a ButterKnife for a Knife."
)
SHORT_NOTE = (
    "SR: all goal conditions hold at the end. GC: conditions met of all. PLW: weighted by the expert's path, where one "
    "is known. Intervals and exact types: report.html. Episodes that ended in an error have met nothing. What is "
    "published was obtained on AI2-THOR 2.1.0, and is not comparable with figures on another engine."
)
_HEADS = ("SR, %", "GC, %", "PLW SR, %", "PLW GC, %", "episodes", "errors")
_EB_HEADS = ("task success, %", "task progress, %", "episodes", "errors")
_PLAIN = ("goal_condition_rate", "plw_success_rate", "plw_goal_condition_rate")
_EXACT = ("success_rate_exact_type", "goal_condition_rate_exact_type")
_MOST_FAILURES = 100


def by_type(rows: Sequence[Row], mode: str, groups: Sequence[str] = ()) -> Table:
    """One line a task type, one a group (EB-ALFRED's subsets), one for all."""
    body = []
    for name in (*groups, *TASK_TYPES, ALL):
        found = {row.metric: row for row in rows if row.name == name}
        if "success_rate" in found:
            body.append([name, *(_eb_cells(found) if mode == "eb" else _cells(found))])
    return Table("By task", ["task", *(_EB_HEADS if mode == "eb" else _HEADS)], body, NOTE)


def by_exact_type(rows: Sequence[Row]) -> Table:
    """SR and GC when types are compared exactly."""
    body = []
    for name in (*TASK_TYPES, ALL):
        found = {row.metric: row for row in rows if row.name == name}
        if "success_rate" in found:
            body.append([name, percent(found[_EXACT[0]]), _value(found[_EXACT[1]]), *_counts(found)])
    return Table("By the rule of exact types", ["task", "SR, %", "GC, %", "episodes", "errors"], body, EXACT_NOTE)


def brief(rows: Sequence[Row], mode: str, groups: Sequence[str] = ()) -> Table:
    """The same in the width of a terminal."""
    metrics = ("success_rate", "task_progress") if mode == "eb" else ("success_rate", *_PLAIN)
    heads = ("success", "progress") if mode == "eb" else ("SR", "GC", "PLW SR", "PLW GC")
    body = []
    for name in (*groups, *TASK_TYPES, ALL):
        found = {row.metric: row for row in rows if row.name == name}
        if "success_rate" in found:
            body.append([name, *(_value(found[metric]) for metric in metrics), *_counts(found)])
    return Table("By task, %", ["task", *heads, "episodes", "errors"], body)


def by_subgoal(rows: Sequence[Row]) -> list[Table]:
    """One line a type of sub-goal; no table where the plans are not known beforehand."""
    body = []
    for action in SUBGOALS:
        for row in rows:
            if row.name == SUBGOAL + action:
                body.append([action, percent(row), str(row.episodes)])
    note = "Sub-goals of the expert's plan that were done, each after those before it."
    return [Table("By sub-goal", ["sub-goal", "done, %", "sub-goals"], body, note)] if body else []


def grounding(rows: Sequence[Row], segmenter: str) -> Table:
    """How the segmenter did."""
    found = {row.metric: row for row in rows if row.name == ALL}
    iou, wrong = found["grounding_mean_iou"], found["wrong_instance_rate"]
    shown = spelled(segmenter)
    cells = (
        [shown, f"{iou.value:.3f}", percent(wrong), str(wrong.episodes)] if wrong.episodes else [shown, "–", "–", "0"]
    )
    note = (
        "IoU of the mask with the engine's own of the object that was meant, 0 where none of the name was at the place "
        "shown; wrong: another instance was chosen. Counted is every place shown for a name that the house has."
    )
    return Table("Grounding", ["segmenter", "mean IoU", "wrong instance, %", "groundings"], [cells], note)


def spelled(segmenter: str) -> str:
    """A segmenter's name, which says of an oracle that it is one."""
    return {"truth": "truth (oracle masks)", "name": "name (oracle, no masks)"}.get(segmenter, segmenter)


def failures(found: Sequence[Failure]) -> Table:
    """Every episode without success, and why, as far as can be told."""
    body = [[one.name, one.outcome, one.unmet, one.cause] for one in found[:_MOST_FAILURES]]
    more = f"{len(found) - _MOST_FAILURES} more stand in failures.json." if len(found) > _MOST_FAILURES else ""
    return Table("Episodes without success", ["episode", "ended", "not met", "last failure"], body, more)


def _cells(found: dict[str, Row]) -> list[str]:
    return [percent(found["success_rate"]), *(_value(found[name]) for name in _PLAIN), *_counts(found)]


def _eb_cells(found: dict[str, Row]) -> list[str]:
    return [percent(found["success_rate"]), _value(found["task_progress"]), *_counts(found)]


def _counts(found: dict[str, Row]) -> list[str]:
    return [str(found["success_rate"].episodes), str(found["success_rate"].errors)]


def _value(row: Row) -> str:
    return f"{100 * row.value:.1f}" if row.episodes else "–"

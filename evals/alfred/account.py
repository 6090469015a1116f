"""What is noted of an episode while it is played: for scores and reports, never for the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from envs.thor.doing import Outcome
from evals.alfred.goals import Condition, Goal, tally
from evals.alfred.subgoals import SubgoalTracker
from evals.alfred.trial import Subgoal


class Account:
    """One episode's.

    Attributes:
        actions: taken so far, `Done` included.
        invalid: of those, that failed.
        tracker: how far the expert's plan is done.
        map: of the report, see `room.floor_plan_of`.
    """

    def __init__(self) -> None:
        self.actions = self.invalid = 0
        self.tracker = SubgoalTracker(())
        self.map: dict[str, Any] = {}
        self._ious: list[float] = []
        self._wrong: list[bool] = []
        self._failure = ""

    def begin(self, plan: Sequence[Subgoal], floor_plan: dict[str, Any]) -> None:
        self.tracker, self.map = SubgoalTracker(plan), floor_plan

    def note(self, outcome: Outcome) -> None:
        """Take note of an action that was carried out, or not."""
        if not outcome.succeeded:
            self.invalid += 1
            self._failure = outcome.sentence
        if outcome.grounding is not None and outcome.grounding.wrong is not None:
            self._ious.append(round(outcome.grounding.truth_iou, 4))
            self._wrong.append(outcome.grounding.wrong)

    def facts(self, goal: Goal | None, judged: Sequence[Condition], exact: Sequence[Condition]) -> dict[str, Any]:
        """As JSON. A trial whose goal is hidden has no conditions, and is no success."""
        met, of = tally(judged)
        exact_met, exact_of = tally(exact)
        return {
            "task_type": goal.task_type if goal else "",
            "success": bool(judged) and met == of,
            "conditions_met": met,
            "conditions": of,
            "exact_met": exact_met,
            "exact_conditions": exact_of,
            "goal_conditions": [[one.text, one.met, one.of] for one in judged],
            "subgoals": [step.action for step in self.tracker.plan],
            "subgoals_done": self.tracker.done,
            "grounding_ious": list(self._ious),
            "grounding_wrong": list(self._wrong),
            "invalid": self.invalid,
            "last_failure": self._failure,
        }

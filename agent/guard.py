"""Ends what will not end by itself: budgets, and an agent that repeats itself on a screen that does not change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agent.episode import Decision, Outcome
from envs.base import Observation


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one episode. `None` is no limit."""

    steps: int | None = 100
    seconds: float | None = None
    errors: int = 3
    """Answers in a row without a valid action before the episode ends as unparsable."""
    repeats: int = 3
    """Equal actions in a row on an unchanged screen before the model is told; at twice as many it ends as stuck."""


class Guard:
    """Watches one episode. `clock` is time.monotonic, or a test's own."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._clock = clock
        self._started = clock()
        self._errors = 0
        self._repeats = 0
        self._last: object = None

    def watch(self, decision: Decision, before: Observation, after: Observation) -> str:
        """Take note of a step; returns what to tell the model, usually ""."""
        if decision.action is None:
            self._errors += 1
            return decision.error or ""
        self._errors = 0
        unchanged = np.array_equal(before["image"], after["image"])
        self._repeats = self._repeats + 1 if unchanged and decision.action == self._last else int(unchanged)
        self._last = decision.action
        if self._repeats >= self._budget.repeats:
            return f"The screen has not changed after this action {self._repeats} times in a row. Try something else."
        return ""

    def verdict(self, steps: int) -> Outcome | None:
        """Why the episode must end now, or None."""
        budget = self._budget
        if self._errors >= budget.errors:
            return Outcome.UNPARSABLE
        if self._repeats >= 2 * budget.repeats:
            return Outcome.STUCK
        if budget.steps is not None and steps >= budget.steps:
            return Outcome.OUT_OF_STEPS
        if budget.seconds is not None and self._clock() - self._started >= budget.seconds:
            return Outcome.OUT_OF_TIME
        return None

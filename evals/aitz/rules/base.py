"""What every rule-set is: a name, a version, a source, and a pure function of a step and a prediction."""

from __future__ import annotations

from typing import Protocol

from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.verdicts import Verdict


class RuleSet(Protocol):
    """Judges single steps. What it says of one step depends on nothing but that step and its prediction."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def source(self) -> str:
        """Where the rules come from, for a reader of the score."""
        ...

    @property
    def settings(self) -> str:
        """Its thresholds, in words, as they are printed beside the score."""
        ...

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict: ...

"""What a rule-set says of one step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a prediction is of the gold action's type, whether it equals it, and why."""

    type: bool
    exact: bool
    reason: str
    """A short clause for a person; it may quote the prediction."""
    format: bool = True
    """The answer was an action at all."""
    text_ratio: float | None = None
    """How alike typed texts are, from 0 to 1, where the rule-set measures it: at type-matched steps of typing."""
    stops: bool = False
    """The rule-set's own program ends with an exception here, and would have scored nothing at all."""


MISSING = Verdict(type=False, exact=False, reason="no prediction", format=False)


def unreadable(problem: str) -> Verdict:
    """The verdict of every rule-set on an answer that is no action."""
    return Verdict(type=False, exact=False, reason=problem or "no action in the answer", format=False)

"""What a rollout is made of: decisions, steps, and the episode they add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from actions.call import FunctionCall
from actions.space import Action
from envs.base import Observation
from model.base import Usage


class Outcome(StrEnum):
    """Why an episode ended. Only TERMINATED and TRUNCATED are the world's own word; all of them are counted."""

    TERMINATED = "terminated"
    TRUNCATED = "truncated"
    STUCK = "stuck"
    """The same action was repeated on an unchanged screen, warnings included."""
    UNPARSABLE = "unparsable"
    """Too many answers in a row held no valid action."""
    OUT_OF_STEPS = "out of steps"
    OUT_OF_TIME = "out of time"
    INTERRUPTED = "interrupted"
    ERROR = "error"
    """The world or the model broke; the episode stays in every denominator."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy chose: an action, or the reason, fit for the model's eyes, why its answer was none."""

    action: Action | None
    text: str
    """The answer as written, before any parsing."""
    thought: str = ""
    call: FunctionCall | None = None
    error: str | None = None
    finish: str = "stop"
    stop: str | None = None
    """The stop string the answer ended with."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the loop: what was seen, what was decided, what came of it."""

    index: int
    observation: Observation
    fresh: bool
    """False when the world was not touched since the last step, so the model was shown only `note`."""
    note: str
    """The runtime's own words to the model along with the observation."""
    decision: Decision
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]
    """For scorers; never shown to the model."""
    seconds: float
    """Time the world took."""
    after: Observation
    """What is seen now."""
    outcome: Outcome | None
    """Set on the last step."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The account of one episode that metrics read."""

    env: str
    task: str
    seed: int | None
    outcome: Outcome
    steps: int = 0
    total_reward: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    """The scorer's info of the last step."""
    unparsable: int = 0
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    error: str = ""

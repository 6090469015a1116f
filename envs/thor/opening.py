"""What an episode begins with, what it may bring, and who may know the way: the seams for benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from actions.space import Action
from envs.thor.trial import Trial

if TYPE_CHECKING:
    from envs.thor.env import ThorEnv


@dataclass(frozen=True, slots=True)
class Opening:
    """One episode: the scene, the words the model is given, and the trial that sets everything out, if one does."""

    scene: str
    goal: str
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a benchmark makes of a step; `facts` go into the info."""

    reward: float = 0.0
    terminated: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


class Expert(Protocol):
    """Knows the best next action of an env's episode."""

    def advise(self, env: ThorEnv) -> tuple[str, Action]:
        """A thought, in words a model could have reached from the image alone, and the action it leads to."""
        ...

"""What a replayed episode can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from envs.base import EnvError
from envs.replay.layout import SPLITS

Inputs = Literal["instruction", "think", "desc"]
"""What the model is told beside the screen. `instruction`: the goal alone, as on a phone. `think`: besides, at every
step, `coat_action_think`, which often names the action. `desc`: besides `coat_action_desc`, which is the action in
words: it leaks the answer, and what is measured is grounding alone."""
INPUTS: tuple[Inputs, ...] = get_args(Inputs)


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """Options of the replay env."""

    root: Annotated[str, "the folder of the set: ROOT/{train,test}/SUBSET/EPISODE/…"] = ""
    split: Annotated[str, "test or train"] = "test"
    episode: Annotated[str, "an episode's id; the task's, or one by the seed, if left out"] = ""
    inputs: Annotated[Inputs, "what is told beside the screen; desc leaks the answer"] = "instruction"
    repeat_goal: Annotated[bool, "tell the goal with every screen, not with the first alone"] = False

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise EnvError(f"AITZ has the splits {' and '.join(SPLITS)}, not {self.split!r}")
        if self.inputs not in INPUTS:
            raise EnvError(f"inputs is one of {', '.join(INPUTS)}, not {self.inputs!r}")

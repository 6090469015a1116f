"""A world that is over after one answer: what offline benchmarks of single steps are played in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.call import ActionError
from actions.space import Action, ActionSpace
from envs.base import EnvError, Observation, observation_space, task_of
from envs.replay.single.images import read_image

MAX_TEXT = 32768


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked: a picture's file, a text, and the functions that answer."""

    item: str
    """What the item is called in its set."""
    image: Path
    text: str
    space: ActionSpace
    gold: Action
    """What the set says is right."""
    thought: str = ""
    """What an oracle says before it answers."""
    right: Callable[[Action], bool] | None = None
    """Whether an answer earns a reward; being `gold` itself does if left out."""
    missing: str = ""
    """Why there is no such question after all, which `reset` then says: a world can be made before its set is named."""
    facts: dict[str, Any] = field(default_factory=dict)
    """For scorers, with JSON values; never shown to the model."""


class OneStep(gymnasium.Env[Observation, Action]):
    """Shows one question. Any answer ends the episode, with a reward of 1 for a right one and else 0.

    The reward is for training and for eyes; benchmarks score the record. `reset(options={"task": …})` may name the
    item, for the record's sake; another than the one it was made for is refused. A picture that cannot be read is
    `reset`'s EnvError, so that it is this item's error alone.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, question: Question, render_mode: str | None = None) -> None:
        self.question = question
        self.render_mode = render_mode
        self._broken: EnvError | None = None
        try:
            if question.missing:
                raise EnvError(question.missing)
            self._image = read_image(question.image)
        except EnvError as error:
            self._broken, self._image = error, np.zeros((1, 1, 3), np.uint8)
        height, width, _ = self._image.shape
        self.observation_space = observation_space(height, width, MAX_TEXT)
        self.action_space = question.space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        task = task_of(options)
        if task not in ("", self.question.item):
            raise EnvError(f"this world was made for the item {self.question.item!r}, not for {task!r}")
        if self._broken is not None:
            raise self._broken
        return {"image": self._image.copy(), "text": self.question.text[:MAX_TEXT]}, self._facts(answered=False)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        if not self.question.space.contains(action):
            raise ActionError(f"{action!r} is not an action of this item.")
        judge, gold = self.question.right, self.question.gold
        reward = 1.0 if (action == gold if judge is None else judge(action)) else 0.0
        return {"image": self._image.copy(), "text": ""}, reward, True, False, self._facts(answered=True)

    def render(self) -> NDArray[np.uint8] | None:
        return self._image if self.render_mode == "rgb_array" else None

    def oracle(self) -> tuple[str, Action]:
        return self.question.thought, self.question.gold

    def _facts(self, *, answered: bool) -> dict[str, Any]:
        return {"item": self.question.item, "answered": answered, **self.question.facts}


def unasked(space: ActionSpace, gold: Action, missing: str) -> Question:
    """The question of a world that was not told its set."""
    return Question("", Path(), "", space, gold, missing=missing)

"""The frame the four games share: reset, step, the rule-set option and what the model is told."""

from __future__ import annotations

from typing import Any, Literal, get_args

import gymnasium
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from actions.call import ActionError
from actions.space import Action, ActionSpace
from envs.base import EnvError, Observation, observation_space, task_of
from envs.cards.drawing import RANKS, SIZE, SUITS, Card, to_array

Rules = Literal["default", "rl4vlm"]
_SPACE = observation_space(SIZE, SIZE)


class CardGame(gymnasium.Env[Observation, Action]):
    """Base of the games: a subclass deals, plays one action, draws and says its goal.

    Args:
        rules: "rl4vlm" keeps the step semantics of RL4VLM's gym-cards to the letter; "default" mends what is
            plainly a bug there (each subclass says which). Both deal from `reset(seed=)`, which gym-cards ignores.
        render_mode: "rgb_array" or None.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute
    goal: str

    def __init__(self, space: ActionSpace, rules: Rules = "default", render_mode: str | None = None) -> None:
        if rules not in get_args(Rules):
            raise EnvError(f"unknown rules {rules!r}; choose one of {', '.join(get_args(Rules))}")
        self.rules: Rules = rules
        self.render_mode = render_mode
        self.observation_space = _SPACE
        self.action_space = space

    def deal(self, task: str) -> None:
        """Start a new game; `task` fixes the deal, "" draws one. Raises EnvError when it means no deal."""
        raise NotImplementedError

    def play(self, action: Action) -> tuple[float, bool, bool, str]:
        """Reward, terminated, truncated and a text for the model (often "")."""
        raise NotImplementedError

    def draw(self) -> Image.Image:
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """The hidden state, for scorers only."""
        raise NotImplementedError

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        self.deal(task_of(options))
        return self._observe(self.goal), self.facts()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of this game.")
        reward, terminated, truncated, text = self.play(action)
        return self._observe(text), reward, terminated, truncated, self.facts()

    def render(self) -> NDArray[np.uint8] | None:
        return to_array(self.draw()) if self.render_mode == "rgb_array" else None

    def _observe(self, text: str) -> Observation:
        return {"image": to_array(self.draw()), "text": text}

    def draw_card(self, ranks: tuple[str, ...] = RANKS) -> Card:
        return Card(ranks[int(self.np_random.integers(len(ranks)))], SUITS[int(self.np_random.integers(4))])


def numbers_in(task: str, count: int, low: int, high: int, meaning: str) -> list[int]:
    """The numbers of a task such as "3 3 8 8". Raises EnvError saying what it should look like."""
    words = task.split()
    if len(words) != count or not all(word.isdecimal() and low <= int(word) <= high for word in words):
        raise EnvError(f"there is no task {task!r} here; give {count} numbers from {low} to {high}: {meaning}")
    return [int(word) for word in words]

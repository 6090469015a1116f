"""Whoever knows how a task is done, for as long as an episode lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.call import ActionError
from actions.space import Action
from envs.android.tasks.base import Parameters, Task
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move
from envs.base import EnvError

Look = tuple[State, list[dict[str, Any]], dict[str, Any]]
"""The phone's document, its visible nodes and its status, all of one moment."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A task's oracle.

    Args:
        before: the phone's document when the episode began.
        by_icon: whether apps are opened by their icons.
    """

    task: Task
    parameters: Parameters
    before: State
    by_icon: bool = False

    def next(self, look: Look, actions: Sequence[Action], answer: str) -> Move:
        """The next thought and action, after those done and what was answered. Raises EnvError when it is at a loss."""
        state, nodes, status = look
        hand = Hand(nodes, status, state, self.before, tuple(actions), by_icon=self.by_icon)
        if self.task.success(self.before, state, self.parameters, answer):
            return hand.finish()
        try:
            return self.task.move(hand, self.parameters)
        except (LookupError, ActionError) as error:  # what it looks for is not there
            raise EnvError(f"the oracle of Phone.{self.task.name} is at a loss: {error}") from error

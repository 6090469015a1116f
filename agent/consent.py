"""Puts what cannot be taken back to a person first: the gate stands in the runtime, not in the model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Any, SupportsFloat

import gymnasium
import typer
from rich.console import Console

from actions.space import Action
from envs.base import HasIntent, Intent, Observation

KINDS = ("pay", "delete", "send", "submit", "download", "upload")
"""What is asked about unless told otherwise."""

Ask = Callable[[Intent], str | None]
"""Why an intent is refused, in words for the model, or None when it may be."""


class Consent(gymnasium.Wrapper[Observation, Action, Observation, Action]):
    """An env whose actions of some kinds need a person's consent; one refused leaves the world untouched.

    Every question and its answer stands in `info["consent"]`, and so in the record.

    Args:
        env: an env that is `HasIntent`; others pass through.
        ask: who is asked.
        kinds: the kinds of intents that are asked about.
    """

    def __init__(self, env: gymnasium.Env[Observation, Action], ask: Ask, kinds: Collection[str] = KINDS) -> None:
        super().__init__(env)
        self._ask = ask
        self._kinds = frozenset(kinds)
        self._last: tuple[Observation, dict[str, Any]] | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        self._last = self.env.reset(seed=seed, options=options)
        return self._last

    def step(self, action: Action) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        world = self.env.unwrapped
        intent = world.intent(action) if isinstance(world, HasIntent) else None
        if intent is None or not self._kinds.intersection(intent.kinds):
            return self._keep(self.env.step(action), {})
        refusal = self._ask(intent)
        asked = {"consent": {"what": intent.what, "kinds": list(intent.kinds), "refused": refusal or ""}}
        if refusal is None:
            return self._keep(self.env.step(action), asked)
        assert self._last is not None
        seen, info = self._last
        return {"image": seen["image"], "text": refusal}, 0.0, False, False, {**info, **asked}

    def _keep(
        self, result: tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]], asked: dict[str, Any]
    ) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        seen, reward, terminated, truncated, info = result
        self._last = seen, info
        return seen, reward, terminated, truncated, {**info, **asked}


def ask_person(intent: Intent) -> str | None:
    """Ask at the terminal; where there is none, refuse. The question is in the runtime's words, not the model's."""
    if not sys.stdin.isatty():
        return f"This was not done: {intent.what} needs a person's consent, and nobody is there to ask."
    console = Console(stderr=True, highlight=False, markup=False)
    console.print(f"\nThe agent wants to {intent.what} ({', '.join(intent.kinds)}).", style="bold yellow")
    try:
        allowed = typer.confirm("Allow it?", default=False, err=True)
    except typer.Abort:  # the end of the input is an answer too: no
        allowed = False
    return None if allowed else f"This was not done: the person did not allow to {intent.what}."

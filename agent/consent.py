"""Puts what cannot be taken back to a person first: the gate stands in the runtime, not in the model."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from actions.point import Point
from actions.space import Action
from envs.base import HasIntent, Intent, Observation

KINDS = ("pay", "delete", "send", "submit", "download", "upload", "secret")
"""What is asked about unless told otherwise."""

_AROUND = 0.12
"""How much of the screen's larger side is shown to each side of a point."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: the intent, the action to the letter, and the part of the screen it is about to touch."""

    intent: Intent
    action: Action
    crop: NDArray[np.uint8] | None
    """uint8 RGB, cut around the action's first point; None when it has none."""


Ask = Callable[[Question], str | None]
"""Why it is refused, in words for the model, or None when it may be."""


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
        assert self._last is not None
        refusal = self._ask(Question(intent, action, crop_of(self._last[0]["image"], action)))
        if refusal is None and isinstance(world, HasIntent) and world.intent(action) != intent:
            refusal = "This was not done: the screen changed while the person was asked."
        asked = {"consent": {"what": intent.what, "kinds": list(intent.kinds), "refused": refusal or ""}}
        if refusal is None:
            return self._keep(self.env.step(action), asked)
        seen, info = self._last
        return {"image": seen["image"], "text": refusal}, 0.0, False, False, {**info, **asked}

    def _keep(
        self, result: tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]], asked: dict[str, Any]
    ) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        seen, reward, terminated, truncated, info = result
        self._last = seen, info
        return seen, reward, terminated, truncated, {**info, **asked}


def crop_of(image: NDArray[np.uint8], action: Action) -> NDArray[np.uint8] | None:
    """The screen around the first point of an action."""
    values = (getattr(action, entry.name) for entry in fields(action))  # type: ignore[arg-type]
    point = next((value for value in values if isinstance(value, Point)), None)
    if point is None:
        return None
    height, width = image.shape[:2]
    x, y = point.to_pixels(width, height)
    side = max(32, int(max(width, height) * _AROUND))
    return image[max(0, y - side) : y + side, max(0, x - side) : x + side]


def ask_person(question: Question) -> str | None:
    """Ask at the terminal; where there is none, refuse. The question is in the runtime's words, not the model's."""
    what = question.intent.what
    if not sys.stdin.isatty():
        return f"This was not done: {what} needs a person's consent, and nobody is there to ask."
    console = Console(stderr=True, highlight=False, markup=False)
    console.print(f"\nThe agent wants to {what} ({', '.join(question.intent.kinds)}).", style="bold yellow")
    console.print(f"To the letter: {question.action!r}")
    picture = None if question.crop is None else _show(question.crop)
    if picture is not None:
        console.print(f"What it touches: {picture}")
    try:
        allowed = typer.confirm("Allow it?", default=False, err=True)
    except typer.Abort:  # the end of the input is an answer too: no
        allowed = False
    finally:
        if picture is not None:
            picture.unlink(missing_ok=True)
    return None if allowed else f"This was not done: the person did not allow to {what}."


def _show(crop: NDArray[np.uint8]) -> Path | None:
    """A picture that nobody else can open, while the question stands; None where none can be written."""
    try:
        file, name = tempfile.mkstemp(prefix="visuomotor-question-", suffix=".png")
        with os.fdopen(file, "wb") as out:
            Image.fromarray(crop).save(out, format="PNG")
    except OSError:
        return None
    return Path(name)

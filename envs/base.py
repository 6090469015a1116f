"""What every env shares: the observation, the task option and the one error that ends an episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypedDict, cast, runtime_checkable

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from actions.space import Action


class Observation(TypedDict):
    """Everything the model may know. `image` is uint8 RGB of shape (height, width, 3); `text` may be empty."""

    image: NDArray[np.uint8]
    text: str


class EnvError(RuntimeError):
    """The world is broken or was asked for something it does not have; the episode ends as an error."""


class MissingExtraError(EnvError):
    """A world whose driver is not installed."""

    def __init__(self, world: str, extra: str, cause: ImportError) -> None:
        super().__init__(f"{world} needs {cause.name!r}; install it with: pip install 'visuomotor[{extra}]'")


@runtime_checkable
class HasOracle(Protocol):
    """An env that knows the best next action: used for demonstrations and for the `oracle` model."""

    def oracle(self) -> tuple[str, Action]:
        """A thought, in words a model could have reached from the image alone, and the action it leads to."""
        ...


@dataclass(frozen=True, slots=True)
class Intent:
    """What an action would bring about that a person may want to decide: its kinds, and a phrase that says it."""

    kinds: tuple[str, ...]
    what: str


@runtime_checkable
class HasIntent(Protocol):
    """An env in which some actions cannot be taken back: they are put to a person first (see `agent.consent`)."""

    def intent(self, action: Action) -> Intent | None:
        """The intent of an action in the state the world is in, or None when there is nothing to ask."""
        ...


class _Prose(spaces.Text):
    """Any text up to a length; samples are made of the charset alone."""

    def contains(self, x: Any) -> bool:
        return isinstance(x, str) and len(x) <= self.max_length


def observation_space(height: int, width: int, max_text: int = 4096) -> spaces.Space[Observation]:
    """The space of Observations with images of one size and any text."""
    space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (height, width, 3), np.uint8),
            "text": _Prose(max_length=max_text, min_length=0),
        }
    )
    return cast("spaces.Space[Observation]", space)  # gymnasium types every Dict's element alike


def task_of(options: dict[str, Any] | None) -> str:
    """The task named in `reset(options={"task": …})`; "" when none is."""
    task = (options or {}).get("task", "")
    if not isinstance(task, str):
        raise EnvError(f"the task option must be text, not {type(task).__name__}")
    return task

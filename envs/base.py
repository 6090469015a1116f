"""What every env shares: the observation, the task option and the one error that ends an episode."""

from __future__ import annotations

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


def observation_space(height: int, width: int, max_text: int = 4096) -> spaces.Space[Observation]:
    """The space of Observations with images of one size; the text may hold any printable character."""
    printable = "".join(chr(code) for code in range(32, 0x3000) if chr(code).isprintable()) + "\n\t"
    space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (height, width, 3), np.uint8),
            "text": spaces.Text(max_length=max_text, min_length=0, charset=printable),
        }
    )
    return cast("spaces.Space[Observation]", space)  # gymnasium types every Dict's element alike


def task_of(options: dict[str, Any] | None) -> str:
    """The task named in `reset(options={"task": …})`; "" when none is."""
    task = (options or {}).get("task", "")
    if not isinstance(task, str):
        raise EnvError(f"the task option must be text, not {type(task).__name__}")
    return task

"""What every dialect offers: the seam between an action space and the text of one model family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from actions.call import FunctionCall
from actions.dialects.limits import LIMITS, Limits
from actions.point import PointScale
from actions.space import ActionSpace, FunctionSchema


@dataclass(frozen=True, slots=True)
class ResultFrame:
    """The text around an observation when it goes back to the model."""

    role: Literal["user", "assistant"]
    before: str
    after: str


class Dialect(Protocol):
    """How one model family is told of functions and writes its calls."""

    @property
    def name(self) -> str: ...

    @property
    def scale(self) -> PointScale:
        """The unit this family writes coordinates in."""
        ...

    @property
    def stop(self) -> tuple[str, ...]:
        """Strings that end a completion; the first is what an ideal answer ends with."""
        ...

    def declare(self, functions: Sequence[FunctionSchema]) -> str:
        """The system prompt's account of the functions and of how to call them."""
        ...

    def render(self, call: FunctionCall) -> str:
        """The call as the model would write it; `parse` inverts it."""
        ...

    def answer(self, thought: str, call: FunctionCall, *, first: bool) -> str:
        """A whole ideal answer, stop string included: what a model is trained to write."""
        ...

    def grammar(self, space: ActionSpace, limits: Limits = LIMITS) -> str:
        """An llguidance grammar of whole completions: free thought, one call that decodes, the first stop string."""
        ...

    def parse(self, text: str) -> FunctionCall:
        """The first call in a completion. Raises ParseError, with a message for the model, when there is none."""
        ...

    def thought(self, text: str) -> str:
        """What the model wrote before its call, without markup."""
        ...

    def frame(self, stop: str | None) -> ResultFrame:
        """How to wrap the next observation after a completion that ended with `stop` (None: no stop string)."""
        ...

    def quote(self, text: str) -> str:
        """Text from the world with this dialect's keywords broken up, so that it cannot pose as a call."""
        ...

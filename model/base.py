"""Messages, sessions and models: the seam between the loop and whatever completes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from actions.space import FunctionSchema

Role = Literal["system", "user", "assistant"]


class ModelError(RuntimeError):
    """The model cannot be loaded or cannot answer; the message says what to do next."""


class ContextOverflowError(ModelError):
    """A single message does not fit the context window, whatever is dropped from the past."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the prompt or of the world. It never becomes a control token, whatever it spells."""

    text: str


@dataclass(frozen=True, slots=True)
class Generated:
    """Text the model itself wrote, its stop string included; `tokens` are its exact ids when they are known."""

    text: str
    tokens: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class Image:
    """A picture: uint8 RGB of shape (height, width, 3). Two images are equal when their pixels are.

    Args:
        pixels: the picture; it is not copied and must not be changed afterwards.
        max_pixels: a cap on the area it is encoded at, below the model's own, or None.
        min_pixels: a floor under that area, above the model's own, or None.

    Raises:
        ModelError: for any other dtype or shape.
    """

    pixels: NDArray[np.uint8]
    max_pixels: int | None = None
    min_pixels: int | None = None

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
            raise ModelError(f"an image is uint8 of shape (height, width, 3), not {self.pixels.dtype} {shape}")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the size and the pixels, in hex."""
        head = f"{self.pixels.shape[1]}x{self.pixels.shape[0]}:".encode()
        return hashlib.sha256(head + np.ascontiguousarray(self.pixels).tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, int | None, int | None]:
        return self.digest, self.max_pixels, self.min_pixels


Part = Text | Generated | Image


@dataclass(frozen=True, slots=True)
class Message:
    """Some content of one role. Consecutive messages of one role are one open turn."""

    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, role: Role, *parts: Part | str) -> Message:
        """A message from parts; plain strings become Text, empty ones are left out."""
        return cls(role, tuple(Text(part) if isinstance(part, str) else part for part in parts if part != ""))

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(part for part in self.parts if isinstance(part, Image))


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to complete. None leaves a choice to the checkpoint's generation config.

    `repetition_penalty` defaults to 1.0 even where the checkpoint says 1.05: a penalty punishes repeated digits and
    quotes, which function calls are made of.
    """

    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    repetition_penalty: float = 1.0
    seed: int = 0
    grammar: str | None = None
    """An llguidance Lark grammar the whole answer must follow, or None. Servers are not sent it."""
    lookup: int = 0
    """Most tokens of a draft guessed from the history and checked in the pass of the next token (a server is not asked
    for any). The answer is the same with any value. Off unless asked for: in the benchmark it won too little to show
    (`python -m evals.speed engine`)."""
    tools: tuple[FunctionSchema, ...] = ()
    """Functions to declare to a server in its own `tools`, beside the text of the prompt."""


GREEDY = Sampling(temperature=0.0)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one completion: the whole prompt, how many of it were not computed again, and those written.

    Of those written, `forced` were the only ones the grammar allowed and `drafted` were guessed right; `passes` went
    through the network after the prompt had.
    """

    prompt: int = 0
    cached: int = 0
    completion: int = 0
    images_encoded: int = 0
    forced: int = 0
    drafted: int = 0
    passes: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one completion by what they went into. In a batch every answer is told the time it waited."""

    preprocess: float = 0.0
    encode: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote. `text` ends before the stop string; `part` keeps it, as the history does.

    `cut`: a text of the call was ended for want of room, so that the call is whole and says less than was meant.
    """

    text: str
    finish: Literal["stop", "end", "length"]
    stop: str | None = None
    part: Generated = field(default_factory=lambda: Generated(""))
    usage: Usage = field(default_factory=Usage)
    timing: Timing = field(default_factory=Timing)
    cut: bool = False


class Session(Protocol):
    """An append-only conversation.

    Contract: any interleaving of append, complete and fork equals a fresh session given the same messages, token for
    token under greedy decoding.
    """

    def append(self, message: Message) -> None:
        """Add a message. Raises ContextOverflowError, the session unchanged, when it cannot fit."""
        ...

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        """Continue the open assistant turn (opening one if need be) and keep what was written in the history."""
        ...

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        """What `complete` would write, the history staying as it is; the prompt is not computed again afterwards."""
        ...

    def fork(self) -> Session:
        """An independent session with the same past."""
        ...

    @property
    def messages(self) -> Sequence[Message]:
        """The history as it stands, dropped screenshots replaced by the text that stands for them."""
        ...


class Model(Protocol):
    """Something that opens sessions."""

    name: str

    def session(self) -> Session: ...

    def describe(self) -> dict[str, Any]:
        """Facts for the record: architecture, dtype, device, window and whatever else decides the output."""
        ...

    @property
    def dialect(self) -> str:
        """The dialect this model was trained to call functions in."""
        ...

    @property
    def constrains(self) -> bool:
        """Whether its answers follow `Sampling.grammar`; a server's do not."""
        ...

"""A session's past as messages and as tokens, and which screenshots leave it when the window is full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from model.base import ContextOverflowError, Generated, Image, Message, Text
from model.qwen2vl.encoding import Chunk, Encoder
from model.qwen2vl.positions import Run, advance

DROPPED = Text("[screenshot removed]")
"""What stands for a screenshot that left the window."""

_KEEP_SHARE = 0.75
"""After a drop at most this share of the room is used, so that drops, each a new prefill, come seldom."""


@dataclass(frozen=True, slots=True)
class Window:
    """`tokens` the conversation may hold, `reserve` of them kept free for the next answer."""

    tokens: int = 32768
    reserve: int = 1024

    def __post_init__(self) -> None:
        if not 0 <= self.reserve < self.tokens:
            raise ValueError(f"a window of {self.tokens} tokens cannot keep {self.reserve} free")


@dataclass
class History:
    """Messages and their chunks. Cheap to copy: everything in it is shared and immutable but the lists."""

    encoder: Encoder
    window: Window
    messages: list[Message] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    length: int = 0
    dropped: int = 0

    def copy(self) -> History:
        return replace(self, messages=list(self.messages), chunks=list(self.chunks))

    def add(self, message: Message) -> int:
        """Add a message, dropping old screenshots if it needs the room.

        Returns:
            How many tokens at the front are as they were: all of the old length, or fewer after a drop.

        Raises:
            ContextOverflowError: it does not fit whatever is dropped; nothing is changed.
        """
        new = self.encoder.message(self.messages[-1].role if self.messages else None, message)
        size = sum(len(chunk.ids) for chunk in new)
        own = all(isinstance(part, Generated) for part in message.parts)
        room = self.window.tokens if own else self.window.tokens - self.window.reserve
        unchanged = self.length
        if self.length + size > room:
            unchanged = self._make_room(room, size, keeps_newest=not message.images)
        self.messages.append(message)
        self.chunks += new
        self.length += size
        return unchanged

    def append_generated(self, part: Generated) -> int:
        """Add what the model wrote, which had its room reserved; returns what `add` does."""
        return self.add(Message("assistant", (part,)))

    def _make_room(self, room: int, size: int, keeps_newest: bool) -> int:
        images = [
            (m, p)
            for m, message in enumerate(self.messages)
            for p, x in enumerate(message.parts)
            if isinstance(x, Image)
        ]
        candidates = images[:-1] if keeps_newest else images
        stand_in = len(self.encoder.part(DROPPED).ids)
        length = self.length
        chosen: list[tuple[int, int]] = []
        for m, p in candidates:
            # Enough is not all: go on to the lower mark, so that the next drop is not one step away.
            if length + size <= room * _KEEP_SHARE:
                break
            gain = len(self.encoder.part(self.messages[m].parts[p]).ids) - stand_in
            if gain > 0:
                length, chosen = length - gain, [*chosen, (m, p)]
        if length + size > room:
            raise ContextOverflowError(
                f"the next observation needs {size} tokens, but only {max(0, room - length)} of the window's "
                f"{self.window.tokens} are left when every older screenshot is dropped ({self.window.reserve} are kept "
                "for the answer); lower max_pixels, shorten the text or widen the window"
            )
        return self._drop(chosen)

    def _drop(self, chosen: Sequence[tuple[int, int]]) -> int:
        for m, p in chosen:
            parts = list(self.messages[m].parts)
            parts[p] = DROPPED
            self.messages[m] = Message(self.messages[m].role, tuple(parts))
        before, self.chunks = self.chunks, self.encoder.conversation(self.messages)
        self.length = sum(len(chunk.ids) for chunk in self.chunks)
        self.dropped += len(chosen)
        unchanged = 0
        for old, new in zip(before, self.chunks, strict=True):
            if (old.ids, old.image) != (new.ids, new.image):
                break
            unchanged += len(old.ids)
        return unchanged


def runs_of(chunk: Chunk) -> list[Run]:
    """The runs of one chunk: an image lies between its start and end tokens."""
    return [len(chunk.ids)] if chunk.grid is None else [1, chunk.grid, 1]


def end_position(chunks: Sequence[Chunk], merge: int) -> int:
    """The position after all chunks."""
    return sum(advance(run, merge) for chunk in chunks for run in runs_of(chunk))

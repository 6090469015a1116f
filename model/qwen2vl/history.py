"""A session's past as messages and as tokens, and which screenshots leave it when the window is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from model.base import ContextOverflowError, Generated, Image, Message, Text
from model.qwen2vl.encoding import Chunk, Encoder
from model.qwen2vl.positions import Run, Skip, advance

DROPPED = Text("[screenshot removed]")
"""What stands for a screenshot that left the window."""

_KEEP_SHARE = 0.75
"""After a drop at most this share of the room is used, so that drops, each a new prefill, come seldom."""


Policy = Literal["rebuild", "evict"]


def policy_named(name: str) -> Policy:
    """The window policy of that name. Raises ValueError naming the choices."""
    match name:
        case "rebuild" | "evict":
            return name
        case _:
            raise ValueError(f"unknown window policy {name!r}; use rebuild or evict")


@dataclass(frozen=True, slots=True)
class Window:
    """`tokens` the conversation may hold, `reserve` of them kept free for the next answer.

    `policy` says how the oldest screenshots leave when there is no room:

    - rebuild: each is replaced by a short text and what follows is computed anew, so that the session equals a fresh
      one given the shortened conversation.
    - evict: its tokens leave the cache and nothing is computed again. An approximation: the tokens that came after
      keep what they saw of it, no text stands in its place, and positions go on growing (when they run out the
      conversation is rebuilt).
    """

    tokens: int = 32768
    reserve: int = 1024
    policy: Policy = "rebuild"
    positions: int | None = None
    """Where positions end; None is where the checkpoint's do."""

    def __post_init__(self) -> None:
        if not 0 <= self.reserve < self.tokens:
            raise ValueError(f"a window of {self.tokens} tokens cannot keep {self.reserve} free")


@dataclass(frozen=True, slots=True)
class Change:
    """What adding a message did to the tokens before it: the first `unchanged` are as they were, those in `removed`
    (start, stop), counted before the change and in order, are gone."""

    unchanged: int
    removed: tuple[tuple[int, int], ...] = ()


@dataclass
class History:
    """Messages and their chunks. Cheap to copy: everything in it is shared and immutable but the lists."""

    encoder: Encoder
    window: Window
    messages: list[Message] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    length: int = 0
    end: int = 0
    """The position of the next token."""
    dropped: int = 0

    @property
    def room(self) -> int:
        """Most tokens an answer may have now; what a later rebuild would add is kept free."""
        left = self.window.tokens - self.length - self._owed()
        return left if self.window.positions is None else min(left, self.window.positions - self.end)

    def copy(self) -> History:
        return replace(self, messages=list(self.messages), chunks=list(self.chunks))

    def add(self, message: Message) -> Change:
        """Add a message, dropping old screenshots if it needs the room.

        Raises:
            ContextOverflowError: it does not fit whatever is dropped; nothing is changed.
        """
        new = self.encoder.message(self.messages[-1].role if self.messages else None, message)
        size, far = sum(len(chunk.ids) for chunk in new), self._advance(new)
        own = all(isinstance(part, Generated) for part in message.parts)
        reserve = 0 if own else self.window.reserve
        room = self.window.tokens - reserve
        change = Change(self.length)
        # An evicted screenshot's stand-in takes its room when positions have run out and all is rebuilt.
        if self.length + self._owed() + size > room:
            change = self._make_room(room, size, keeps_newest=not message.images)
        if self.window.positions is not None and self.end + far + reserve > self.window.positions:
            change = self._rebuild()
        self.messages.append(message)
        self.chunks += new
        self.length += size
        self.end += far
        return change

    def append_generated(self, part: Generated) -> Change:
        """Add what the model wrote, which had its room reserved; returns what `add` does."""
        return self.add(Message("assistant", (part,)))

    def _advance(self, chunks: Sequence[Chunk]) -> int:
        return end_position(chunks, self.encoder.preprocessor.merge)

    def _make_room(self, room: int, size: int, keeps_newest: bool) -> Change:
        places = list(self._images())
        stand_in, length = len(self.encoder.part(DROPPED).ids), self.length + self._owed()
        chosen: list[_Place] = []
        for place in places[:-1] if keeps_newest else places:
            # Enough is not all: go on to the lower mark, so that the next drop is not one step away.
            if length + size <= room * _KEEP_SHARE:
                break
            gain = len(self.chunks[place.chunk].ids) - stand_in
            if gain > 0:
                length, chosen = length - gain, [*chosen, place]
        if length + size > room:
            raise ContextOverflowError(
                f"the next observation needs {size} tokens, but only {max(0, room - length)} of the window's "
                f"{self.window.tokens} are left when every older screenshot is dropped ({self.window.reserve} are kept "
                "for the answer); lower max_pixels, shorten the text or widen the window"
            )
        for place in chosen:
            parts = list(self.messages[place.message].parts)
            parts[place.part] = DROPPED
            self.messages[place.message] = Message(self.messages[place.message].role, tuple(parts))
        self.dropped += len(chosen)
        return self._evict(chosen) if self.window.policy == "evict" else self._rebuild()

    def _owed(self) -> int:
        """Tokens a rebuild would add: a short text for every evicted screenshot."""
        return len(self.encoder.part(DROPPED).ids) * sum(chunk.skip > 0 for chunk in self.chunks)

    def withdraw(self) -> None:
        """Take back an assistant turn that was opened for an answer that never came."""
        (opened,) = self.chunks[-1:]
        self.messages.pop()
        self.chunks.pop()
        self.length -= len(opened.ids)
        self.end -= self._advance([opened])

    def _images(self) -> Iterator[_Place]:
        """Where every screenshot still held lies, the oldest first."""
        chunk, previous = 0, None
        for m, message in enumerate(self.messages):
            chunk += self.encoder.turn(previous, message.role) is not None
            for p, part in enumerate(message.parts):
                if isinstance(part, Image):
                    yield _Place(m, p, chunk)
                chunk += 1
            previous = message.role

    def _evict(self, chosen: Sequence[_Place]) -> Change:
        gone = {place.chunk for place in chosen}
        removed, at = [], 0
        for index, chunk in enumerate(self.chunks):
            if index in gone:
                removed.append((at, at + len(chunk.ids)))
                self.chunks[index] = Chunk((), skip=self._advance([chunk]))
            at += len(chunk.ids)
        self.length -= sum(stop - start for start, stop in removed)
        return Change(removed[0][0] if removed else self.length, tuple(removed))

    def _rebuild(self) -> Change:
        before, self.chunks = self.chunks, self.encoder.conversation(self.messages)
        self.length = sum(len(chunk.ids) for chunk in self.chunks)
        self.end = self._advance(self.chunks)
        unchanged = 0
        for old, new in zip(before, self.chunks, strict=True):
            if (old.ids, old.image) != (new.ids, new.image):
                break
            unchanged += len(old.ids)
        return Change(unchanged)


@dataclass(frozen=True, slots=True)
class _Place:
    """A screenshot: its message, its part of that, and its chunk."""

    message: int
    part: int
    chunk: int


def runs_of(chunk: Chunk) -> list[Run]:
    """The runs of one chunk: an image lies between its start and end tokens."""
    if chunk.skip:
        return [Skip(chunk.skip)]
    return [len(chunk.ids)] if chunk.grid is None else [1, chunk.grid, 1]


def end_position(chunks: Sequence[Chunk], merge: int) -> int:
    """The position after all chunks."""
    return sum(advance(run, merge) for chunk in chunks for run in runs_of(chunk))

"""ChatML: messages to token ids, with the text of the world kept out of the control tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.base import Generated, Image, Message, Part, Role
from model.qwen2vl.preprocess import Grid, Preprocessor


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids of the control tokens, from the checkpoint's own config and tokenizer."""

    im_start: int
    im_end: int
    vision_start: int
    vision_end: int
    image_pad: int
    pad: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of tokens: text, or one image with the tokens that frame it.

    `own` marks tokens the model is meant to write (training puts the loss on these alone). `skip`: positions of a
    picture that was here and was evicted; there are no tokens then.
    """

    ids: tuple[int, ...]
    image: Image | None = None
    grid: Grid | None = None
    own: bool = False
    skip: int = 0


class Encoder:
    """Turns messages into chunks. Holds no state of any conversation."""

    def __init__(self, tokenizer: Any, special: SpecialTokens, preprocessor: Preprocessor) -> None:
        self.tokenizer = tokenizer
        self.special = special
        self.preprocessor = preprocessor
        self._roles: dict[str, tuple[int, ...]] = {
            role: (special.im_start, *self.text(f"{role}\n")) for role in ("system", "user", "assistant")
        }
        self._close = (special.im_end, *self.text("\n"))

    def text(self, text: str) -> tuple[int, ...]:
        """Ids of plain text: what spells a control token is split into ordinary pieces."""
        return tuple(self.tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True))

    def turn(self, previous: Role | None, role: Role) -> Chunk | None:
        """The tokens that close the previous turn, if any, and open one of `role`; None when it is open already."""
        if previous == role:
            return None
        return Chunk((self._close if previous is not None else ()) + self._roles[role])

    def part(self, part: Part) -> Chunk:
        """The tokens of one part."""
        if isinstance(part, Image):
            grid = self.preprocessor.grid(part)
            pads = (self.special.image_pad,) * grid.tokens(self.preprocessor.merge)
            return Chunk((self.special.vision_start, *pads, self.special.vision_end), part, grid)
        if isinstance(part, Generated):
            ids = part.tokens if part.tokens is not None else self.text(part.text)
            return Chunk(ids, own=True)
        return Chunk(self.text(part.text))

    def message(self, previous: Role | None, message: Message) -> list[Chunk]:
        """The tokens of one message after an open turn of `previous`."""
        opening = self.turn(previous, message.role)
        chunks = [self.part(part) for part in message.parts]
        return [opening, *chunks] if opening is not None else chunks

    def conversation(self, messages: Sequence[Message]) -> list[Chunk]:
        """The tokens of a whole conversation, its last turn left open."""
        chunks: list[Chunk] = []
        previous: Role | None = None
        for message in messages:
            chunks += self.message(previous, message)
            previous = message.role
        return chunks

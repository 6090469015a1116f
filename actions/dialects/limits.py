"""How long the free parts of an answer may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of free text; None leaves it to the room there is for an answer, as whoever holds a model to it does.

    Args:
        thought: tokens of the answer after which the thought is ended.
        text: tokens of the answer after which every text in the call is ended. One that is ended so is not what the
            model meant to write: it is known as cut.
        items: texts in a tuple; None is any number.
    """

    thought: int | None = None
    text: int | None = None
    items: int | None = 8


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class End:
    """How one kind of free text is ended: after how many tokens of the answer (None: by the room), by what text, and
    whether that cuts an argument of the call short."""

    most: int | None
    text: str
    cuts: bool

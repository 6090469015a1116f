"""What a task is: its goal in words, the state it starts from, and the state it is to end in."""

from __future__ import annotations

import copy
import random
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from envs.android.tasks.ending import State, same
from envs.android.tasks.hand import Hand, Move
from envs.android.tasks.words import WORDS

T = TypeVar("T")

Parameters = dict[str, Any]
"""What a seed decided, by name: JSON values."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws parameters out of a phone's state. `language` is "en" or "zh"."""

    rng: random.Random
    state: State
    language: str

    def one(self, of: Sequence[T]) -> T:
        return self.rng.choice(of)

    def some(self, of: Sequence[T], number: int) -> list[T]:
        return self.rng.sample(of, number)

    def word(self, kind: str) -> str:
        """One of `WORDS` in the language."""
        return self.one(WORDS[kind][self.language])

    def say(self, named: dict[str, str]) -> str:
        """What is named in both languages, in the phone's."""
        return named[self.language]

    def pick(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh" else english

    def person(self, *, threaded: bool | None = None) -> dict[str, Any]:
        """A contact: with a conversation, without one, or any."""
        phones = {thread["phone"] for thread in self.state["messages"]["threads"]}
        people = self.state["contacts"]["people"]
        found: dict[str, Any] = self.one(
            [one for one in people if threaded is None or (one["phone"] in phones) is threaded]
        )
        return found


class Task(ABC):
    """A task. All it is asked is a function of what it is given: nothing is kept between calls.

    The state it should end in is `end`'s; success is that the phone's state is then the same, and so notices whatever
    else was changed (see `ending.essence`). A question's answer is to be right, and the phone as it was.
    """

    name: ClassVar[str]
    english: ClassVar[tuple[str, ...]]
    """Templates of the goal, with the parameters in braces."""
    chinese: ClassVar[tuple[str, ...]]

    @abstractmethod
    def draw(self, draw: Draw) -> Parameters:
        """The parameters of an episode."""

    def initialise(self, state: State, p: Parameters) -> State:
        """The state the episode starts from; the one given stays as it is."""
        state = copy.deepcopy(state)
        self.prepare(state, p)
        return state

    def prepare(self, state: State, p: Parameters) -> None:  # noqa: B027 - many tasks need nothing
        """Put into the state what the task needs."""

    def end(self, state: State, p: Parameters) -> None:  # noqa: B027 - a question changes nothing
        """Do in the state what the task asks for."""

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        """What a right answer holds, in any of these forms; none where nothing was asked."""
        return ()

    def success(self, before: State, now: State, p: Parameters, answer: str) -> bool:
        """Whether the task is done: all of it, and nothing else."""
        wanted = copy.deepcopy(before)
        self.end(wanted, p)
        replies = self.replies(before, p)
        return same(wanted, now) and (not replies or any(says(answer, reply) for reply in replies))

    def goal(self, rng: random.Random, language: str, p: Parameters) -> str:
        """The goal in words."""
        return rng.choice(self.chinese if language == "zh" else self.english).format(**p)

    @abstractmethod
    def move(self, hand: Hand, p: Parameters) -> Move:
        """The next thought and action of one who knows how: derived from the screen and the state."""


def says(answer: str, reply: str) -> bool:
    """Whether an answer holds the reply as a whole: "It costs $14." says "$14", and "$142" does not."""
    wanted, given = fold(reply), fold(answer)
    if not wanted:
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9]|[.:,]\d)", given) is not None


def fold(text: str) -> str:
    """Text without what says nothing: capitals, widths, runs of blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def by_id(things: Sequence[dict[str, Any]], number: int) -> dict[str, Any]:
    """The thing of an id. Raises LookupError."""
    return next(thing for thing in things if thing["id"] == number)


def new_id(state: State) -> int:
    """An id no thing has yet."""
    state["next_id"] += 1
    return int(state["next_id"])

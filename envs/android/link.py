"""The way to a phone: one command out, its bytes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from actions.space import Action
from envs.base import EnvError


class LostError(EnvError):
    """The connection broke, or the phone did not answer in time: what was asked may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait at most. They do not follow from one another, so every command is given all three."""

    transport: float = 9.0
    """For one send or receive: the longest silence. A command that is silent on purpose needs more."""
    read: float = 15.0
    """For one packet."""
    command: float = 30.0
    """For a whole command."""

    def within(self, seconds: float) -> Limits:
        """Limits of a command that is given up after so many seconds."""
        return Limits(min(self.transport, seconds), min(self.read, seconds), min(self.command, seconds))

    def silent(self, seconds: float) -> Limits:
        """Limits of a command that says nothing for so many seconds, like a finger that is held down."""
        return Limits(self.transport + seconds, self.read + seconds, self.command + seconds)


class Link(Protocol):
    """A connection to one phone, over whatever carries it. Not for two threads at once."""

    @property
    def where(self) -> str:
        """The phone's address or serial number, as messages name it."""
        ...

    def open(self) -> None:
        """Connect; what was open is closed first.

        Raises:
            LostError: the phone does not answer now, and may later.
            EnvError: it will not answer until a person does what the message says.
        """
        ...

    def run(self, command: bytes, limits: Limits) -> bytes:
        """What a command of the phone's shell prints, its errors included, byte for byte (the `exec:` service).

        Raises:
            LostError: the connection broke or a limit passed; it has to be opened again.
        """
        ...

    def close(self) -> None:
        """End the connection; safe when there is none."""
        ...


@runtime_checkable
class Renewable(Protocol):
    """A link to a phone that can be set back: a stand-in. A person's phone stays as it is."""

    def renew(self, seed: int, task: str = "") -> None:
        """Set everything on the phone to the state of a seed, in which a task it knows can be done. Raises EnvError."""
        ...

    def guide(self, actions: Sequence[Action], answer: str) -> tuple[str, Action]:
        """The best next thought and action for the task, after those done. Raises EnvError for one it does not know."""
        ...

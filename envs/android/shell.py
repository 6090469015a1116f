"""Commands for a phone's shell: every word of them quoted, and only those repeated that may be."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType, TypeVar

from actions.call import ActionError
from envs.android.link import Limits, Link, LostError
from envs.base import EnvError

T = TypeVar("T")

Line = NewType("Line", bytes)
"""A command line whose words are quoted. Made by the functions of this module alone."""

BACKOFF = (0.1, 0.5, 2.0)
"""Seconds before each new attempt to reach a phone that was lost."""
_PLAIN = re.compile(rb"[A-Za-z0-9@%+=:,./_-]+")
_MARK = 8


def quote(word: str) -> bytes:
    """One word as a POSIX shell reads it back, whatever is in it.

    Within single quotes only a single quote has a meaning; it is written outside of them. Raises ActionError for what
    no argument of a program can hold: NUL, and half a surrogate pair, which is no text.
    """
    try:
        raw = word.encode()
    except UnicodeEncodeError as error:
        raise ActionError("The text holds half a character (a lone surrogate), which cannot be typed.") from error
    if b"\0" in raw:
        raise ActionError("The text holds a NUL character, which cannot be typed.")
    if _PLAIN.fullmatch(raw):
        return raw
    return b"'" + raw.replace(b"'", b"'\\''") + b"'"


def line(*words: str | int) -> Line:
    """A command of one program."""
    return Line(b" ".join(quote(str(word)) for word in words))


def pipe(*lines: Line) -> Line:
    """Each reads what the one before prints."""
    return Line(b" | ".join(lines))


def sequence(*lines: Line) -> Line:
    """One after the other, whatever they return."""
    return Line(b"; ".join(lines))


def provided(*lines: Line) -> Line:
    """One after the other, as long as they succeed."""
    return Line(b" && ".join(lines))


def overlapping(first: Line, seconds: float, second: Line) -> Line:
    """The second starts so long after the start of the first. Both have ended when it ends."""
    return Line(first + b" & " + line("sleep", f"{seconds:g}") + b"; " + second + b"; wait")


def silent(command: Line) -> Line:
    """Without its error messages, which would otherwise be among what it prints."""
    return Line(command + b" 2>/dev/null")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command printed, errors included, and its exit code."""

    text: str
    code: int

    @property
    def problem(self) -> str:
        """What went wrong, in the phone's own words; "" when nothing did.

        Android's own commands fail with exit code 0 about as often as not.
        """
        for row in self.text.splitlines():
            if row.lstrip().startswith(
                ("Error", "Exception", "java.lang.", "Failure", "Security exception", "Unknown")
            ):
                return row.strip()
        return "" if self.code == 0 else (self.text.strip().splitlines() or [f"exit code {self.code}"])[-1]


class Shell:
    """A phone's shell over a link that may break.

    Args:
        sleep: time.sleep, or a test's own.
    """

    def __init__(self, link: Link, limits: Limits, sleep: Callable[[float], None] = time.sleep) -> None:
        self._link = link
        self._limits = limits
        self._sleep = sleep
        self._lost = False

    @property
    def where(self) -> str:
        return self._link.where

    def ask(self, command: Line, seconds: float | None = None) -> Reply:
        """Run what changes nothing, and again if the connection breaks meanwhile.

        Args:
            seconds: give it up after so long, and for good; the usual limits if left out.

        Raises:
            LostError: it was given up. EnvError: the phone cannot be reached any more.
        """
        if seconds is not None:
            self._reach()
            return self._run(command, self._limits.within(seconds))
        return self._again(lambda: self._run(command, self._limits))

    def fetch(self, command: Line) -> bytes:
        """The bytes of what changes nothing, as `ask`."""
        return self._again(lambda: self._bytes(command, self._limits))

    def do(self, command: Line, silence: float = 0.0) -> Reply:
        """Run what changes something: sent once, whatever happens.

        Args:
            silence: seconds it takes before it says anything.

        Raises:
            LostError: it may or may not have been carried out.
            EnvError: the phone could not be reached, and it was not sent.
        """
        self._reach()
        return self._run(command, self._limits.silent(silence))

    def close(self) -> None:
        self._link.close()
        self._lost = True

    def _again(self, run: Callable[[], T]) -> T:
        for delay in (*BACKOFF, None):
            self._reach()
            try:
                return run()
            except LostError as error:
                if delay is None:
                    raise EnvError(f"{error} (tried {len(BACKOFF) + 1} times)") from error
                self._sleep(delay)
        raise AssertionError("the last attempt returns or raises")

    def _reach(self) -> None:
        """Connect again if the connection is lost, in several attempts. Raises EnvError."""
        if not self._lost:
            return
        for delay in (*BACKOFF, None):
            try:
                self._link.open()
            except LostError as error:  # what no attempt will change is an EnvError, and is not tried again
                if delay is None:
                    raise EnvError(f"{self._link.where} cannot be reached any more: {error}") from error
                self._sleep(delay)
            else:
                self._lost = False
                return

    def _run(self, command: Line, limits: Limits) -> Reply:
        # `exec:` knows no exit codes; a word that no program prints by chance tells it apart from the output, and
        # its absence that the output is not whole.
        mark = secrets.token_hex(_MARK)
        output = self._bytes(Line(b"( " + command + b" ) 2>&1; echo " + mark.encode() + b":$?"), limits)
        text, found, code = output.decode(errors="replace").replace("\r\n", "\n").rpartition(f"{mark}:")
        if not found or not code.strip().isdigit():
            self._lost = True
            raise LostError(f"the connection to {self._link.where} was lost before the command ended")
        return Reply(text, int(code))

    def _bytes(self, command: Line, limits: Limits) -> bytes:
        try:
            return self._link.run(command, limits)
        except LostError:
            self._lost = True
            raise

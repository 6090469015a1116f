"""Trying again after failures that pass: a server that starts, restarts or is full."""

from __future__ import annotations

import itertools
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from model.base import ModelError

T = TypeVar("T")
_log = logging.getLogger(__name__)


class PassingError(Exception):
    """A failure that may pass; `after` is how many seconds the server asked to wait, if it said."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class UnreachableError(PassingError):
    """No connection could be made."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff with jitter, bounded in tries and in seconds waited.

    Args:
        tries: most attempts, the first included.
        first: seconds before the second attempt; each later wait doubles.
        longest: most seconds of one wait that the server did not ask for.
        total: most seconds waited in all.
        sleep: how to wait.
        jitter: a number in [0, 1); a wait is between half of its length and all of it.
    """

    tries: int = 5
    first: float = 0.5
    longest: float = 20.0
    total: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default_factory=lambda: random.Random().random)

    def run(self, attempt: Callable[[], T]) -> T:
        """What `attempt` returns. Raises ModelError, saying how often was tried, if every try ends in PassingError."""
        waited = 0.0
        for tried in itertools.count(1):
            try:
                return attempt()
            except PassingError as failure:
                wait = failure.after if failure.after is not None else self.wait(tried)
                if tried >= self.tries or waited + wait > self.total:
                    asked = f", and the server asks for {wait:g} s" if wait > self.total else ""
                    times = "once" if tried == 1 else f"{tried} times"
                    raise ModelError(f"{failure} (tried {times}{asked})") from failure
                _log.warning("%s; trying again in %.1f s (%d of %d tries)", failure, wait, tried, self.tries)
                self.sleep(wait)
                waited += wait
        raise AssertionError("unreachable")

    def wait(self, tried: int) -> float:
        """Seconds to wait after so many tries."""
        return min(self.longest, self.first * 2.0 ** (tried - 1)) * (1 + self.jitter()) / 2

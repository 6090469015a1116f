"""What slows a run down or stops it from outside, whatever the model wants."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from agent.episode import Step

STOP = "stop"
"""A file of this name in a run's folder stops it."""


class Brake:
    """Watches the steps of a run: keeps its pace, and ends it when it is told to.

    Args:
        folder: the run's; `touch FOLDER/stop` ends the run, and the file is taken away.
        pace: least seconds from one action to the next.
        clock, sleep: time's own, or a test's.

    Raises:
        KeyboardInterrupt: when it was told to stop; the episode is recorded as interrupted.
    """

    def __init__(
        self,
        folder: Path,
        pace: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._stop = folder / STOP
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._last: float | None = None

    def check(self) -> None:
        """Raise KeyboardInterrupt if the run was told to stop."""
        if self._stop.exists():
            self._stop.unlink()
            raise KeyboardInterrupt

    def __call__(self, step: Step) -> None:
        if step.outcome is None:
            self.check()
        if self._last is not None and step.outcome is None:
            self._sleep(max(0.0, self._last + self._pace - self._clock()))
        self._last = self._clock()

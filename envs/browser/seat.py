"""An env's place at the process's browsers: taken at the first reset, given back at close."""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from playwright.async_api import Error

from envs.base import EnvError
from envs.browser import driver
from envs.browser.tab import HangError

T = TypeVar("T")

STEP = 180.0
"""Seconds a step may take at most, whatever hangs; every wait inside has a shorter limit of its own."""
_CLOSING = 40.0


class Seat:
    """Runs an env's work on the driver's thread and turns what goes wrong into EnvError."""

    def __init__(self) -> None:
        self._driver: driver.Driver | None = None

    @property
    def driver(self) -> driver.Driver:
        """The driver, started if this is its first use."""
        if self._driver is None:
            self._driver = driver.acquire()
        return self._driver

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of some work. Raises EnvError when the browser fails or does not answer."""
        try:
            return self.driver.run(work, STEP)
        except TimeoutError as error:
            raise EnvError(f"the browser did not answer within {STEP:.0f} s") from error
        except HangError as error:
            raise EnvError(f"the page hangs: {error}") from error
        except Error as error:
            raise EnvError(f"the browser failed: {str(error).splitlines()[0]}") from error

    def leave(self, ending: Coroutine[Any, Any, None]) -> None:
        """Do what ends the env's part, as far as it can be done, and give the place back. Safe to call twice."""
        used = self._driver
        if used is None:
            ending.close()
            return
        try:
            with contextlib.suppress(TimeoutError, Error):  # what does not end goes with its pipe
                used.run(ending, _CLOSING)
        finally:
            self._driver = None
            driver.release(used)

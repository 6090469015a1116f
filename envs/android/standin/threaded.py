"""The stand-in for code without an event loop: it runs on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from envs.android.standin.server import Standin

T = TypeVar("T")
_CLOSE_SECONDS = 30.0


class StandinThread:
    """Starts a `Standin` on a new thread and loop; a context manager, closed by `close`.

    Everything of the stand-in's is at `standin`; its coroutines are run by `run`.
    """

    def __init__(self, standin: Standin) -> None:
        """
        Args:
            standin: not started yet.

        Raises:
            Exception: what its start raised.
        """
        self.standin = standin
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="standin", daemon=True)
        self._thread.start()
        try:
            self.run(standin.start())
        except BaseException:
            self._stop()
            raise

    @property
    def address(self) -> str:
        """host:port"""
        return self.standin.address

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float | None = 60.0) -> T:
        """Run a coroutine on the stand-in's loop and wait for it.

        Raises:
            TimeoutError: it took longer.
        """
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def go_offline(self, seconds: float) -> None:
        """Drop every link and refuse new ones for so long; returns at once."""
        self.run(self.standin.go_offline(seconds))

    def drop_links(self) -> None:
        """Drop every link; the phone stays there."""
        self.run(self.standin.drop_links())

    def close(self) -> None:
        """Switch off and end the thread; again is nothing."""
        if self._loop.is_closed():
            return
        try:
            self.run(self.standin.close(), _CLOSE_SECONDS)
        finally:
            self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_SECONDS)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

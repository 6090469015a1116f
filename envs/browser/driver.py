"""The thread on which Playwright lives, and the browsers started through it; one for all envs of a process.

Playwright's synchronous API cannot bound what it waits for: a mouse event to a page that hangs never returns.
So the asynchronous one runs on a thread of its own, every wait has a limit, and envs stay synchronous for their
callers, whatever thread they are on.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from envs.browser import at, mask
from envs.browser.chromium import Launch, launch, launch_profile

T = TypeVar("T")

LINGER = 5.0
"""Seconds the browsers stay after the last env was closed, for the next one often comes at once."""
_STARTING = 120.0

_lock = threading.Lock()
_driver: Driver | None = None


class Driver:
    """One event loop on one thread. Get it by `acquire`, give it back by `release`."""

    def __init__(self) -> None:
        self.users = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        self._browsers: dict[Launch, Browser] = {}
        self._starting = asyncio.Lock()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = _STARTING) -> T:
        """Do some work on the loop and wait for it. Raises TimeoutError after `seconds`, the work then cancelled."""
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
        try:
            return future.result()
        except BaseException:  # Ctrl-C as well: what nobody waits for must not go on
            future.cancel()
            raise

    async def browser(self, how: Launch) -> Browser:
        """The browser of that launch, started if it does not run (any more). Raises EnvError."""
        async with self._starting:
            playwright = await self._engine()  # first: without its driver a browser seems connected for ever
            running = self._browsers.get(how)
            if running is not None and running.is_connected():
                return running
            browser = await launch(playwright, how)
            self._browsers[how] = browser
            return browser

    async def quit(self, how: Launch) -> None:
        """End the browser of that launch, if it runs."""
        browser = self._browsers.pop(how, None)
        if browser is not None:
            await _close(browser)

    async def _engine(self) -> Playwright:
        if self._playwright is not None and not await _answers(self._playwright):
            self._playwright = None  # its process was killed, and the browsers went with it
            self._browsers.clear()
        if self._playwright is None:
            self._playwright = await async_playwright().start()
            await at.register(self._playwright.selectors)
            await mask.register(self._playwright.selectors)
        return self._playwright

    async def persistent(self, how: Launch, profile: str, settings: dict[str, Any]) -> BrowserContext:
        """The context of a browser of its own that keeps its profile in a folder. Raises EnvError."""
        async with self._starting:
            return await launch_profile(await self._engine(), how, profile, settings)

    async def _end(self) -> None:
        for browser in self._browsers.values():
            await _close(browser)
        if self._playwright is not None:
            with contextlib.suppress(Exception):  # a driver that was killed has nothing left to stop
                await asyncio.wait_for(self._playwright.stop(), 10)

    def end(self) -> None:
        """Close every browser and stop the thread. Never raises."""
        with contextlib.suppress(Exception):
            self.run(self._end(), 30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        if not self._thread.is_alive():
            self._loop.close()


async def _answers(playwright: Playwright) -> bool:
    """Whether Playwright's own process is still there."""
    with contextlib.suppress(Exception):  # it says so in many ways
        async with asyncio.timeout(5):
            await (await playwright.request.new_context()).dispose()
        return True
    return False


async def _close(browser: Browser) -> None:
    with contextlib.suppress(Error, TimeoutError):
        await asyncio.wait_for(browser.close(), 10)


def acquire() -> Driver:
    """The process's driver, started at first use."""
    global _driver
    with _lock:
        if _driver is None:
            _driver = Driver()
        _driver.users += 1
        return _driver


def release(driver: Driver) -> None:
    """Give a driver back; when nobody has taken it for `LINGER` seconds, its browsers end."""
    with _lock:
        driver.users -= 1
        if driver.users == 0:
            timer = threading.Timer(LINGER, _retire, (driver,))
            timer.daemon = True
            timer.start()


def _retire(driver: Driver) -> None:
    global _driver
    with _lock:
        if driver.users or _driver is not driver:
            return
        _driver = None
    driver.end()


@atexit.register
def _at_exit() -> None:
    global _driver
    with _lock:
        driver, _driver = _driver, None
    if driver is not None:
        driver.end()

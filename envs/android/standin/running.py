"""A whole stand-in phone: its screen in a Chromium of its own, its ADB side on a port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from playwright.async_api import Browser, Playwright, async_playwright

from envs.android import devices
from envs.android.link import Limits, Link
from envs.android.options import AndroidOptions
from envs.android.standin.phone import Phone
from envs.android.standin.seed import default_state
from envs.android.standin.server import ShellMissingError, ShellName, Standin
from envs.android.standin.threaded import StandinThread
from envs.base import EnvError
from envs.browser.chromium import Launch, launch

_CLOSE = 10.0


class WholePhone(Phone):
    """A `Phone` that has its browser to itself, and ends it when it is closed."""

    def __init__(self, playwright: Playwright, browser: Browser) -> None:
        super().__init__(browser)
        self._playwright = playwright
        self._chromium = browser

    @classmethod
    async def switched_on(cls, seed: int = 0, language: str = "en") -> WholePhone:
        """Start a Chromium with the phone in it. Raises EnvError when there is none, or it does not start."""
        playwright = await async_playwright().start()
        try:
            phone = cls(playwright, await launch(playwright, Launch(offline=True)))
        except BaseException:
            await playwright.stop()
            raise
        try:
            await phone.start(seed, language)
        except BaseException:
            await phone.close()
            raise
        return phone

    async def close(self) -> None:
        await super().close()
        # Whatever became of the browser, the process of Playwright goes, and takes what is left of it along.
        for ending in (self._chromium.close, self._playwright.stop):
            with contextlib.suppress(Exception):
                await asyncio.wait_for(ending(), _CLOSE)


class RunningStandin(StandinThread):
    """A stand-in phone that is on, for code without an event loop."""

    @property
    def phone(self) -> WholePhone:
        """The screen and software. Its coroutines are run by `run`."""
        return cast(WholePhone, self.standin.screen)

    def renew(self, seed: int, language: str = "en") -> None:
        """Set everything on the phone to the state of a seed. Raises EnvError."""
        self.run(self.phone.load(default_state(seed, language)))


@contextlib.contextmanager
def running_standin(
    seed: int = 0,
    language: str = "en",
    *,
    shell: ShellName = "auto",
    port: int = 0,
    latency: Mapping[str, float] | None = None,
) -> Iterator[RunningStandin]:
    """A stand-in phone, on while the context lasts; nothing of it is left afterwards.

    Args:
        seed, language: of what is on the phone.
        shell, port: as `Standin` takes them.
        latency: seconds more that commands take, by name, as `faults.REAL_LATENCY`.

    Raises:
        EnvError: there is no browser, no such shell, or the port is taken.
    """
    phone = start_standin(seed, language, shell=shell, port=port)
    phone.standin.faults.latency.update(latency or {})
    try:
        yield phone
    finally:
        phone.close()


def start_standin(seed: int = 0, language: str = "en", *, shell: ShellName = "auto", port: int = 0) -> RunningStandin:
    """As `running_standin`, for a caller that closes it. Raises EnvError."""
    standin = Standin(
        lambda: WholePhone.switched_on(seed, language),
        shell=shell,
        port=port,
        accept_keys=False,  # nobody is there to answer its dialog, and a demo is to leave no trace
    )
    try:
        return RunningStandin(standin)
    except ShellMissingError as error:
        raise EnvError(f"{error}; --shell builtin needs nothing") from error
    except OSError as error:
        raise EnvError(f"the stand-in phone cannot listen on port {port}: {error.strerror or error}") from error


class StandinLink:
    """The `Link` to a stand-in phone that is started when it is first opened, and ended when the link is closed."""

    def __init__(self, options: AndroidOptions) -> None:
        self._options = options
        self._phone: RunningStandin | None = None
        self._link: Link | None = None

    @property
    def where(self) -> str:
        return "the stand-in phone" if self._link is None else self._link.where

    def open(self) -> None:
        first = self._phone is None
        if first:
            phone = self._phone = start_standin()
            own = replace(self._options, standin=False, serial=phone.address, backend="direct")
            self._link = devices.find_link(own)
        try:
            self._inner.open()
        except BaseException:
            if first:  # who was never connected will not close it
                self.close()
            raise

    def run(self, command: bytes, limits: Limits) -> bytes:
        return self._inner.run(command, limits)

    def renew(self, seed: int) -> None:
        """Set the phone to the state of a seed. Raises EnvError."""
        if self._phone is not None:
            self._phone.renew(seed)

    def close(self) -> None:
        phone, self._phone = self._phone, None
        link, self._link = self._link, None
        try:
            if link is not None:
                link.close()
        finally:
            if phone is not None:
                phone.close()

    @property
    def _inner(self) -> Link:
        if self._link is None:
            raise EnvError("the stand-in phone is off")
        return self._link

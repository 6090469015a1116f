"""A stand-in phone of one's own: the screen in the process's Chromium, and the port that ADB clients take for it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from envs.android.standin.phone import Phone
from envs.android.standin.server import ShellName, Standin
from envs.base import EnvError
from envs.browser.chromium import Launch
from envs.browser.seat import Seat

T = TypeVar("T")


class Rig:
    """A phone that is switched on with its first state, and loads another one for every episode.

    Screen and ADB side share the loop of the process's browsers: what comes in over the wire is then done by the page
    without another thread between.

    Raises:
        EnvError: from every method, when the browser or the stand-in fails.
    """

    def __init__(self, shell: ShellName = "builtin") -> None:
        self._shell: ShellName = shell
        self._seat = Seat()
        self._phone: Phone | None = None
        self._standin: Standin | None = None

    @property
    def address(self) -> str:
        """host:port, once it was loaded."""
        if self._standin is None:
            raise EnvError("the stand-in phone is off: load() a state")
        return self._standin.address

    def load(self, state: dict[str, Any]) -> None:
        """Replace everything on the phone and go to its home screen; the first time, switch it on."""
        if self._standin is None:
            self._run(self._start(state))
        else:
            self._run(self._on.load(state))

    def state(self) -> dict[str, Any]:
        """The phone's document."""
        return self._run(self._on.state())

    def look(self) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        """The phone's document, the visible nodes, and the status, all of one moment."""
        return self._run(self._look())

    def close(self) -> None:
        """Switch it off; nothing of it is left. Safe to call twice."""
        self._seat.leave(self._end())

    async def _look(self) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        phone = self._on
        return await phone.state(), await phone.hierarchy(), await phone.status()

    async def _start(self, state: dict[str, Any]) -> None:
        phone = Phone(await self._seat.driver.browser(Launch(offline=True)))
        try:
            await phone.start(state=state)
            standin = Standin(lambda: phone, shell=self._shell, accept_keys=False)
            await standin.start()
        except BaseException:
            await phone.close()
            raise
        self._phone, self._standin = phone, standin

    async def _end(self) -> None:
        standin, self._standin, self._phone = self._standin, None, None
        if standin is not None:
            await standin.close()

    @property
    def _on(self) -> Phone:
        if self._phone is None:
            raise EnvError("the stand-in phone is off: load() a state")
        return self._phone

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        result = self._seat.run(work)
        if self._standin is not None and self._standin.failures:
            failure = self._standin.failures[0]
            raise failure if isinstance(failure, EnvError) else RuntimeError("a bug of the stand-in") from failure
        return result

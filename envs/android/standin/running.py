"""A whole stand-in phone: its screen in the process's Chromium, its ADB side on a port that ADB clients find."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, TypeVar

from actions.space import Action
from envs.android import devices
from envs.android.link import Limits, Link
from envs.android.options import AndroidOptions
from envs.android.standin.phone import Phone
from envs.android.standin.seed import default_state
from envs.android.standin.server import ShellMissingError, ShellName, Standin
from envs.android.tasks.asked import find_task
from envs.android.tasks.guide import Guide
from envs.android.tasks.hand import Move
from envs.base import EnvError
from envs.browser.chromium import Launch
from envs.browser.seat import Seat

T = TypeVar("T")


class Rig:
    """A phone that is switched on with its first state, and loads another one whenever asked; a context manager.

    Screen and ADB side share the loop of the process's browsers: what comes in over the wire is then done by the page
    without another thread between.

    Args:
        shell, port: as `Standin` takes them.
        latency: seconds more that commands take, by name, as `faults.REAL_LATENCY`.

    Raises:
        EnvError: from every method: there is no browser, no such shell, the port is taken, or the stand-in fails.
    """

    def __init__(self, shell: ShellName = "builtin", port: int = 0, latency: Mapping[str, float] | None = None) -> None:
        self._shell: ShellName = shell
        self._port = port
        self._latency = dict(latency or {})
        self._seat = Seat()
        self._phone: Phone | None = None
        self._standin: Standin | None = None

    @property
    def phone(self) -> Phone:
        """The screen and its software, once a state was loaded. Its coroutines are run by `run`."""
        if self._phone is None:
            raise EnvError("the stand-in phone is off: load() a state")
        return self._phone

    @property
    def standin(self) -> Standin:
        """The ADB side, once a state was loaded. Its coroutines are run by `run`."""
        if self._standin is None:
            raise EnvError("the stand-in phone is off: load() a state")
        return self._standin

    @property
    def address(self) -> str:
        """host:port"""
        return self.standin.address

    def load(self, state: dict[str, Any]) -> None:
        """Replace everything on the phone and go to its home screen; the first time, switch it on."""
        if self._standin is None:
            self.run(self._start(state))
        else:
            self.run(self.phone.load(state))

    def renew(self, seed: int, language: str = "en") -> None:
        """Load what a seed puts on a phone."""
        self.load(default_state(seed, language))

    def state(self) -> dict[str, Any]:
        """The phone's document."""
        return self.run(self.phone.state())

    def look(self) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        """The phone's document, the visible nodes, and the status, all of one moment."""
        return self.run(self._look())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine of the phone's or the stand-in's comes to."""
        result = self._seat.run(work)
        if self._standin is not None and self._standin.failures:
            failure = self._standin.failures[0]
            raise failure if isinstance(failure, EnvError) else RuntimeError("a bug of the stand-in") from failure
        return result

    def close(self) -> None:
        """Switch it off; nothing of it is left. Safe to call twice."""
        self._seat.leave(self._end())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def _look(self) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        phone = self.phone
        return await phone.state(), await phone.hierarchy(), await phone.status()

    async def _start(self, state: dict[str, Any]) -> None:
        phone = Phone(await self._seat.driver.browser(Launch(offline=True)))
        try:
            await phone.start(state=state)
            # Nobody is there to answer the dialog about a new key.
            standin = Standin(lambda: phone, shell=self._shell, port=self._port, accept_keys=False)
            standin.faults.latency.update(self._latency)
            await standin.start()
        except BaseException as error:
            await phone.close()
            if isinstance(error, ShellMissingError):
                raise EnvError(f"{error}; --shell builtin needs nothing") from error
            if isinstance(error, OSError):
                why = error.strerror or error
                raise EnvError(f"the stand-in phone cannot listen on port {self._port}: {why}") from error
            raise
        self._phone, self._standin = phone, standin

    async def _end(self) -> None:
        standin, self._standin, self._phone = self._standin, None, None
        if standin is not None:
            await standin.close()


class StandinLink:
    """The `Link` to a stand-in phone that is started when it is first opened, and ended when the link is closed."""

    def __init__(self, options: AndroidOptions) -> None:
        self._options = options
        self._rig: Rig | None = None
        self._link: Link | None = None
        self._guide: Guide | None = None

    @property
    def where(self) -> str:
        return "the stand-in phone" if self._link is None else self._link.where

    def open(self) -> None:
        first = self._rig is None
        try:
            if first:
                self._rig = Rig("auto")
                self._rig.renew(0)
                own = replace(self._options, standin=False, serial=self._rig.address, backend="direct")
                self._link = devices.find_link(own)
            self._inner.open()
        except BaseException:
            if first:  # who was never connected will not close it
                self.close()
            raise

    def run(self, command: bytes, limits: Limits) -> bytes:
        return self._inner.run(command, limits)

    def renew(self, seed: int, task: str = "") -> None:
        """Set the phone to the state of a seed; for a goal of Phone.TASK, to one it can be reached from. Raises
        EnvError."""
        if self._rig is None:
            return
        asked = find_task(task, seed) if task else None
        self._rig.load(default_state(seed) if asked is None else asked.state)
        self._guide = None if asked is None else Guide(asked.task, asked.parameters, self._rig.state())

    def guide(self, actions: Sequence[Action], answer: str) -> Move:
        """What the oracle of Phone.TASK does next. Raises EnvError when the task is none of those."""
        if self._rig is None or self._guide is None:
            raise EnvError(
                "the oracle of the stand-in phone knows the goals of Phone.TASK, in their own words and about what is "
                'on the phone, such as "Set an alarm for 7:30"; give one of them with --task, or choose a model'
            )
        return self._guide.next(self._rig.look(), actions, answer)

    def close(self) -> None:
        rig, self._rig = self._rig, None
        link, self._link = self._link, None
        try:
            if link is not None:
                link.close()
        finally:
            if rig is not None:
                rig.close()

    @property
    def _inner(self) -> Link:
        if self._link is None:
            raise EnvError("the stand-in phone is off")
        return self._link

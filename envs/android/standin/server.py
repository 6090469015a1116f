"""The stand-in phone: a port that real ADB clients take for a device."""

from __future__ import annotations

import asyncio
import inspect
import shutil
import socket
import tempfile
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, Self

from envs.android.standin import mksh
from envs.android.standin.builtin import BuiltinShell
from envs.android.standin.commands.table import COMMANDS
from envs.android.standin.device import AcceptKeys, Device
from envs.android.standin.faults import Faults
from envs.android.standin.gateway import Gateway
from envs.android.standin.link import Link
from envs.android.standin.mksh import MkshShell
from envs.android.standin.root import Root
from envs.android.standin.screen import Screen
from envs.android.standin.shell import Ran, Shell, ShellServices
from envs.android.standin.sync import SyncService
from envs.android.standin.system import System

ShellName = Literal["auto", "mksh", "builtin"]
ScreenFactory = Callable[[], Screen | Awaitable[Screen]]
_EMULATORS = range(5554, 5586)
"""Ports on which an adb server looks for emulators by itself, and would list the phone twice."""
_LOG_LENGTH = 10_000
_REBOOT_SECONDS = 1.0
_PARTING_SECONDS = 0.05


class ShellMissingError(RuntimeError):
    """The shell that was asked for is not there."""


class Standin:
    """A phone on a loopback port, an async context manager; `threaded.StandinThread` is for code without a loop.

    Attributes:
        faults: what goes wrong; change it at any time.
        log: every command line and every Android command, the last ten thousand.
        root: the phone's files.
        shell: the name of the shell in use, "mksh" or "builtin".
        shells: the services around it.
    """

    def __init__(
        self,
        screen_factory: ScreenFactory,
        shell: ShellName = "auto",
        port: int = 0,
        accept_keys: AcceptKeys = True,
        *,
        always_ask: bool = False,
        adb_keyboard: bool = True,
        header_bytes: Literal[12, 16] = 16,
        reboot_seconds: float = _REBOOT_SECONDS,
    ) -> None:
        """
        Args:
            screen_factory: makes the screen, on the loop; what it makes is closed by its `aclose` or `close`, if any.
            shell: "auto" is mksh where it runs.
            port: 0 is a free one; an adb server takes 5555-5585 for emulators.
            accept_keys: see `device.AcceptKeys`.
            always_ask: accepted keys are not remembered.
            adb_keyboard: whether ADBKeyboard is installed.
            header_bytes: of raw screenshots.
        """
        self.faults = Faults()
        self.log: deque[Ran] = deque(maxlen=_LOG_LENGTH)
        self.port = port
        self.shell = ""
        self._screen_factory = screen_factory
        self._wanted = shell
        self._accept_keys: AcceptKeys = accept_keys
        self._always_ask = always_ask
        self._adb_keyboard = adb_keyboard
        self._header_bytes = header_bytes
        self._reboot_seconds = reboot_seconds
        self._links: set[Link] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._gateway: Gateway | None = None
        self._away: asyncio.Task[None] | None = None
        self._folder: Path | None = None

    @property
    def address(self) -> str:
        """host:port, as `adb connect` takes it."""
        return f"127.0.0.1:{self.port}"

    @property
    def failures(self) -> list[Exception]:
        """Bugs of the stand-in and breaks of its screen, for whoever closes it to look at."""
        return self.system.failures

    async def start(self) -> None:
        """Make the screen, the files and the shell, and listen.

        Raises:
            ShellMissingError: the shell asked for cannot run here.
        """
        reason = mksh.missing() if self._wanted != "builtin" else "not wanted"
        if self._wanted == "mksh" and reason is not None:
            raise ShellMissingError(f"the stand-in's mksh shell cannot run: {reason}")
        self._folder = Path(tempfile.mkdtemp(prefix="standin-"))
        try:
            await self._build(with_mksh=reason is None)
            await self._listen()
        except BaseException:
            await self.close()
            raise

    async def _build(self, *, with_mksh: bool) -> None:
        assert self._folder is not None
        made = self._screen_factory()
        self.screen: Screen = await made if inspect.isawaitable(made) else made
        self.root = Root(self._folder / "root")
        self.system = System(
            self.screen, self.root, self.faults, COMMANDS, self.log,
            adb_keyboard=self._adb_keyboard, header_bytes=self._header_bytes, restart=self._restart,
        )  # fmt: skip
        shell: Shell
        if with_mksh:
            sockets = self._folder / "sockets"
            sockets.mkdir(mode=0o755)
            self._gateway = Gateway(self.system, sockets / "phone")
            await self._gateway.start()
            shell = MkshShell(self.root, sockets, COMMANDS)
        else:
            shell = BuiltinShell(self.system, self.root)
        self.shell = shell.name
        self.shells = ShellServices(shell, self.log)
        self.device = Device(
            self.system, self.shells, SyncService(self.root), self.faults,
            accept_keys=self._accept_keys, always_ask=self._always_ask, restart=self._restart,
        )  # fmt: skip

    async def _listen(self) -> None:
        while True:
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", self.port))
            except OSError:
                sock.close()
                raise
            port = sock.getsockname()[1]
            if self.port or port not in _EMULATORS:
                break
            sock.close()
        self.port = port
        self._server = await asyncio.start_server(self._connected, sock=sock)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        link = Link(self.device, reader, writer)
        self._links.add(link)
        self._serving.add(task)
        try:
            await link.serve()
        except asyncio.CancelledError:
            pass  # switched off; the stream protocol would report it as an error of ours
        finally:
            self._links.discard(link)
            self._serving.discard(task)

    async def go_offline(self, seconds: float) -> None:
        """Drop every link and refuse new ones for so long; returns at once."""
        self._stay()
        await self._hang_up()
        self._away = asyncio.create_task(self._leave(0, seconds))

    def _restart(self) -> None:
        """A reboot: the answer still goes out, then the phone is away."""
        self._stay()
        self._away = asyncio.create_task(self._leave(_PARTING_SECONDS, self._reboot_seconds))

    async def _leave(self, after: float, seconds: float) -> None:
        await asyncio.sleep(after)
        await self._hang_up()
        await asyncio.sleep(seconds)
        await self._listen()

    def _stay(self) -> None:
        if self._away is not None:
            self._away.cancel()
            self._away = None

    async def drop_links(self) -> None:
        """Drop every link; the phone stays there."""
        for link in self._links:
            link.abort()
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.drop_links()

    async def close(self) -> None:
        """Switch off: no link, process, thread or file of the stand-in is left."""
        self._stay()
        await self._hang_up()
        if self._gateway is not None:
            await self._gateway.close()
        screen = getattr(self, "screen", None)
        closing = getattr(screen, "aclose", None) or getattr(screen, "close", None)
        if closing is not None:
            done = closing()
            if inspect.isawaitable(done):
                await done
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        await self.close()

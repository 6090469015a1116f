"""What drives the phone: our own driver by its two ways, adb as a subprocess, and adbutils."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from PIL import Image

from actions.android import Click, Wait
from actions.point import Point
from envs.android import devices
from envs.android.env import AndroidEnv
from envs.android.frames import Pixels, decode
from envs.android.keyboard import Keyboard
from envs.android.link import Limits, Link
from envs.android.options import AndroidOptions
from envs.android.settle import PAUSE, settle
from envs.android.shell import Line, Shell, line, silent
from envs.base import EnvError
from envs.notices import Notices
from evals.speed.phones.server import AdbServer

DIRECT, SERVER, ADB, UTILS = "ours, direct", "ours, server", "adb", "adbutils"
ALL = (DIRECT, SERVER, ADB, UTILS)
PARTS = ("act", "picture", "state", "pause", "rest")
"""Of a step: the touch, bringing screenshots over, asking what is in front and how it is turned, waiting between two
looks, and what is left: decoding and comparing."""
CAP = 3.0
"""Seconds a step waits at most for the screen to come to rest, the driver's default."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: seconds, the parts of them that are known, and for steps the screenshots taken."""

    seconds: float
    parts: dict[str, float] = field(default_factory=dict)
    shots: int = 0


class Engine(Protocol):
    """Drives one phone; points are pixels. All raise EnvError or PeerError when the phone does not do it."""

    name: str

    def facts(self) -> dict[str, str]: ...

    def tap(self, x: int, y: int) -> None: ...

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None: ...

    def type(self, text: str) -> None: ...

    def shot(self, kind: str) -> Done | None:
        """A screenshot as an RGB array, sent raw or as a PNG; None where it cannot be had in this kind."""
        ...

    def look(self) -> None:
        """See what is there before a step; not timed."""
        ...

    def step(self, x: int, y: int) -> Done:
        """Tap, wait until the screen rests, and have the picture."""
        ...

    def close(self) -> None: ...


class Ours:
    """The env as it is run, and its driver's parts."""

    def __init__(self, name: str, options: AndroidOptions) -> None:
        self.name = name
        self._link = _Timed(devices.find_link(options))
        self._link.open()
        self._env = AndroidEnv(connect=lambda _: self._link, serial=options.serial)
        self._env.reset()
        self._shell = Shell(self._link, options.limits)
        self._keyboard = Keyboard(self._shell, Notices(lambda said: said))

    def facts(self) -> dict[str, str]:
        phone = self._env._phone  # what it chose by itself is told nowhere else
        kind = "?" if phone is None else phone.eyes.camera.kind
        library = "adb-shell" if self.name == DIRECT else "adbutils"
        return {"screenshots of a step": kind, library: version(library)}

    def tap(self, x: int, y: int) -> None:
        _accept(self._shell, line("input", "tap", x, y))

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        _accept(self._shell, line("input", "swipe", x1, y1, x2, y2, milliseconds))

    def type(self, text: str) -> None:
        self._keyboard.type(text)

    def shot(self, kind: str) -> Done:
        command = silent(line("screencap", *(["-p"] if kind == "png" else [])))
        return _pictured(lambda: self._shell.fetch(command), decode)

    def look(self) -> None:
        self._env.step(Wait(0.0))

    def step(self, x: int, y: int) -> Done:
        assert self._env._phone is not None
        width, height = self._env._phone.eyes.size
        self._link.spent.clear()
        started = time.perf_counter()
        *_, info = self._env.step(Click(Point((x + 0.5) / width, (y + 0.5) / height)))
        seconds = time.perf_counter() - started
        if info["refused"] or info["uncertain"]:
            raise EnvError(f"the tap was not done: {info['refused'] or 'the connection was lost'}")
        return _split(seconds, self._link.spent, info["shots"])

    def close(self) -> None:
        self._env.close()


class Adb:
    """adb as a subprocess, a process for every command, as scripts do it."""

    name = ADB

    def __init__(self, server: AdbServer) -> None:
        self._server = server
        self._before: Pixels | None = None

    def facts(self) -> dict[str, str]:
        return {"adb": self._server.version()}

    def tap(self, x: int, y: int) -> None:
        self._server.run("shell", "input", "tap", str(x), str(y))

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        self._server.run("shell", "input", "swipe", *map(str, (x1, y1, x2, y2, milliseconds)))

    def type(self, text: str) -> None:
        self._server.run("shell", "input", "text", text)

    def shot(self, kind: str) -> Done:
        if kind == "raw":
            return _pictured(lambda: self._server.run("exec-out", "screencap"), decode)
        return _pictured(self._png, _decode_png)

    def look(self) -> None:
        self._before = _decode_png(self._png())

    def step(self, x: int, y: int) -> Done:
        return _peer_step(lambda: self.tap(x, y), self._png, _decode_png, self._before)

    def close(self) -> None:
        """Every process has ended."""

    def _png(self) -> bytes:
        return self._server.run("exec-out", "screencap", "-p")


class AdbUtils:
    """adbutils, with its own calls."""

    name = UTILS

    def __init__(self, server: AdbServer) -> None:
        import adbutils  # type: ignore[import-untyped]

        self._device: Any = adbutils.AdbClient("127.0.0.1", server.port).device(server.serial)
        self._before: Pixels | None = None

    def facts(self) -> dict[str, str]:
        return {"adbutils": version("adbutils")}

    def tap(self, x: int, y: int) -> None:
        self._device.click(x, y)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        self._device.swipe(x1, y1, x2, y2, milliseconds / 1000)

    def type(self, text: str) -> None:
        self._device.send_keys(text)

    def shot(self, kind: str) -> Done | None:
        return _pictured(self._picture, np.asarray) if kind == "png" else None

    def look(self) -> None:
        self._before = np.asarray(self._picture())

    def step(self, x: int, y: int) -> Done:
        return _peer_step(lambda: self.tap(x, y), self._picture, np.asarray, self._before)

    def close(self) -> None:
        """The server keeps the connection."""

    def _picture(self) -> Image.Image:
        shot: Image.Image = self._device.screenshot(error_ok=False)  # decoded by it already
        return shot


def open_ours(name: str, serial: str, server: AdbServer | None) -> Ours:
    """Our driver by one of its ways, for which `server` is needed. Raises EnvError."""
    options = AndroidOptions(serial=serial, backend="direct")
    if server is not None:
        options = replace(options, backend="server", port=server.port)
    return Ours(name, options)


class _Timed:
    """A `Link` that adds up what it was used for."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.spent: dict[str, float] = {}

    @property
    def where(self) -> str:
        return self._link.where

    def open(self) -> None:
        self._link.open()

    def run(self, command: bytes, limits: Limits) -> bytes:
        started = time.perf_counter()
        try:
            return self._link.run(command, limits)
        finally:
            known = {b"screencap": "picture", b"dumpsys": "state", b"input": "act"}
            part = next((part for word, part in known.items() if word in command), "rest")
            self.spent[part] = self.spent.get(part, 0.0) + time.perf_counter() - started

    def close(self) -> None:
        self._link.close()


def _peer_step(
    act: Callable[[], None], fetch: Callable[[], Any], decoded: Callable[[Any], Pixels], before: Pixels | None
) -> Done:
    """What somebody would write around a tool that has no step of its own, with our rule of when a screen rests."""
    spent = {"act": 0.0, "picture": 0.0}

    def timed(part: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = work()
        spent[part] += time.perf_counter() - began
        return result

    started = time.perf_counter()
    timed("act", act)
    rest = settle(lambda: decoded(timed("picture", fetch)), CAP, before)
    return _split(time.perf_counter() - started, spent, rest.shots)


def _split(seconds: float, spent: dict[str, float], shots: int) -> Done:
    parts = {part: spent.get(part, 0.0) for part in ("act", "picture", "state")}
    parts["pause"] = PAUSE * (shots - 1)
    parts["rest"] = seconds - sum(parts.values())
    return Done(seconds, parts, shots)


def _pictured(fetch: Callable[[], Any], decoded: Callable[[Any], Pixels]) -> Done:
    started = time.perf_counter()
    data = fetch()
    between = time.perf_counter()
    frame = decoded(data)
    ended = time.perf_counter()
    if frame.ndim != 3 or frame.shape[2] != 3:
        raise EnvError(f"a screenshot of shape {frame.shape}")
    return Done(ended - started, {"picture": between - started, "rest": ended - between})


def _decode_png(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def _accept(shell: Shell, command: Line) -> None:
    problem = shell.do(command).problem
    if problem:
        raise EnvError(f"the phone refused this: {problem}")

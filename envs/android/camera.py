"""Takes pictures of a phone's screen in the way that is fastest on it."""

from __future__ import annotations

import time
from collections.abc import Callable

from envs.android.frames import FrameError, Pixels, decode
from envs.android.options import Capture
from envs.android.shell import Line, Shell, line, silent
from envs.base import EnvError

_COMMANDS: dict[str, Line] = {"raw": silent(line("screencap")), "png": silent(line("screencap", "-p"))}
_ATTEMPTS = 3


class RefusedError(FrameError):
    """The phone takes no picture of what it shows."""


class Camera:
    """Screenshots of one phone.

    Args:
        kind: "raw", "png", or "auto", which takes one of each at first and keeps to what was faster.
    """

    def __init__(self, shell: Shell, kind: Capture = "auto", clock: Callable[[], float] = time.monotonic) -> None:
        self._shell = shell
        self._clock = clock
        self._kind: str = kind
        self.seconds: dict[str, float] = {}
        """What a picture took when that was measured, by kind."""

    @property
    def kind(self) -> str:
        return self._kind

    def shoot(self) -> Pixels:
        """What is on the screen, as it is turned now.

        Raises:
            RefusedError: no picture may be taken of it.
            EnvError: none can be taken at all.
        """
        try:
            return self._measure() if self._kind == "auto" else self._take(self._kind)
        except RefusedError:
            raise
        except FrameError as error:
            raise EnvError(f"{self._shell.where} sends no screenshot: {error}") from error

    def _measure(self) -> Pixels:
        frame: Pixels | None = None
        failure = FrameError("")
        for kind in ("raw", "png"):
            started = self._clock()
            try:
                frame = self._take(kind)
            except RefusedError:
                raise
            except FrameError as error:  # pixels of a format that is not known, say; the other kind will do
                failure = error
                continue
            self.seconds[kind] = self._clock() - started
        if frame is None:
            raise failure
        self._kind = min(self.seconds, key=lambda kind: self.seconds[kind])
        return frame

    def _take(self, kind: str) -> Pixels:
        failure = FrameError("")
        for _ in range(_ATTEMPTS):
            data = self._shell.fetch(_COMMANDS[kind])
            # Some phones forbid even the black picture: screencap then ends without one.
            if not data.strip() or b"Status:" in data[:200]:
                raise RefusedError(data[:80].decode(errors="replace").strip())
            try:
                return decode(data)
            except FrameError as error:
                failure = error
        raise failure

"""Sees to it that no call to AI2-THOR's Controller outlives its player, or waits for one that is stuck."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_GRACE = 0.4
_EVERY = 0.1
# An end of message of the FIFO protocol (type 255, length 0), often enough to fill up any field that is half read.
_END = b"\xff\x00\x00\x00\x00" * 8192

Server = Any
"""ai2thor's FifoServer, or None before there is one; it has no types."""


@contextmanager
def watching(server: Callable[[], Server], seconds: float, idle: float) -> Iterator[list[str]]:
    """While the block runs: its player is killed after `seconds`, and a wait for a dead player's pipes is ended.

    A player that is slow works, one that is stuck does not: without any processor time for `idle` seconds it is killed
    as well (where /proc says so). The block's own call then fails, in one way or another. Opening a FIFO blocks until
    the other side opens it, and ai2thor reads the end of a pipe as "not yet" while it waits with a timeout, so both
    sides are opened here.

    Yields a list that says why the player was killed, in words, once it was.
    """
    over, ended = threading.Event(), list[str]()
    timer = threading.Timer(_GRACE, _attend, (server, over, seconds, idle, ended))
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        over.set()
        timer.cancel()


def _attend(server: Callable[[], Server], over: threading.Event, seconds: float, idle: float, ended: list[str]) -> None:
    worked: int | None = None
    since = deadline = 0.0
    while not over.wait(_EVERY):
        player = getattr(server(), "unity_proc", None)
        if player is None:
            continue
        now, work = time.monotonic(), _work(player.pid)
        if not deadline:  # a build that is downloaded first takes as long as it takes
            since, deadline = now, now + seconds - _GRACE
        if work is None or work != worked:
            worked, since = work, now
        if now > min(deadline, since + idle) and player.poll() is None:
            stuck = since + idle < deadline
            ended.append(f"its player did nothing for {idle:g} s" if stuck else f"it took more than {seconds:g} s")
            player.kill()
        if player.poll() is not None:
            _release(server())


def _work(pid: int) -> int | None:
    """Processor time that a process has used, in ticks; None where that cannot be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, ValueError, IndexError):
        return None


def _release(server: Server) -> None:
    """Open the dead player's ends of the two pipes, and say that its message is over."""
    if hasattr(server, "release"):  # no FIFOs: see `legacy`
        server.release()
    for path, mode, words in (
        (getattr(server, "server_pipe_path", None), os.O_WRONLY, _END),
        (getattr(server, "client_pipe_path", None), os.O_RDONLY, b""),
    ):
        if path is None:
            continue
        # ENXIO (nobody waits), ENOENT (it is gone), EAGAIN (full) and EPIPE are all no more to be released.
        with contextlib.suppress(OSError):
            end = os.open(path, mode | os.O_NONBLOCK)
            try:
                if words:
                    os.write(end, words)
            finally:
                os.close(end)

"""Runs a command and ends its whole process group when asked to, or when whoever asked for it is gone.

`python keeper.py COMMAND…` holds the command as long as its own standard input is open. The pipe closes when the
benchmark closes it, ends, is interrupted or killed, so no server outlives it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

_GRACE = 15.0  # seconds a server gets to end by itself


def keep(command: list[str]) -> int:
    """Run `command` until it ends or standard input does; its exit status."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # the pipe says when to end (SIG_IGN would be inherited)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    print(child.pid, file=sys.stderr, flush=True)
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    status = child.wait()
    _signal_group(child.pid, signal.SIGKILL)  # what the command left behind
    return status


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 4096):  # nothing is ever written; a read of sys.stdin would hold a lock at exit
        pass
    _signal_group(child.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
    _signal_group(child.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


if __name__ == "__main__":
    raise SystemExit(keep(sys.argv[1:]))

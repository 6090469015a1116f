"""A process with all that it started: browsers are in process groups of their own, so the group does not hold them."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import NamedTuple

from evals.speed.peers.memory import peak_of


class Process(NamedTuple):
    """A process and when it was started: the number alone may be given to another one later."""

    number: int
    started: int


def members(root: int) -> list[Process]:
    """The process and its descendants, as Linux tells them in /proc; none elsewhere."""
    parents: dict[int, list[Process]] = {}
    found: list[Process] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(path)
        if fields is None:
            continue
        process = Process(int(path.parent.name), int(fields[19]))
        parents.setdefault(int(fields[1]), []).append(process)
        if process.number == root:
            found.append(process)
    for process in found:  # it grows while it is gone through
        found += parents.get(process.number, [])
    return found


def peak(root: int) -> int:
    """Peak resident bytes of each of them, added up: pages they share count in each."""
    return sum(peak_of(process.number) for process in members(root))


def end(processes: list[Process]) -> None:
    """Kill those that still run."""
    for process in processes:
        fields = _fields(Path(f"/proc/{process.number}/stat"))
        if fields is not None and int(fields[19]) == process.started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.number, signal.SIGKILL)


def _fields(path: Path) -> list[str] | None:
    """What stands behind the name, from the state on."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return None

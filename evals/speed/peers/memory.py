"""Peak resident memory as Linux keeps it in /proc; 0 elsewhere."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


def peak_of(process: int | str) -> int:
    """Peak resident bytes of one process ("self" is this one)."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:  # it has ended, or there is no /proc
        return 0
    found = _PEAK.search(status)
    return int(found.group(1)) * 1024 if found else 0


def peak_of_group(group: int) -> int:
    """Peak resident bytes of every process of a group, added up."""
    return sum(peak_of(process) for process in _members(group))


def restart_peak() -> None:
    """Let this process's own peak start again from what it holds now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _members(group: int) -> list[int]:
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[2]) == group:
                members.append(int(path.parent.name))
    return members

"""Stops a peer while others take their turn: an idle server still wakes now and then, and takes a core from them."""

from __future__ import annotations

import contextlib
import os
import signal


def freeze(group: int) -> None:
    """Stop every process of a group until `thaw`."""
    _signal(group, signal.SIGSTOP)


def thaw(group: int) -> None:
    """Let them go on."""
    _signal(group, signal.SIGCONT)


def _signal(group: int, number: int) -> None:
    if group > 0:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)

"""Gives what the agent drives to a person, who does what it asks for and hands it back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from rich.console import Console

from envs.notices import plain

_LONGEST = 300


@runtime_checkable
class HasTakeover(Protocol):
    """An env with an action that asks for a person; `takeover` returns when it is handed back, False if by nobody."""

    takeover: Callable[[str], bool] | None


def take_over(reason: str) -> bool:
    """Ask at the terminal and wait; False at once where there is none.

    Raises:
        KeyboardInterrupt: the person ends the run.
    """
    if not sys.stdin.isatty():
        return False
    console = Console(stderr=True, highlight=False, markup=False)
    # The reason is the model's text: on one line, and without what a terminal would obey.
    asked = plain(reason, _LONGEST).rstrip(".")
    console.print(f"\nThe agent asks you to take over: {asked}.", style="bold yellow")
    console.print("Press Enter when you are done, or type stop. ", end="")
    said = sys.stdin.readline()
    if said.strip().casefold() == "stop":
        raise KeyboardInterrupt
    return said != ""  # the end of the input is nobody

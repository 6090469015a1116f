"""The process the Controller starts in place of Unity: `python -m envs.thor.standin.player`."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from envs.thor.standin import actions
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.launch import PARENT
from envs.thor.standin.session import Outcome, Session
from envs.thor.standin.wire import Pipes, WireError

DATA = "VISUOMOTOR_ALFRED"
"""The environment variable that names ALFRED's folder; rooms are made up where it is not set."""


def answer(session: Session, action: dict[str, Any]) -> Outcome:
    """Do an action; a failure becomes the outcome it is told as."""
    name = str(action.get("action", ""))[:80]
    try:
        returned = actions.perform(session, action)
    except FailedActionError as failure:
        return Outcome(name, False, str(failure), failure.code)
    return Outcome(name, returned=returned)


def serve(pipes: Pipes, session: Session) -> None:
    """Speak first, then answer until the Controller closes its end."""
    pipes.send(session.reply(0, Outcome("Initialize"), {}))
    while (action := pipes.receive()) is not None:
        sequence = action.get("sequenceId", 0)
        outcome = answer(session, action)
        pipes.send(session.reply(sequence if isinstance(sequence, int) else 0, outcome, action))


def main(argv: Sequence[str] | None = None) -> int:
    """Run as the Controller runs Unity's player, with its arguments and environment."""
    parser = argparse.ArgumentParser(prog="visuomotor-thor-standin", description=__doc__)
    parser.add_argument("-screen-width", type=int, default=300)
    parser.add_argument("-screen-height", type=int, default=300)
    asked, _ = parser.parse_known_args(argv)
    _end_with_parent()
    folder = os.environ.get(DATA)
    session = Session(Path(folder) if folder else None, asked.screen_width, asked.screen_height)
    try:
        to_controller = Path(os.environ["AI2THOR_FIFO_SERVER_PIPE_PATH"])
        from_controller = Path(os.environ["AI2THOR_FIFO_CLIENT_PIPE_PATH"])
    except KeyError as missing:
        print(f"{missing} is not set: this program is started by ai2thor's Controller", file=sys.stderr)
        return 2
    try:
        with Pipes(to_controller, from_controller) as pipes:
            serve(pipes, session)
    except (BrokenPipeError, FileNotFoundError):
        return 0  # the Controller is gone
    except WireError as error:
        print(f"the Controller sent {error}", file=sys.stderr)
        return 1
    return 0


def _end_with_parent() -> None:
    """End when the Controller's process has: even while this one waits at a pipe that nobody opens any more."""
    told = os.environ.get(PARENT, "")
    # By the time Python has started the Controller may be gone, and its id with it: the launcher took it down before.
    parent = int(told) if told.isdecimal() else os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())

"""Where a command's known failures end: one sentence on standard error and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from agent.record import RecordError
from envs.base import EnvError
from model.base import ModelError

UNUSABLE = 2
INTERRUPTED = 130


@contextmanager
def complaining() -> Iterator[None]:
    """Turn the project's errors into a sentence and exit status 2, Ctrl-C into 130; a bug propagates."""
    try:
        yield
    except (EnvError, ModelError, RecordError) as error:
        Console(stderr=True, highlight=False).print(f"[red]error:[/red] {escape(str(error))}")
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted; what was finished is recorded, go on with --resume")
        sys.exit(INTERRUPTED)

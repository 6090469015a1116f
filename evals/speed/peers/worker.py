"""A peer's worker process: requests and answers as JSON lines on its standard input and output."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.speed.peers.base import PeerError
from evals.speed.peers.memory import peak_of_group


class Worker:
    """A process that ends when its input does, so also when this one is killed.

    Args:
        command: its command line.
        environment: variables over this process's own.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._log = tempfile.TemporaryFile(prefix="peer-", suffix=".log")  # noqa: SIM115  # open as long as self
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """One request and its answer. Raises PeerError when the worker says so or has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise PeerError(f"the worker has ended:\n{self._printed()[-3000:]}")
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise PeerError(f"the worker answered with something other than JSON: {line[:200]}") from error
        if not isinstance(answer, dict) or "error" in answer:
            raise PeerError(f"the worker failed: {answer.get('error') if isinstance(answer, dict) else answer}")
        return answer

    @property
    def group(self) -> int:
        """The process group of the worker."""
        return self._process.pid

    def memory(self) -> int:
        """Peak resident bytes of its processes, added up."""
        return peak_of_group(self._process.pid)

    def close(self) -> None:
        """End it and wait until it has ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # a request that was never read is still in it
                    pipe.close()
        self._log.close()

    def _printed(self) -> str:
        self._process.wait(timeout=30)
        self._log.seek(0)
        return self._log.read().decode(errors="replace")


def script(name: str) -> str:
    """The path of a worker script beside this file."""
    return str(Path(__file__).with_name(name))

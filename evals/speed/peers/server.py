"""A model server on a free loopback port: started, waited for, ended with its whole process group."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from evals.speed.peers import keeper
from evals.speed.peers.base import PeerError
from evals.speed.peers.freeze import thaw
from evals.speed.peers.memory import peak_of_group

_NO_SWITCHES = ("http_proxy", "https_proxy", "all_proxy")


class Server:
    """A child process that answers HTTP.

    Args:
        command: the server's command line; "{port}" stands for the port.
        environment: variables over this process's own.
        health: the path that answers 200 when the server is ready.
        patience: seconds until it must be.

    Raises PeerError, with the end of the server's log, when it is not ready in time.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], health: str = "/health", patience: float = 600.0
    ) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = tempfile.NamedTemporaryFile(prefix="peer-", suffix=".log")  # noqa: SIM115  # open as long as self
        words = [word.replace("{port}", str(port)) for word in command]
        self._keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, keeper.__file__, *words],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            env={name: value for name, value in os.environ.items() if name.lower() not in _NO_SWITCHES}
            | dict(environment),
            start_new_session=True,
        )
        try:
            self._await(health, patience)
        except BaseException:
            self.close()
            raise

    def log(self) -> str:
        """Everything the server has printed."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    @property
    def group(self) -> int:
        """The process group of the server; 0 before it has one."""
        first = self.log().partition("\n")[0]  # the keeper's own first line
        return int(first) if first.isdigit() else 0

    def memory(self) -> int:
        """Peak resident bytes of its processes, added up."""
        return peak_of_group(self.group) if self.group else 0

    def close(self) -> None:
        """End it and wait until it has ended."""
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            thaw(self.group)
            self._keeper.stdin.close()
            self._keeper.wait()
            self._log.close()

    def _await(self, health: str, patience: float) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self._keeper.poll() is not None:
                raise PeerError(f"the server ended at once:\n{self.log()[-3000:]}")
            try:
                if httpx.get(self.url + health, timeout=5.0, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise PeerError(f"the server was not ready within {patience:.0f} s:\n{self.log()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

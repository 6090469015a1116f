"""An adb server of our own: another port, another home, and gone afterwards. A person's own server is never touched."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.speed.peers.base import PeerError, PeerMissingError

_READY = 20.0
_COMMAND = 60.0


@dataclass(frozen=True, slots=True)
class AdbServer:
    """A server that has one phone. `program` is the adb it is of: one of another version would replace it."""

    program: str
    port: int
    serial: str
    home: str

    def run(self, *words: str) -> bytes:
        """What `adb -s SERIAL …` prints. Raises PeerError."""
        return _run(self.program, self.port, self.home, ["-s", self.serial, *words])

    def version(self) -> str:
        """Of the program, with its path."""
        said = _run(self.program, self.port, self.home, ["version"]).decode(errors="replace").split()
        return f"{said[4] if len(said) > 4 else '?'} ({self.program})"


def find_program() -> str:
    """adb from PATH, or the one in adbutils' wheel. Raises PeerMissingError."""
    found = shutil.which("adb")
    if found:
        return found
    package = importlib.util.find_spec("adbutils")
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "binaries" / "adb"
        if bundled.is_file():
            return str(bundled)
    raise PeerMissingError("there is no adb; on Debian: apt install adb, elsewhere: pip install adbutils")


@contextlib.contextmanager
def adb_server(serial: str) -> Iterator[AdbServer]:
    """Start a server and connect it with the phone at HOST:PORT. Raises PeerMissingError, PeerError."""
    program = find_program()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="adb-home-") as home:
        process = subprocess.Popen(  # noqa: S603
            [program, "-P", str(port), "nodaemon", "server"], env=_environment(home),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _connect(program, port, home, serial)
            yield AdbServer(program, port, serial, home)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _connect(program: str, port: int, home: str, serial: str) -> None:
    deadline = time.monotonic() + _READY
    while not _answers(port):  # a client before that would start a server in the background
        if time.monotonic() > deadline:
            raise PeerError(f"{program} did not start its server")
        time.sleep(0.05)
    said = ""
    while time.monotonic() < deadline:
        with contextlib.suppress(PeerError):
            _run(program, port, home, ["connect", serial])
            said = _run(program, port, home, ["-s", serial, "get-state"]).decode(errors="replace").strip()
            if said == "device":
                return
        time.sleep(0.2)
    raise PeerError(f"the adb server does not get the phone at {serial} ({said})")


def _run(program: str, port: int, home: str, words: Sequence[str]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603
            [program, "-P", str(port), *words], env=_environment(home), stdin=subprocess.DEVNULL,
            capture_output=True, timeout=_COMMAND, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"adb {words[-1]}: {error}") from error
    if done.returncode:
        raise PeerError(f"adb {' '.join(words)}: {done.stderr.decode(errors='replace').strip()[:200]}")
    return done.stdout


def _environment(home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADB_", "ANDROID_"))}
    return {**kept, "HOME": home, "ADB_MDNS": "0", "ADB_MDNS_OPENSCREEN": "0"}


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True

"""Real ADB clients behind one face, for the same checks on all of them."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

SECONDS = 20.0


class Result(NamedTuple):
    out: str
    err: str
    code: int


class Client(Protocol):
    name: str

    def connect(self, port: int) -> None: ...
    def shell(self, line: str) -> str: ...
    def run(self, line: str) -> Result | None:
        """With the outputs apart and the exit code; None for a client that has only the old shell."""
        ...

    def exec_out(self, line: str) -> bytes: ...
    def push(self, source: Path, target: str) -> None: ...
    def pull(self, source: str, target: Path) -> None: ...
    def names(self, folder: str) -> list[str] | None: ...
    def size(self, path: str) -> int | None: ...
    def tell(self, line: str, data: bytes) -> str | None:
        """The output of a command that is given these bytes."""
        ...

    def forward(self) -> bool | None: ...
    def close(self) -> None: ...


class AdbShell:
    """PyPI adb-shell, the synchronous class."""

    name = "adb-shell"

    def __init__(self, home: Path) -> None:
        self._signer = signer(home)
        self._device: Any = None

    def connect(self, port: int) -> None:
        from adb_shell.adb_device import AdbDeviceTcp

        self._device = AdbDeviceTcp("127.0.0.1", port, default_transport_timeout_s=SECONDS)
        self._device.connect(rsa_keys=[self._signer], auth_timeout_s=SECONDS, read_timeout_s=SECONDS)

    def shell(self, line: str) -> str:
        return str(self._device.shell(line, read_timeout_s=SECONDS))

    def run(self, line: str) -> None:
        return None

    def exec_out(self, line: str) -> bytes:
        return bytes(self._device.exec_out(line, decode=False, read_timeout_s=SECONDS))

    def push(self, source: Path, target: str) -> None:
        self._device.push(str(source), target, read_timeout_s=SECONDS)

    def pull(self, source: str, target: Path) -> None:
        self._device.pull(source, str(target), read_timeout_s=SECONDS)

    def names(self, folder: str) -> list[str]:
        return [bytes(one.filename).decode() for one in self._device.list(folder)]

    def size(self, path: str) -> int:
        return int(self._device.stat(path)[1])

    def tell(self, line: str, data: bytes) -> None:
        return None

    def forward(self) -> None:
        return None

    def close(self) -> None:
        if self._device is not None:
            self._device.close()


class AdbShellAsync(AdbShell):
    """PyPI adb-shell, the asynchronous class, on a loop of its own."""

    name = "adb-shell async"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(SECONDS)

    def connect(self, port: int) -> None:
        from adb_shell.adb_device_async import AdbDeviceTcpAsync

        device = AdbDeviceTcpAsync("127.0.0.1", port, default_transport_timeout_s=SECONDS)
        self._wait(device.connect(rsa_keys=[self._signer], auth_timeout_s=SECONDS, read_timeout_s=SECONDS))
        wait = self._wait

        class Blocking:
            def __getattr__(self, name: str) -> Callable[..., Any]:
                return lambda *args, **options: wait(getattr(device, name)(*args, **options))

        self._device = Blocking()

    def close(self) -> None:
        super().close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()


class AdbProgram:
    """Google's adb with a server of its own: port, home and keys."""

    def __init__(self, home: Path, program: str, name: str) -> None:
        self.name = name
        self.server = free_port()
        self._program = program
        self._home = home
        self._serial = ""

    def environment(self) -> dict[str, str]:
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("ADB_", "ANDROID_"))}
        return {**keep, "HOME": str(self._home), "ADB_MDNS": "0", "ADB_MDNS_OPENSCREEN": "0"}

    def adb(self, *words: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        argv = [self._program, "-P", str(self.server), *words]
        given = {"input": data} if data is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(argv, capture_output=True, env=self.environment(), timeout=60, check=False, **given)

    def device(self, *words: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        return self.adb("-s", self._serial, *words, data=data)

    def connect(self, port: int) -> None:
        self._serial = f"127.0.0.1:{port}"
        self.adb("connect", self._serial)
        done = self.device("wait-for-device")
        assert done.returncode == 0, done

    def shell(self, line: str) -> str:
        return self.device("shell", line).stdout.decode(errors="replace")

    def run(self, line: str) -> Result:
        done = self.device("shell", line)
        return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def exec_out(self, line: str) -> bytes:
        return self.device("exec-out", line).stdout

    def push(self, source: Path, target: str) -> None:
        done = self.device("push", str(source), target)
        assert done.returncode == 0, done

    def pull(self, source: str, target: Path) -> None:
        done = self.device("pull", source, str(target))
        if done.returncode:
            raise OSError(done.stderr.decode() + done.stdout.decode())

    def names(self, folder: str) -> list[str]:
        listed = self.device("ls", folder).stdout.decode().splitlines()
        return [line.split(" ", 3)[3] for line in listed]

    def size(self, path: str) -> None:
        return None

    def tell(self, line: str, data: bytes) -> str:
        return self.device("shell", line, data=data).stdout.decode()

    def forward(self) -> bool:
        there = self.device("forward", "tcp:0", "tcp:8080").stdout.decode().strip()
        back = self.device("reverse", "tcp:7777", "tcp:8888")
        listed = self.device("reverse", "--list").stdout.decode()
        return there.isdecimal() and back.returncode == 0 and "tcp:7777 tcp:8888" in listed

    def close(self) -> None:
        self.adb("kill-server")


class AdbUtils:
    """The adbutils package over its bundled adb's server."""

    name = "adbutils"

    def __init__(self, home: Path) -> None:
        program = bundled_adb()
        assert program is not None
        self._adb = AdbProgram(home, program, self.name)
        self._device: Any = None

    def connect(self, port: int) -> None:
        from adbutils import AdbClient

        self._adb.adb("start-server")
        client = AdbClient(port=self._adb.server, socket_timeout=SECONDS)
        client.connect(f"127.0.0.1:{port}", timeout=SECONDS)
        self._adb.adb("-s", f"127.0.0.1:{port}", "wait-for-device")
        self._device = client.device(f"127.0.0.1:{port}")

    def shell(self, line: str) -> str:
        return str(self._device.shell(line, rstrip=False))

    def run(self, line: str) -> Result:
        done = self._device.shell2(line, v2=True)
        return Result(done.stdout, done.stderr, done.returncode)

    def exec_out(self, line: str) -> bytes:
        with self._device.open_transport() as connection:
            connection.send_command(f"exec:{line}")
            connection.check_okay()
            return bytes(connection.read_until_close(encoding=None))

    def push(self, source: Path, target: str) -> None:
        self._device.sync.push(str(source), target)

    def pull(self, source: str, target: Path) -> None:
        self._device.sync.pull_file(source, target)  # `pull` takes what is not there for a folder

    def names(self, folder: str) -> list[str]:
        return [one.path for one in self._device.sync.list(folder)]

    def size(self, path: str) -> int:
        return int(self._device.sync.stat(path).size)

    def tell(self, line: str, data: bytes) -> None:
        return None

    def forward(self) -> bool:
        self._device.forward("tcp:" + str(free_port()), "tcp:8080")
        return any(one.remote == "tcp:8080" for one in self._device.forward_list())

    def close(self) -> None:
        self._adb.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def signer(home: Path) -> Any:
    """adb-shell's signer over the key in this home."""
    from adb_shell.auth.keygen import keygen
    from adb_shell.auth.sign_pythonrsa import PythonRSASigner

    path = home / "adbkey"
    if not path.exists():
        keygen(str(path))
    return PythonRSASigner(path.with_suffix(".pub").read_text(), path.read_text())


def bundled_adb() -> str | None:
    """The adb of the adbutils wheel."""
    found = importlib.util.find_spec("adbutils")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / "binaries/adb"
    return str(path) if path.exists() else None


def make(name: str, home: Path) -> Client | str:
    """A client, or why there is none."""
    adb, bundled = shutil.which("adb"), bundled_adb()
    match name:
        case "adb-shell" | "adb-shell async" if importlib.util.find_spec("adb_shell") is None:
            return "adb-shell is not installed: pip install 'adb-shell[async]'"
        case "adb-shell":
            return AdbShell(home)
        case "adb-shell async" if importlib.util.find_spec("aiofiles") is None:
            return "adb-shell's async extra is not installed"
        case "adb-shell async":
            return AdbShellAsync(home)
        case "adb (system)":
            return AdbProgram(home, adb, name) if adb else "adb is not installed (Debian: apt install adb)"
        case "adb (adbutils)":
            return AdbProgram(home, bundled, name) if bundled else "adbutils is not installed: it brings an adb"
        case _:
            return AdbUtils(home) if bundled else "adbutils is not installed"


CLIENTS = ["adb-shell", "adb-shell async", "adb (system)", "adb (adbutils)", "adbutils"]

"""The phone as ADB sees it: its banner, the keys it accepted, and the services it offers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from envs.android.standin.faults import Faults
from envs.android.standin.keys import PublicKey
from envs.android.standin.link import Service
from envs.android.standin.shell import ShellServices
from envs.android.standin.streams import Stream
from envs.android.standin.sync import SyncService
from envs.android.standin.system import System

FEATURES = ("shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir")
"""sendrecv_v2, delayed_ack and TLS are left out: clients of today fall back without them."""

AcceptKeys = bool | Callable[[PublicKey], bool | Awaitable[bool]]
"""False: no key is needed. True: every new key is accepted. A callable answers the dialog, on the phone's loop."""


class Device:
    """What every link of the phone shares."""

    def __init__(
        self,
        system: System,
        shells: ShellServices,
        sync: SyncService,
        faults: Faults,
        *,
        accept_keys: AcceptKeys,
        always_ask: bool,
        restart: Callable[[], None],
    ) -> None:
        """
        Args:
            always_ask: an accepted key is not remembered: "Always allow from this computer" is not ticked.
            restart: called when a client asks the phone to reboot.
        """
        self.faults = faults
        self.keys: list[PublicKey] = []
        self.reversed: dict[str, str] = {}
        self._system = system
        self._accept_keys = accept_keys
        self._always_ask = always_ask
        self._restart = restart
        self._services: dict[str, Service] = {
            "shell": shells.shell_service,
            "exec": shells.exec_service,
            "sync": sync.serve,
            "reboot": self._reboot,
            "reverse": self._reverse,
            "root": _says("adbd cannot run as root in production builds\n"),
            "unroot": _says("adbd not running as root\n"),
            "remount": _says('Not running as root. Try "adb root" first.\n'),
            "disable-verity": _says("verity cannot be disabled/enabled - USER build\n"),
            "enable-verity": _says("verity cannot be disabled/enabled - USER build\n"),
            "track-jdwp": _stays(b"0000"),
            "jdwp": _stays(b""),
        }

    # What a link asks, see `link.Host`.

    def banner(self) -> bytes:
        """The system identity string."""
        names = ("ro.product.name", "ro.product.model", "ro.product.device")
        told = "".join(f"{name}={self._system.properties[name]};" for name in names)
        return f"device::{told}features={','.join(FEATURES)}".encode()

    def needs_key(self) -> bool:
        """Whether a client must show a key at all."""
        return self._accept_keys is not False or self.faults.refuse_keys

    def knows(self, token: bytes, signature: bytes) -> bool:
        """Whether a key accepted before made this signature."""
        return not self.faults.refuse_keys and any(key.verify(token, signature) for key in self.keys)

    async def admit(self, key: PublicKey) -> bool:
        """Show the dialog."""
        if self.faults.refuse_keys:
            return False
        answer = self._accept_keys(key) if callable(self._accept_keys) else True
        accepted = bool(await answer) if inspect.isawaitable(answer) else bool(answer)
        if accepted and not self._always_ask and key not in self.keys:
            self.keys.append(key)
        return accepted

    def find(self, service: str) -> Service | None:
        """The service of a name; None where a phone answers CLSE: unknown ones, and ports nobody listens on."""
        return self._services.get(service.partition(":")[0].partition(",")[0])

    def failed(self, service: str, error: Exception) -> None:
        """Keep a bug for whoever closes the stand-in."""
        error.add_note(f"in the service {service!r}")
        self._system.failures.append(error)

    # Services of the device itself.

    async def _reboot(self, stream: Stream) -> None:
        self._restart()

    async def _reverse(self, stream: Stream) -> None:
        """Tunnels from the phone are registered; nothing on it could open one."""
        request = stream.service.partition(":")[2]
        verb, _, rest = request.partition(":")
        if verb == "list-forward":
            listed = "".join(f"(reverse) {local} {remote}\n" for local, remote in self.reversed.items())
            await stream.write(_counted(listed))  # the only answer without OKAY, as adbd gives it
        elif verb == "killforward-all":
            self.reversed.clear()
            await stream.write(b"OKAY")
        elif verb == "killforward":
            known = self.reversed.pop(rest, None) is not None
            await stream.write(b"OKAY" if known else b"FAIL" + _counted(f"listener '{rest}' not found"))
        elif verb == "forward" and ";" in rest:
            local, remote = rest.removeprefix("norebind:").split(";", 1)
            if rest.startswith("norebind:") and local in self.reversed:
                await stream.write(b"FAIL" + _counted("cannot rebind existing socket"))
                return
            self.reversed[local] = remote
            await stream.write(b"OKAY")
        else:
            await stream.write(b"FAIL" + _counted(f"bad forward: {request}"))


def _counted(text: str) -> bytes:
    data = text.encode(errors="surrogateescape")
    return f"{len(data):04x}".encode() + data


def _says(text: str) -> Service:
    async def serve(stream: Stream) -> None:
        await stream.write(text.encode())

    return serve


def _stays(first: bytes) -> Service:
    """A service that tells of changes, of which there are none."""

    async def serve(stream: Stream) -> None:
        await stream.write(first)
        await asyncio.shield(stream.hung_up.wait())

    return serve

"""Which phones there are, and the link to the one that is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from envs.android.link import Link, LostError
from envs.android.options import AndroidOptions
from envs.android.recording import Replay
from envs.base import EnvError, MissingExtraError

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^:\[\]\s]+)):(?P<port>\d{1,5})")
_EMULATOR = re.compile(r"emulator-(?P<console>\d{4,5})")
_NONE = (
    "no phone was found: turn on USB debugging and plug it in, or name one that listens on the network with "
    "--serial HOST:PORT"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that could be used. `state` is adb's word: device, unauthorized, offline, no permissions, …"""

    serial: str
    via: Literal["usb", "server"]
    state: str

    def __str__(self) -> str:
        return self.serial + ("" if self.state == "device" else f" ({self.state})")


def devices(options: AndroidOptions | None = None) -> list[Device]:
    """The phones on USB and those of an adb server that runs already; none is started. Raises EnvError."""
    options = options or AndroidOptions()
    found: list[Device] = []
    if options.backend != "direct":
        found += _of_server(options)
    if options.backend != "server":
        known = {device.serial for device in found}
        found += [device for device in _on_usb(options) if device.serial not in known]
    return found


def connect(options: AndroidOptions) -> Link:
    """The link to the phone of the options, opened. Raises EnvError with what is to be done."""
    link = find_link(options)
    link.open()
    return link


def find_link(options: AndroidOptions) -> Link:
    """The link to the phone of the options, not yet opened. Raises EnvError."""
    if options.standin:
        return _standin(options)
    if options.replay:
        return Replay.read(Path(options.replay))
    address = address_of(options.serial)
    if options.backend == "server":
        return _server(_only(options, devices(options)).serial, options)
    if address is not None:
        if options.backend == "auto" and _held(options):
            return _server(options.serial, options)  # a wireless phone, say, that speaks to nobody but the server
        return _tcp(*address, options)
    device = _only(options, devices(options))
    return _server(device.serial, options) if device.via == "server" else _usb(device.serial, options)


def address_of(serial: str) -> tuple[str, int] | None:
    """Host and port of "host:port", "[v6]:port" and "emulator-5554"; None for a serial number. Raises EnvError."""
    emulator = _EMULATOR.fullmatch(serial)
    if emulator is not None:
        return "127.0.0.1", int(emulator["console"]) + 1
    found = _ADDRESS.fullmatch(serial)
    if found is None:
        return None
    port = int(found["port"])
    if not 0 < port < 65536:
        raise EnvError(f"{serial}: a port is 1 to 65535")
    return found["six"] or found["host"], port


def _only(options: AndroidOptions, found: list[Device]) -> Device:
    """The phone that is meant among those found."""
    names = ", ".join(map(str, found))
    if options.serial:
        for device in found:
            if device.serial == options.serial:
                return device
        raise EnvError(f"there is no phone {options.serial!r}; " + (f"there are: {names}" if found else _NONE))
    ready = [device for device in found if device.state == "device"]
    if len(ready) > 1:
        raise EnvError(f"there are several phones, say which with --serial: {names}")
    if not found:
        raise EnvError(_NONE)
    if not ready and len(found) > 1:
        raise EnvError(f"none of the phones can be used yet: {names}")
    return (ready or found)[0]  # one that cannot be used yet says itself why, when it is opened


def _held(options: AndroidOptions) -> bool:
    """Whether an adb server has this phone."""
    return any(device.serial == options.serial for device in _of_server(options))


def _of_server(options: AndroidOptions) -> list[Device]:
    try:
        from envs.android import server
    except ImportError as error:  # adbutils is needed for nothing else
        if options.backend == "server":
            raise MissingExtraError("the adb server back end", "android", error) from error
        return []
    try:
        found = server.listed(options.host, options.port)
    except LostError:
        if options.backend == "server":
            raise
        return []
    return [Device(serial, "server", state) for serial, state in found]


def _on_usb(options: AndroidOptions) -> Iterator[Device]:
    try:
        from envs.android import usb
    except (ImportError, OSError) as error:  # without the library libusb-1.0 the import is an OSError
        if options.backend == "direct":
            raise EnvError(f"phones on USB need libusb-1.0 and adb-shell[usb] ({error})") from error
        return
    for transport in usb.transports():
        serial = usb.serial_of(transport)
        yield Device(serial or "?", "usb", "device" if serial else "no permissions")


@contextmanager
def _missing() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingExtraError("a phone", "android", error) from error


def _tcp(host: str, port: int, options: AndroidOptions) -> Link:
    with _missing():
        from envs.android.tcp import Tcp
    return _direct(lambda: Tcp(host, port), f"{host}:{port}", options)


def _standin(options: AndroidOptions) -> Link:
    try:
        from envs.android.standin.running import StandinLink
    except ImportError as error:  # its screen is a page in a browser
        raise MissingExtraError("a stand-in phone", "android,browser", error) from error
    return StandinLink(options)


def _usb(serial: str, options: AndroidOptions) -> Link:
    with _missing():
        from envs.android import usb

    def find() -> usb.Usb:
        for transport in usb.transports():
            if (usb.serial_of(transport) or "?") == serial:
                return transport
        raise LostError(f"{serial} is no longer on USB")

    return _direct(find, serial, options)


def _direct(transport: Callable[[], Any], where: str, options: AndroidOptions) -> Link:
    with _missing():
        from envs.android.direct import Direct
        from envs.android.keys import load_key
    return Direct(transport, where, load_key, options.limits, options.authorize)


def _server(serial: str, options: AndroidOptions) -> Link:
    with _missing():
        from envs.android.server import Server
    return Server(serial, options.host, options.port, options.limits)

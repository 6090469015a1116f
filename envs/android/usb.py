"""adb-shell's transport over USB, put right: everything is written, and a transfer of whole packets is ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import usb1  # type: ignore[import-untyped]
from adb_shell.transport.usb_transport import UsbTransport  # type: ignore[import-untyped]

from envs.base import EnvError

BUSY = (
    "another program holds the phone's USB connection, most likely an adb server: "
    "end it with `adb kill-server`, or go through it with --backend server"
)
FORBIDDEN = (
    "the phone on USB may not be opened by this user: on Linux install the udev rules (the package "
    "android-sdk-platform-tools-common has them) and plug it in again, or go through an adb server: --backend server"
)


class Usb(UsbTransport):  # type: ignore[misc]
    """A phone's ADB interface, by bulk transfers."""

    def connect(self, transport_timeout_s: float | None = None) -> None:
        """Claim the interface. Raises EnvError with what to do, or the library's USBError."""
        self._packet = max((endpoint.getMaxPacketSize() for endpoint in self._setting.iterEndpoints()), default=0)
        try:
            super().connect(transport_timeout_s)
        except usb1.USBErrorBusy as error:
            self._drop()
            raise EnvError(BUSY) from error
        except usb1.USBErrorAccess as error:
            self._drop()
            raise EnvError(FORBIDDEN) from error
        except usb1.USBError:
            self._drop()
            raise

    def bulk_write(self, data: bytes, transport_timeout_s: float | None = None) -> int:
        """All of it, and an empty packet after whole ones: without it the phone waits for more, as adb's own client
        knows (usb_linux.cpp, zero_mask)."""
        rest = memoryview(bytes(data))
        while rest:
            rest = rest[super().bulk_write(bytes(rest), transport_timeout_s) :]
        if self._packet and data and len(data) % self._packet == 0:
            super().bulk_write(b"", transport_timeout_s)
        return len(data)

    def _drop(self) -> None:
        # close() of the library releases an interface first, and when it was never claimed leaves the phone open.
        handle: Any = self._transport
        self._transport: Any = None
        if handle is not None:
            handle.close()


def transports() -> Iterator[Usb]:
    """Every phone on USB that speaks ADB."""
    found: Iterator[Usb] = Usb.find_all_adb_devices()
    yield from found


def serial_of(transport: Usb) -> str | None:
    """The serial number, or None when the phone may not be asked for it."""
    try:
        return str(transport.serial_number)
    except usb1.USBError:
        return None

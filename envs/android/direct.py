"""A phone without an adb server: ADB's own protocol by adb-shell, over TCP or USB."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from adb_shell import adb_device, exceptions  # type: ignore[import-untyped]

from envs.android.keys import Key
from envs.android.link import Limits, LostError
from envs.base import EnvError

_LOG = logging.getLogger(__name__)

_BROKEN = (
    OSError,
    exceptions.TcpTimeoutException,
    exceptions.AdbTimeoutError,
    exceptions.AdbConnectionError,
    exceptions.UsbReadFailedError,
    exceptions.UsbWriteFailedError,
    exceptions.InvalidCommandError,
    exceptions.InvalidChecksumError,
    exceptions.InvalidResponseError,
)
"""After any of these the two ends may no longer agree on where a packet begins: the connection is not used again."""


class Direct:
    """A `Link` by adb-shell.

    Args:
        transport: makes a new transport, unconnected. Raises EnvError, for example when the phone is gone from USB.
        where: the address or serial number, for messages.
        authorize: seconds a person has to accept this computer on the phone.
    """

    def __init__(
        self, transport: Callable[[], Any], where: str, key: Callable[[], Key], limits: Limits, authorize: float
    ) -> None:
        self._transport = transport
        self._where = where
        self._key = key
        self._limits = limits
        self._authorize = authorize
        self._device: Any = None
        self._asked = False
        # At DEBUG the library logs whole packets, and a typed secret is in one.
        logging.getLogger("adb_shell").setLevel(logging.INFO)
        # It adds up the bytes of a packet one by one: for a raw screenshot that is 50 ms.
        adb_device.checksum = _checksum

    @property
    def where(self) -> str:
        return self._where

    def open(self) -> None:
        self.close()
        self._asked = False
        device = adb_device.AdbDevice(self._transport(), default_transport_timeout_s=self._limits.transport)
        try:
            device.connect(
                rsa_keys=[self._key()],
                transport_timeout_s=self._limits.transport,
                read_timeout_s=self._limits.read,
                auth_timeout_s=self._authorize,
                auth_callback=self._ask,
            )
        except ConnectionRefusedError as error:
            device.close()
            raise LostError(
                f"{self._where} refuses the connection: turn on USB debugging, then allow it over the network once "
                "with `adb tcpip 5555`; for wireless debugging go through an adb server: --backend server"
            ) from error
        except exceptions.DeviceAuthError as error:
            device.close()
            raise EnvError(f"{self._where} does not accept this computer: {error}") from error
        except _BROKEN as error:
            device.close()
            raise self._explain(error) from error
        self._device = device

    def run(self, command: bytes, limits: Limits) -> bytes:
        if self._device is None:
            raise LostError(f"the connection to {self._where} is closed")
        try:
            output: bytes = self._device.exec_out(
                command.decode(),
                transport_timeout_s=limits.transport,
                read_timeout_s=limits.read,
                timeout_s=limits.command,
                decode=False,
            )
        except _BROKEN as error:
            self.close()
            raise LostError(f"the connection to {self._where} was lost: {_said(error)}") from error
        except BaseException:
            self.close()  # an interrupt in the middle of a packet leaves the rest of it behind
            raise
        return output

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _ask(self, _device: Any) -> None:
        self._asked = True
        _LOG.warning("accept “Allow USB debugging?” on the screen of the phone %s", self._where)

    def _explain(self, error: BaseException) -> EnvError:
        if "STLS" in str(error):
            return EnvError(
                f"{self._where} is a wireless debugging port: pair once with `adb pair HOST:PORT`, connect with "
                "`adb connect`, and go through the adb server: --backend server"
            )
        timed_out = isinstance(error, TimeoutError | exceptions.TcpTimeoutException | exceptions.AdbTimeoutError)
        if self._asked and (timed_out or isinstance(error, exceptions.UsbReadFailedError)):
            return EnvError(
                f"{self._where} has not accepted this computer within {self._authorize:g} s: unlock the phone, tick "
                "“Always allow from this computer” in the question on its screen, accept it, and start again"
            )
        return LostError(f"{self._where} cannot be reached: {_said(error)}")


def _checksum(data: bytes | bytearray) -> int:
    """The sum of the bytes, as ADB's packets carry it."""
    return int(np.frombuffer(data, np.uint8).sum(dtype=np.uint64)) & 0xFFFFFFFF


def _said(error: BaseException) -> str:
    """An exception in a line."""
    return (str(error).splitlines() or [type(error).__name__])[0] or type(error).__name__

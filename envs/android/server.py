"""A phone through an adb server: for wireless debugging, pairing, and a USB connection that a server holds."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import adbutils  # type: ignore[import-untyped]

from envs.android.link import Limits, LostError
from envs.base import EnvError

_PROBE = 0.5
"""Seconds a server on this computer has to take a connection."""
_PIECE = 1 << 20


class Server:
    """A `Link` by adbutils.

    Args:
        serial: as `adb devices` lists it.
        host, port: of the server.
    """

    def __init__(self, serial: str, host: str, port: int, limits: Limits) -> None:
        self._serial = serial
        self._host = host
        self._port = port
        self._limits = limits

    @property
    def where(self) -> str:
        return self._serial

    def open(self) -> None:
        for serial, state in listed(self._host, self._port):
            if serial == self._serial:
                check_state(serial, state)
                return
        raise LostError(f"the adb server no longer lists {self._serial}; if it is a wireless phone, run `adb connect`")

    def run(self, command: bytes, limits: Limits) -> bytes:
        # A connection of its own for each command: the server keeps the one to the phone.
        deadline = time.monotonic() + limits.command
        with self._failing():
            connection = self._transport(limits)
            with contextlib.closing(connection.conn):  # `close` of adbutils sleeps 10 ms first
                for service in (f"host:transport:{self._serial}", f"exec:{command.decode()}"):
                    connection.send_command(service)
                    connection.check_okay()
                return _drain(connection.conn, limits, deadline)

    def close(self) -> None:
        """Nothing stays open between commands."""

    def _transport(self, limits: Limits) -> Any:
        if not answers(self._host, self._port):  # adbutils would start one, of another version and on another port
            raise LostError(_no_server(self._host, self._port))
        # `open_transport` of adbutils asks for the server's version each time, on another connection.
        return adbutils.AdbClient(self._host, self._port, limits.transport).make_connection(limits.transport)

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, adbutils.AdbError) as error:
            text = str(error)
            for state in ("unauthorized", "offline"):
                if state in text:
                    check_state(self._serial, state)
            raise LostError(f"the connection to {self._serial} was lost: {text or type(error).__name__}") from error


def answers(host: str, port: int) -> bool:
    """Whether an adb server is there; none is started."""
    try:
        socket.create_connection((host, port), _PROBE).close()
    except OSError:
        return False
    return True


def listed(host: str, port: int) -> list[tuple[str, str]]:
    """Serial number and state (device, unauthorized, offline, …) of what a server knows. Raises LostError."""
    if not answers(host, port):
        raise LostError(_no_server(host, port))
    try:
        return [(entry.serial, entry.state) for entry in adbutils.AdbClient(host, port, 5.0).list()]
    except (OSError, adbutils.AdbError) as error:
        raise LostError(f"the adb server at {host}:{port} does not answer: {error}") from error


def check_state(serial: str, state: str) -> None:
    """Raises EnvError with what to do, or LostError for what may pass by itself."""
    if state == "device":
        return
    if state in ("unauthorized", "authorizing"):
        raise EnvError(
            f"{serial} has not accepted this computer: unlock the phone, accept “Allow USB debugging?” on its screen, "
            "and start again"
        )
    if state == "offline":
        raise LostError(f"{serial} is offline: unplug it and plug it in again, or `adb reconnect offline`")
    if state in ("no", "no permissions", "nopermissions"):
        raise EnvError(f"the adb server may not open {serial}: install the udev rules and restart it as your user")
    raise EnvError(f"{serial} is in the state {state!r}, not a running phone")


def _drain(connection: socket.socket, limits: Limits, deadline: float) -> bytes:
    """Everything until the end. (`read_until_close` of adbutils copies a screenshot 2,500 times, and has one limit.)"""
    output = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise LostError(f"the command did not end within {limits.command:g} s")
        connection.settimeout(min(limits.transport, left))
        piece = connection.recv(_PIECE)
        if not piece:
            return bytes(output)
        output += piece


def _no_server(host: str, port: int) -> str:
    return f"no adb server answers at {host}:{port}: start it with `adb start-server`"

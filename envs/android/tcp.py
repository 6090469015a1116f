"""adb-shell's transport over TCP, put right: an end is noticed, everything is written, nothing is held back.

Of adb-shell 0.4.4: `bulk_read` spins on a closed connection until its time limit, `bulk_write` forgets what a full
buffer did not take, and header and body wait for one another (Nagle's algorithm against delayed acknowledgement).
"""

from __future__ import annotations

import socket

from adb_shell.exceptions import TcpTimeoutException  # type: ignore[import-untyped]
from adb_shell.transport.base_transport import BaseTransport  # type: ignore[import-untyped]

# Seconds of silence before the first probe, between probes, and probes without an answer: 40 s to notice a dead peer.
_KEEPALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))


class Tcp(BaseTransport):  # type: ignore[misc]
    """A byte stream to the ADB daemon of a phone."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None

    def connect(self, transport_timeout_s: float | None) -> None:
        """Raises OSError."""
        self._socket = socket.create_connection((self._host, self._port), timeout=transport_timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):  # Linux; elsewhere the system's own times hold
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def bulk_read(self, numbytes: int, transport_timeout_s: float | None) -> bytes:
        """At least one byte. Raises ConnectionResetError at the end of the stream, TcpTimeoutException in silence."""
        connection = self._open(transport_timeout_s)
        try:
            data = connection.recv(numbytes)
        except TimeoutError as error:
            raise TcpTimeoutException(f"nothing was received for {transport_timeout_s} s") from error
        if not data:
            raise ConnectionResetError("the phone closed the connection")
        return data

    def bulk_write(self, data: bytes, transport_timeout_s: float | None) -> int:
        """All of it. Raises OSError, TcpTimeoutException."""
        connection = self._open(transport_timeout_s)
        try:
            connection.sendall(data)
        except TimeoutError as error:
            raise TcpTimeoutException(f"nothing could be sent for {transport_timeout_s} s") from error
        return len(data)

    def _open(self, timeout: float | None) -> socket.socket:
        if self._socket is None:
            raise ConnectionResetError("the connection is closed")
        self._socket.settimeout(timeout)
        return self._socket

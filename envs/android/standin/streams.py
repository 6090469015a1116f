"""One stream of a link: what a service reads from and writes to."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from envs.android.standin.faults import Faults
from envs.android.standin.wire import HEADER_SIZE, Packet, Word


class StreamClosedError(ConnectionError):
    """The client closed the stream, or the link is gone."""


class Sender(Protocol):
    """What a stream needs of its link."""

    faults: Faults
    max_payload: int

    async def send(self, packet: Packet) -> None: ...

    async def cut(self, parting: bytes) -> None:
        """End the link after these last bytes."""
        ...


class Stream:
    """A stream seen from the phone. One WRTE is in flight at a time, as the protocol asks."""

    def __init__(self, link: Sender, local: int, remote: int, service: str) -> None:
        self.link = link
        self.local = local
        self.remote = remote
        self.service = service
        self.closed = False
        self.hung_up = asyncio.Event()
        self._arrived: deque[bytes] = deque()
        self._incoming = asyncio.Event()
        self._ready = asyncio.Event()
        self._ready.set()
        self._sent = 0
        self._said_close = False
        self._rest = b""

    # What the link tells of packets that came.

    def acknowledged(self) -> None:
        """OKAY came: the next WRTE may go."""
        self._ready.set()

    def arrived(self, payload: bytes) -> None:
        """WRTE came."""
        self._arrived.append(payload)
        self._incoming.set()

    def closed_by_peer(self) -> None:
        """CLSE came, or the link ended: readers see the end, writers a `StreamClosedError`."""
        self.closed = True
        self.hung_up.set()
        self._incoming.set()
        self._ready.set()

    # What a service does.

    async def read(self) -> bytes:
        """The next bytes of the client; b"" at its end. Only what is read is acknowledged."""
        while not self._arrived:
            if self.closed:
                return b""
            self._incoming.clear()
            await self._incoming.wait()
        payload = self._arrived.popleft()
        if not self.closed:
            await self.link.send(Packet(Word.OKAY, self.local, self.remote))
        return payload

    async def read_exactly(self, count: int) -> bytes:
        """So many bytes.

        Raises:
            StreamClosedError: the client ended before.
        """
        parts, have = [self._rest], len(self._rest)
        while have < count:
            part = await self.read()
            if not part:
                raise StreamClosedError(f"the client closed after {have} of {count} bytes")
            parts.append(part)
            have += len(part)
        whole = b"".join(parts)
        self._rest = whole[count:]
        return whole[:count]

    async def write(self, data: bytes) -> None:
        """Send bytes, one packet after the other, each when the one before was acknowledged.

        Raises:
            StreamClosedError: nobody reads them any more.
        """
        view = memoryview(data)
        while view:
            await self._ready.wait()
            if self.closed:
                raise StreamClosedError(f"the client closed {self.service!r}")
            self._ready.clear()
            part, view = view[: self.link.max_payload], view[self.link.max_payload :]
            await self._send(bytes(part))

    async def _send(self, part: bytes) -> None:
        packet = Packet(Word.WRTE, self.local, self.remote, part)
        drop = self.link.faults.take_drop(self.service, self._sent, len(part))
        if drop is None:
            self._sent += len(part)
            await self.link.send(packet)
            return
        kept = max(0, drop.after - self._sent)
        if drop.half_frame:
            parting = packet.encode()[: HEADER_SIZE + kept] if kept else packet.encode()[: HEADER_SIZE // 2]
        else:
            parting = Packet(Word.WRTE, self.local, self.remote, part[:kept]).encode() if kept else b""
        await self.link.cut(parting)
        raise StreamClosedError(f"the link dropped after {drop.after} bytes of {self.service!r}")

    async def close(self) -> None:
        """Say CLSE, once, after the last WRTE was acknowledged."""
        if self._said_close:
            return
        if not self.closed:
            await self._ready.wait()
        self._said_close = True
        await self.link.send(Packet(Word.CLSE, self.local, self.remote))
        self.closed = True

"""One connection of a client to the phone: it introduces itself, proves its key, opens streams."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Protocol

from envs.android.standin.faults import Faults
from envs.android.standin.keys import TOKEN_SIZE, KeyFormatError, PublicKey
from envs.android.standin.streams import Stream, StreamClosedError
from envs.android.standin.wire import (
    MAX_PAYLOAD,
    VERSION,
    VERSION_WITH_CHECKSUM,
    Auth,
    Packet,
    WireError,
    Word,
    read_packet,
)

Service = Callable[[Stream], Awaitable[None]]


class Host(Protocol):
    """What a link needs of the phone."""

    faults: Faults

    def banner(self) -> bytes: ...

    def knows(self, token: bytes, signature: bytes) -> bool:
        """Whether an accepted key made this signature."""
        ...

    async def admit(self, key: PublicKey) -> bool:
        """Ask whether a new key is accepted."""
        ...

    def needs_key(self) -> bool: ...

    def find(self, service: str) -> Service | None: ...

    def failed(self, service: str, error: Exception) -> None:
        """A service of the stand-in's has a bug."""
        ...


class Link:
    """A connection. `serve` runs until the client goes or `cut` or `abort` end it."""

    def __init__(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.host = host
        self.faults = host.faults
        self.max_payload = MAX_PAYLOAD
        self.reversed: dict[str, str] = {}
        self._reader = reader
        self._writer = writer
        # Not before the client's version is known: adb that connects again leaves the sum out of its CNXN already.
        self._checked = False
        self._online = False
        self._token = b""
        self._streams: dict[int, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_id = 1
        self._turn = asyncio.Lock()
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def serve(self) -> None:
        """Answer packets until the link ends; every service of it has ended then."""
        try:
            while True:
                await self._answer(await read_packet(self._reader, checked=self._checked))
        except (asyncio.IncompleteReadError, ConnectionError, WireError):
            pass  # a device only drops the link
        finally:
            await self._end()

    async def send(self, packet: Packet) -> None:
        """Send a packet whole; on a link that is gone, nothing."""
        await self.faults.pass_stall()
        async with self._turn:
            if self._writer.is_closing():
                return
            self._writer.write(packet.encode())
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()

    async def cut(self, parting: bytes) -> None:
        """Send the last bytes and hang up."""
        async with self._turn:
            if not self._writer.is_closing():
                self._writer.write(parting)
                with contextlib.suppress(ConnectionError):
                    await self._writer.drain()
                self._writer.close()
        self._reader.feed_eof()

    def abort(self) -> None:
        """Hang up at once."""
        self._writer.transport.abort()

    async def _end(self) -> None:
        for stream in self._streams.values():
            stream.closed_by_peer()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writer.close()
        with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 1)

    async def _answer(self, packet: Packet) -> None:
        match packet.word:
            case Word.CNXN:
                await self._introduced(packet)
            case Word.AUTH:
                await self._authenticate(packet)
            case Word.OPEN if self._online:
                await self._open(packet)
            case Word.OKAY if self._online and (stream := self._streams.get(packet.second)):
                stream.acknowledged()
            case Word.WRTE if self._online and (stream := self._streams.get(packet.second)):
                stream.arrived(packet.payload)
            case Word.WRTE if self._online:  # of a stream that is closed here: the client must not wait for it
                await self.send(Packet(Word.CLSE, 0, packet.first))
            case Word.CLSE if self._online and (stream := self._streams.get(packet.second)):
                stream.closed_by_peer()
            case Word.STLS | Word.OPEN | Word.OKAY | Word.WRTE | Word.CLSE:
                pass  # before it is online, or of a stream long gone
            case _:
                raise WireError(f"no packet starts with {packet.word:#010x}")

    async def _introduced(self, packet: Packet) -> None:
        self._checked = packet.first <= VERSION_WITH_CHECKSUM
        self.max_payload = min(MAX_PAYLOAD, packet.second)
        if self.host.needs_key():
            self._token = secrets.token_bytes(TOKEN_SIZE)
            await self.send(Packet(Word.AUTH, Auth.TOKEN, 0, self._token))
        else:
            await self._come_online()

    async def _authenticate(self, packet: Packet) -> None:
        if packet.first == Auth.SIGNATURE:
            if self.host.knows(self._token, packet.payload):
                await self._come_online()
                return
            # A new token for the client's next key; when it has none left it sends its public key.
            self._token = secrets.token_bytes(TOKEN_SIZE)
            await self.send(Packet(Word.AUTH, Auth.TOKEN, 0, self._token))
        elif packet.first == Auth.PUBLIC_KEY:
            try:
                key = PublicKey.parse(packet.payload)
            except KeyFormatError as error:
                raise WireError(str(error)) from error
            if await self.host.admit(key):
                await self._come_online()
            # A refusal is silence: the dialog on a phone may still be answered later.

    async def _come_online(self) -> None:
        self._online = True
        await self.send(Packet(Word.CNXN, VERSION, MAX_PAYLOAD, self.host.banner()))

    async def _open(self, packet: Packet) -> None:
        # What follows a NUL is not seen by adbd either: it takes the name as a C string.
        name = packet.payload.split(b"\0", 1)[0].decode(errors="surrogateescape")
        service = self.host.find(name)
        if service is None:
            await self.send(Packet(Word.CLSE, 0, packet.first))
            return
        stream = Stream(self, self._next_id, packet.first, name)
        self._next_id += 1
        self._streams[stream.local] = stream
        await self.send(Packet(Word.OKAY, stream.local, stream.remote))
        task = asyncio.create_task(self._serve_stream(stream, service))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_stream(self, stream: Stream, service: Service) -> None:
        try:
            await service(stream)
        except StreamClosedError:
            pass  # the client has seen enough
        except Exception as error:  # noqa: BLE001  a bug: it is kept for whoever closes the stand-in
            self.host.failed(stream.service, error)
        finally:
            # adb-shell waits for the CLSE that answers its own.
            await stream.close()
            self._streams.pop(stream.local, None)

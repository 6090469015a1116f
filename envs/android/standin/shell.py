"""What runs a command line on the phone, and the services of ADB's that ask for it."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from envs.android.standin.streams import Stream, StreamClosedError

_PACKET = struct.Struct("<BI")
_HANGUP_SECONDS = 1.0
"""A process whose client left still gets so long to notice its closed pipes."""


class Pipes(Protocol):
    """Standard input, output and error of a command."""

    async def read(self) -> bytes:
        """Bytes of the standard input; b"" at its end."""
        ...

    async def out(self, data: bytes) -> None: ...

    async def err(self, data: bytes) -> None: ...


class Shell(Protocol):
    """Runs command lines."""

    name: str

    async def run(self, line: bytes, pipes: Pipes, *, terminal: bool) -> int:
        """Run a line, or an interactive shell when it is empty, and return its exit code.

        Args:
            terminal: standard input and output are a raw pseudo-terminal: both outputs are one then.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """An entry of the log: a command line that came by ADB, or one of Android's commands inside it."""

    what: str
    code: int
    seconds: float
    began: float
    """`time.monotonic()` then."""


class RawPipes:
    """Of the old `shell:` and of `exec:`: one stream carries all, and no exit code."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def read(self) -> bytes:
        return await self._stream.read()

    async def out(self, data: bytes) -> None:
        await self._stream.write(data)

    err = out


class Kind(IntEnum):
    """The packets of shell v2."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    EXIT = 3
    CLOSE_STDIN = 4
    WINDOW_SIZE = 5


class PacketPipes:
    """Of `shell,v2:`: packets say which pipe is meant, the last one the exit code."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ended = False

    async def read(self) -> bytes:
        while not self._ended:
            try:
                kind, length = _PACKET.unpack(await self._stream.read_exactly(_PACKET.size))
                data = await self._stream.read_exactly(length)
            except StreamClosedError:
                self._ended = True
                break
            if kind == Kind.CLOSE_STDIN:
                self._ended = True
            elif kind == Kind.STDIN and data:
                return data
        return b""

    async def _send(self, kind: Kind, data: bytes) -> None:
        room = max(1, self._stream.link.max_payload - _PACKET.size)
        for at in range(0, len(data), room):
            part = data[at : at + room]
            await self._stream.write(_PACKET.pack(kind, len(part)) + part)

    async def out(self, data: bytes) -> None:
        await self._send(Kind.STDOUT, data)

    async def err(self, data: bytes) -> None:
        await self._send(Kind.STDERR, data)

    async def exit(self, code: int) -> None:
        await self._send(Kind.EXIT, bytes([code & 0xFF]))


class ShellServices:
    """`shell:`, `shell,v2,…:` and `exec:` over a shell."""

    def __init__(self, shell: Shell, log: deque[Ran]) -> None:
        self.shell = shell
        self.log = log

    async def shell_service(self, stream: Stream) -> None:
        """`shell[,v2][,TERM=…][,raw|pty]:line`: the old kind is on a terminal, the new one when it has no line."""
        head, _, line = stream.service.partition(":")
        options = head.split(",")[1:]
        if "v2" not in options:
            await self._run(stream, line, RawPipes(stream), terminal="raw" not in options)
            return
        pipes = PacketPipes(stream)
        terminal = "pty" in options or ("raw" not in options and not line)
        code = await self._run(stream, line, pipes, terminal=terminal)
        if code is not None:
            await pipes.exit(code)

    async def exec_service(self, stream: Stream) -> None:
        """`exec:line`: bytes in and out, nothing between."""
        await self._run(stream, stream.service.partition(":")[2], RawPipes(stream), terminal=False)

    async def _run(self, stream: Stream, line: str, pipes: Pipes, *, terminal: bool) -> int | None:
        began = time.monotonic()
        run = asyncio.ensure_future(self.shell.run(line.encode(errors="surrogateescape"), pipes, terminal=terminal))
        gone = asyncio.ensure_future(stream.hung_up.wait())
        code: int | None = None
        try:
            await asyncio.wait({run, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not run.done() and not terminal:
                await asyncio.wait({run}, timeout=_HANGUP_SECONDS)
            if run.done():
                code = run.result()
        finally:
            gone.cancel()
            if not run.done():
                run.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await run
            elif not run.cancelled():
                run.exception()  # taken note of: who hung up in the middle of an answer does not wait for its end
            self.log.append(Ran(stream.service, -1 if code is None else code, time.monotonic() - began, began))
        return code

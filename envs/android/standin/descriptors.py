"""Reading and writing file descriptors of pipes and terminals on the event loop, with their own back pressure."""

from __future__ import annotations

import asyncio
import os

CHUNK = 1 << 16


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def readable(fd: int) -> None:
    """Wait until there is something to read, or the end."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(fd, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_reader(fd)


async def _writable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_writer(fd, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_writer(fd)


async def read(fd: int) -> bytes:
    """What is there of a non-blocking descriptor; b"" at its end."""
    while True:
        try:
            return os.read(fd, CHUNK)
        except BlockingIOError:
            await readable(fd)
        except OSError:  # EIO: nobody holds the other end of a terminal any more
            return b""


async def write(fd: int, data: bytes) -> None:
    """Write all to a non-blocking descriptor.

    Raises:
        BrokenPipeError: nobody reads it.
    """
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            await _writable(fd)

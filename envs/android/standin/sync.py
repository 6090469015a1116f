"""The `sync:` service: files pushed, pulled, listed and looked up."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from envs.android.standin.root import Root
from envs.android.standin.streams import Stream, StreamClosedError

CHUNK = 64 * 1024
_LONGEST_PATH = 1024
_STAT_V1 = struct.Struct("<4s3I")
_STAT_V2 = struct.Struct("<4sI2Q4IQ3q")  # id, error, dev, ino, mode, links, uid, gid, size, three times
_DENT_V1 = struct.Struct("<4s4I")
_UID = 2000
"""Everything belongs to the user `shell` on the phone, whoever runs the stand-in."""


class SyncService:
    """Reads and writes the same files as the shell."""

    def __init__(self, root: Root) -> None:
        self._root = root

    async def serve(self, stream: Stream) -> None:
        """Answer requests until QUIT or the client goes."""
        while True:
            try:
                request, length = struct.unpack("<4sI", await stream.read_exactly(8))
            except StreamClosedError:
                return
            if request == b"QUIT":
                return
            if length > _LONGEST_PATH:
                await self._fail(stream, "path too long")
                return
            path = (await stream.read_exactly(length)).decode(errors="surrogateescape")
            match request:
                case b"STAT":
                    await stream.write(_stat_v1(self._status(path, follow=False)))
                case b"LST2" | b"STA2":
                    await stream.write(self._stat_v2(request, path))
                case b"LIST" | b"LIS2":
                    await stream.write(b"".join(self._list(request, path)))
                case b"RECV":
                    await self._recv(stream, path)
                case b"SEND":
                    await self._send(stream, path)
                case _:
                    await self._fail(stream, f"unknown command {int.from_bytes(request, 'little'):08x}")
                    return

    async def _fail(self, stream: Stream, reason: str) -> None:
        text = reason.encode(errors="surrogateescape")
        await stream.write(b"FAIL" + struct.pack("<I", len(text)) + text)

    def _status(self, path: str, *, follow: bool) -> os.stat_result | OSError:
        try:
            return self._root.locate(path, follow=follow).lstat()
        except OSError as error:
            return error

    def _stat_v2(self, request: bytes, path: str) -> bytes:
        return _STAT_V2.pack(request, *_fields_v2(self._status(path, follow=request == b"STA2")))

    def _list(self, request: bytes, path: str) -> Iterator[bytes]:
        try:
            folder = self._root.locate(path)
            names = [".", "..", *sorted(entry.name for entry in folder.iterdir())]
        except OSError:
            folder, names = Path(), []  # as adbd: a folder that cannot be read is empty
        for name in names:
            encoded = os.fsencode(name)
            found = (folder if name in {".", ".."} else folder / name).lstat()
            if request == b"LIST":
                yield _DENT_V1.pack(b"DENT", found.st_mode, _low(found.st_size), int(found.st_mtime), len(encoded))
            else:
                yield _STAT_V2.pack(b"DNT2", *_fields_v2(found)) + struct.pack("<I", len(encoded))
            yield encoded
        # The end is a record of its own, as long as the others.
        yield b"DONE" + bytes(_DENT_V1.size - 4 if request == b"LIST" else _STAT_V2.size)

    async def _recv(self, stream: Stream, path: str) -> None:
        try:
            where = self._root.locate(path)
            if not stat.S_ISREG(where.stat().st_mode):  # a pipe of the shell's would hold up the whole phone
                await self._fail(stream, "read failed: Is a directory" if where.is_dir() else "read failed: not a file")
                return
            with where.open("rb") as source:
                while chunk := source.read(CHUNK):
                    await stream.write(b"DATA" + struct.pack("<I", len(chunk)) + chunk)
        except StreamClosedError:
            raise
        except OSError as error:
            await self._fail(stream, f"open failed: {error.strerror}")
            return
        await stream.write(b"DONE" + bytes(4))

    async def _send(self, stream: Stream, target: str) -> None:
        path, _, mode = target.rpartition(",")
        # What was sent is read to its end even when it cannot be kept: the client reads the answer only then.
        with tempfile.TemporaryFile() as held:
            while True:
                part, length = struct.unpack("<4sI", await stream.read_exactly(8))
                if part != b"DATA" or length > CHUNK:
                    break
                held.write(await stream.read_exactly(length))
            if part != b"DONE":
                await self._fail(stream, "oversize data message" if part == b"DATA" else f"invalid message {part!r}")
                return
            held.seek(0)
            try:
                self._keep(path, int(mode), held, modified=length)
            except (OSError, ValueError) as error:
                await self._fail(stream, f"couldn't create file: {getattr(error, 'strerror', None) or error}")
                return
        await stream.write(b"OKAY" + bytes(4))

    def _keep(self, path: str, mode: int, held: IO[bytes], modified: int) -> None:
        where = self._root.locate(path, follow=False)
        where.parent.mkdir(parents=True, exist_ok=True)
        if where.is_symlink() or where.is_file():
            where.unlink()
        if stat.S_ISLNK(mode):
            where.symlink_to(os.fsdecode(held.read().rstrip(b"\0")))
            return
        with where.open("wb") as file:
            shutil.copyfileobj(held, file)
        os.utime(where, (modified, modified))
        where.chmod(mode & 0o777 | 0o600)


def _low(size: int) -> int:
    return size & 0xFFFFFFFF


def _stat_v1(found: os.stat_result | OSError) -> bytes:
    if isinstance(found, OSError):
        return _STAT_V1.pack(b"STAT", 0, 0, 0)
    return _STAT_V1.pack(b"STAT", found.st_mode, _low(found.st_size), int(found.st_mtime))


def _fields_v2(found: os.stat_result | OSError) -> tuple[int, ...]:
    if isinstance(found, OSError):
        return (found.errno or 5, *[0] * 10)
    times = (int(found.st_atime), int(found.st_mtime), int(found.st_ctime))
    return (0, found.st_dev, found.st_ino, found.st_mode, found.st_nlink, _UID, _UID, found.st_size, *times)

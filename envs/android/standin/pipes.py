"""Standard input, output and error of a program of the built-in shell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from envs.android.standin.root import Root


def once(data: bytes) -> Callable[[], Awaitable[bytes]]:
    """A standard input with these bytes in it."""
    left = [data] if data else []

    async def read() -> bytes:
        return left.pop() if left else b""

    return read


@dataclass(slots=True)
class Io:
    """Standard input, output and error of a program, and the files it sees."""

    read: Callable[[], Awaitable[bytes]]
    out: Callable[[bytes], Awaitable[None]]
    err: Callable[[bytes], Awaitable[None]]
    root: Root

    async def say(self, text: str) -> None:
        """Print to the standard output."""
        await self.out(text.encode(errors="surrogateescape"))

    async def complain(self, text: str) -> None:
        """Print to the standard error."""
        await self.err(text.encode(errors="surrogateescape"))

    async def read_all(self) -> bytes:
        """The standard input to its end."""
        parts = []
        while data := await self.read():
            parts.append(data)
        return b"".join(parts)

    async def contents(self, name: str, paths: list[str]) -> tuple[bytes, int]:
        """The files, or the standard input without any, and 1 when one could not be read."""
        if not paths or paths == ["-"]:
            return await self.read_all(), 0
        parts, code = [], 0
        for path in paths:
            try:
                parts.append(b"" if path == "/dev/null" else self.root.locate(path).read_bytes())
            except OSError as error:
                await self.complain(f"{name}: {path}: {error.strerror}\n")
                code = 1
        return b"".join(parts), code

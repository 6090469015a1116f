"""The unix socket by which a command inside the sandbox asks the phone outside it."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from envs.android.standin.system import Answer, System


class Gateway:
    """Serves the shims of `mksh.py`: argument count, name, directory and arguments in, an answer out."""

    def __init__(self, system: System, path: Path) -> None:
        self._system = system
        self._path = path
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; a command that asks before then fails."""
        self._server = await asyncio.start_unix_server(self._accept, self._path, limit=1 << 22)
        self._path.chmod(0o666)  # inside, the shell is another user

    async def close(self) -> None:
        """Stop listening and end the calls under way."""
        if self._server is not None:
            self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.current_task()
        assert call is not None
        self._calls.add(call)
        try:
            words = [await _word(reader)]
            words += [await _word(reader) for _ in range(int(words[0]) + 2)]
            answer = await self._system.run(words[1], words[3:], cwd=words[2])
            writer.write(_encode(answer))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
            pass  # the command was killed, or the phone is switched off
        except Exception as error:  # noqa: BLE001  a bug, or a broken screen: kept for whoever closes the stand-in
            self._system.failures.append(error)
        finally:
            self._calls.discard(call)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()


async def _word(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\0"))[:-1].decode(errors="surrogateescape")


def _encode(answer: Answer) -> bytes:
    errors = answer.err.encode(errors="surrogateescape")
    # Where both are text they arrive in the order a command prints them; a picture comes last.
    said = answer.out if errors and b"\0" not in answer.out else b""
    rest = answer.out[len(said) :]
    return f"{answer.code & 0xFF} {len(said)} {len(errors)} {int(answer.hold)}\n".encode() + said + errors + rest

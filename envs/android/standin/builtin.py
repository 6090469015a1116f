"""The shell of the stand-in where there is no mksh: strict, in this process, with the few programs a driver needs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from envs.android.standin import programs, syntax
from envs.android.standin.pipes import Io, once
from envs.android.standin.root import Root
from envs.android.standin.shell import Pipes
from envs.android.standin.system import System
from envs.android.standin.words import ShellSyntaxError, UnsupportedError

_SH = "/system/bin/sh"
_NOT_FOUND = 127
_WRITABLE = ("/sdcard/", "/data/local/tmp/", "/storage/emulated/0/")
_FOREVER = 86400.0

Sink = Callable[[bytes], Awaitable[None]]


class ExitShellError(Exception):
    """`exit` was run."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def _discard(data: bytes) -> None:
    """Where /dev/null leads."""


@dataclass(slots=True)
class _State:
    """Of one shell: the exit code of the command before, and what runs in the background."""

    status: int = 0
    jobs: list[asyncio.Task[int]] = field(default_factory=list)

    async def end_jobs(self) -> None:
        """What still runs ends with its shell, as in the sandbox."""
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)


class BuiltinShell:
    """Understands what `syntax.py` does, and refuses the rest with a message and exit code 2."""

    name = "builtin"

    def __init__(self, system: System, root: Root) -> None:
        self._system = system
        self._root = root

    async def run(self, line: bytes, pipes: Pipes, *, terminal: bool) -> int:
        """See `Shell.run`. An interactive shell takes its input line by line."""
        state = _State()
        if line:
            return await self._line(os.fsdecode(line), pipes, state, prefix=f"{_SH}: ")
        waiting = b""
        try:
            while True:
                while b"\n" not in waiting and b"\r" not in waiting:
                    if not (data := await pipes.read()):
                        return state.status
                    waiting += data
                first, waiting = (waiting.replace(b"\r", b"\n")).split(b"\n", 1)
                state.status = await self._line(os.fsdecode(first), pipes, state, prefix=f"{_SH}: ", leave=True)
        except ExitShellError as exiting:
            return exiting.code

    async def _line(self, line: str, pipes: Pipes, state: _State, *, prefix: str, leave: bool = False) -> int:
        try:
            pipelines = syntax.parse(line)
        except UnsupportedError as error:
            await pipes.err(f"{prefix}built-in shell: {error}\n".encode(errors="surrogateescape"))
            return 2
        except ShellSyntaxError as error:
            await pipes.err(f"{prefix}{error}\n".encode(errors="surrogateescape"))
            return 1
        try:
            await self._list(pipelines, Io(pipes.read, pipes.out, pipes.err, self._root), state)
        except ExitShellError as exiting:
            if leave:
                raise
            return exiting.code
        finally:
            await state.end_jobs()
        return state.status

    async def _list(self, pipelines: list[syntax.Pipeline], io: Io, state: _State) -> None:
        for pipeline in pipelines:
            if pipeline.when != ";" and (pipeline.when == "&&") != (state.status == 0):
                continue
            if pipeline.background:
                apart = Io(once(b""), io.out, io.err, self._root)
                job = self._group([syntax.Pipeline(";", pipeline.commands)], apart, state.status)
                state.jobs.append(asyncio.create_task(job))
                state.status = 0
            else:
                state.status = await self._pipeline(pipeline, io, state)

    async def _group(self, pipelines: list[syntax.Pipeline], io: Io, status: int) -> int:
        """A shell within the shell: `exit` ends it alone."""
        state = _State(status)
        try:
            await self._list(pipelines, io, state)
        except ExitShellError as exiting:
            return exiting.code
        finally:
            await state.end_jobs()
        return state.status

    async def _pipeline(self, pipeline: syntax.Pipeline, outer: Io, state: _State) -> int:
        """Run the commands one after the other, each reading all that the one before wrote."""
        source: Callable[[], Awaitable[bytes]] = outer.read
        status = state.status
        for number, command in enumerate(pipeline.commands):
            last = number == len(pipeline.commands) - 1
            held = bytearray()

            async def keep(data: bytes, held: bytearray = held) -> None:
                held.extend(data)

            io = Io(source, outer.out if last else keep, outer.err, self._root)
            try:
                status = await self._command(command, io, state)
            except ExitShellError as exiting:
                if len(pipeline.commands) == 1:
                    raise
                status = exiting.code  # in a pipe it ends its own part only
            source = once(bytes(held))
        return status

    async def _command(self, command: syntax.Command, io: Io, state: _State) -> int:
        words = ["".join(str(state.status) if part is None else part for part in word) for word in command.words]
        try:
            self._redirect(command, io, state)
        except OSError as error:
            await io.complain(f"{_SH}: can't create {error.filename}: {error.strerror}\n")
            return 1
        if command.group is not None:
            return await self._group(command.group, io, state.status)
        if not words:
            return 0
        name, *args = words
        if name == "wait":
            await asyncio.gather(*state.jobs)
            return 0
        if name == "exit" and len(args) > 1:
            await io.complain(f"{_SH}: exit: too many arguments\n")
            raise ExitShellError(1)
        if name == "exit":
            raise ExitShellError(_exit_code(args, state.status))
        if name.removeprefix("/system/bin/") in self._system.commands:
            answer = await self._system.run(name.removeprefix("/system/bin/"), args)
            if answer.out:
                await io.out(answer.out)
            if answer.err:
                await io.complain(answer.err)
            if answer.hold:
                await programs.sleep([str(_FOREVER)], io)
            return answer.code & 0xFF
        program = programs.PROGRAMS.get(name.removeprefix("/system/bin/"))
        if program is None:
            await io.complain(f"{_SH}: {name}: inaccessible or not found\n")
            return _NOT_FOUND
        return await program(args, io)

    def _redirect(self, command: syntax.Command, io: Io, state: _State) -> None:
        for redirect in command.redirects:
            target = "".join(str(state.status) if part is None else part for part in redirect.target)
            if redirect.mode == "copy":
                sink = io.out if target == "1" else io.err
            elif redirect.mode == "read":
                io.read = once(b"" if target == "/dev/null" else self._root.locate(target).read_bytes())
                continue
            else:
                sink = self._sink(target, truncate=redirect.mode == "write")
            if redirect.descriptor == 1:
                io.out = sink
            elif redirect.descriptor == 2:
                io.err = sink

    def _sink(self, target: str, *, truncate: bool) -> Sink:
        if target == "/dev/null":
            return _discard
        where = self._root.locate(target)
        told = "/" + str(where.relative_to(self._root.folder))
        if not told.startswith(_WRITABLE):
            raise OSError(30, "Read-only file system", target)
        where.open("wb" if truncate else "ab").close()

        async def append(data: bytes) -> None:
            with where.open("ab") as file:
                file.write(data)

        return append


def _exit_code(args: list[str], status: int) -> int:
    return int(args[0]) & 0xFF if args and args[0].isdecimal() else status

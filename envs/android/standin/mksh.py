"""The real shell of Android: mksh and toybox, as Debian packages them, in a root of their own under bubblewrap."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import shutil
import subprocess
import tty
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from pathlib import Path

from envs.android.standin import descriptors
from envs.android.standin.root import Root
from envs.android.standin.shell import Pipes

_NEEDED = ("bwrap", "mksh", "toybox")
_NOT_TOYBOX = ("halt", "poweroff", "reboot", "sh")
_LIBRARIES = ("/lib", "/lib64", "/lib32", "/usr/lib")
_ENVIRONMENT = {
    "PATH": "/system/bin",
    "HOME": "/",
    "TMPDIR": "/data/local/tmp",
    "ANDROID_ROOT": "/system",
    "ANDROID_DATA": "/data",
    "EXTERNAL_STORAGE": "/sdcard",
    "USER": "shell",
    "HOSTNAME": "standin",
    "LANG": "C.UTF-8",
}
# Sends the directory and the arguments, NUL after each, and plays the answer: exit code, lengths of a text for the
# standard output and of one for the standard error, whether it goes on, the two texts, and bytes for the standard
# output, as shell variables hold no NUL. `read -N` counts bytes when UTF-8 mode is off.
_SHIM = r"""#!/system/bin/sh
set +U
{ print -n "$#\0"; for word in "${0##*/}" "$PWD" "$@"; do print -nr -- "$word"; print -n '\0'; done; } \
| toybox nc -U /dev/socket/phone \
| { read -r code said wrong hold || { print -u2 "${0##*/}: the phone does not answer"; exit 1; }
    if (( said )); then IFS= read -rN "$said" text; print -nr -- "$text"; fi
    if (( wrong )); then IFS= read -rN "$wrong" text; print -nru2 -- "$text"; fi
    toybox cat
    if (( hold )); then toybox sleep 86400; fi
    exit "$code"; }
"""


@cache
def missing() -> str | None:
    """Why this shell cannot run here, or None."""
    for program in _NEEDED:
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: apt install mksh toybox bubblewrap)"
    probe = ["bwrap", "--unshare-all", "--die-with-parent", "--uid", "2000", "--ro-bind", "/", "/", "true"]
    done = subprocess.run(probe, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    return None if done.returncode == 0 else f"bwrap cannot make namespaces here: {done.stderr.strip()}"


class MkshShell:
    """Runs each line in its own namespaces: no network, only its own processes, and dead when its parent is."""

    name = "mksh"

    def __init__(self, root: Root, sockets: Path, commands: Iterable[str]) -> None:
        """
        Args:
            sockets: a folder with the unix socket `phone` of the gateway.
            commands: Android's own, each of which asks that socket.
        """
        programs = root.folder / "system/bin"
        listed = subprocess.run(["toybox"], capture_output=True, text=True, timeout=20, check=True).stdout.split()  # noqa: S607
        for name in listed:
            if name not in _NOT_TOYBOX and "[" not in name:
                (programs / name).symlink_to("toybox")
        shim = programs / "android-command"
        shim.write_text(_SHIM)
        shim.chmod(0o755)
        for name in commands:
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(shim.name)
        for name in ("sh", "mksh", "toybox"):
            (programs / name).touch()  # something to mount the real one on
        self._prefix = self._sandbox(root, sockets)

    @staticmethod
    def _sandbox(root: Root, sockets: Path) -> list[str]:
        mksh, toybox, gzip = shutil.which("mksh"), shutil.which("toybox"), shutil.which("gzip")
        assert mksh is not None
        assert toybox is not None
        argv = [
            "bwrap",
            "--unshare-all",
            "--die-with-parent",
            "--as-pid-1",
            "--uid",
            "2000",
            "--gid",
            "2000",
            "--hostname",
            "standin",
        ]
        argv += ["--bind", str(root.folder), "/", "--ro-bind", str(root.folder / "system"), "/system"]
        for library in _LIBRARIES:
            argv += ["--ro-bind-try", library, library]
        argv += ["--ro-bind", mksh, "/system/bin/sh", "--ro-bind", mksh, "/system/bin/mksh"]
        argv += ["--ro-bind", toybox, "/system/bin/toybox"]
        if gzip:
            programs = root.folder / "system/bin"
            (programs / "gzip").unlink(missing_ok=True)
            (programs / "gzip").touch()
            argv += ["--ro-bind", gzip, "/system/bin/gzip"]
        argv += [
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--bind",
            str(sockets),
            "/dev/socket",
            "--chdir",
            "/",
            "--clearenv",
        ]
        for name, value in _ENVIRONMENT.items():
            argv += ["--setenv", name, value]
        return argv

    async def run(self, line: bytes, pipes: Pipes, *, terminal: bool) -> int:
        """See `Shell.run`."""
        if line:
            argv: list[str | bytes] = [*self._prefix, "/system/bin/sh", "-c", line]
        else:
            argv = [*self._prefix, "/system/bin/sh", *(["-i"] if terminal else [])]
        return await (_run_on_terminal(argv, pipes) if terminal else _run_on_pipes(argv, pipes))


async def _run_on_terminal(argv: list[str | bytes], pipes: Pipes) -> int:
    # The terminal becomes that of the shell's session, for job control and Ctrl-C.
    setsid = shutil.which("setsid")
    argv = [setsid, "--ctty", *argv] if setsid else argv
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    try:
        process = subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=not setsid)  # noqa: S603
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return await _attend(process, pipes, stdin=ours, stdout=ours, stderr=None)


async def _run_on_pipes(argv: list[str | bytes], pipes: Pipes) -> int:
    process = subprocess.Popen(  # noqa: S603
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True
    )
    ends: list[int] = []
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe is not None
        ends.append(os.dup(pipe.fileno()))  # ours to close, at the time we choose
        os.set_blocking(ends[-1], False)
        pipe.close()
    return await _attend(process, pipes, stdin=ends[0], stdout=ends[1], stderr=ends[2])


async def _attend(
    process: subprocess.Popen[bytes], pipes: Pipes, *, stdin: int, stdout: int, stderr: int | None
) -> int:
    """Carry bytes until the process has ended and all it wrote is delivered; kill it when cancelled."""
    held = {stdin, stdout} if stderr is None else {stdin, stdout, stderr}
    feeding = asyncio.ensure_future(_feed(stdin, pipes, held, close=stderr is not None))
    carrying = [asyncio.ensure_future(_carry(stdout, pipes.out))]
    if stderr is not None:
        carrying.append(asyncio.ensure_future(_carry(stderr, pipes.err)))
    try:
        await asyncio.gather(*carrying)
        await _ended(process)
    finally:
        for task in (feeding, *carrying):
            task.cancel()
        await asyncio.gather(feeding, *carrying, return_exceptions=True)
        if process.poll() is None:
            process.kill()
        process.wait()
        for fd in held:
            os.close(fd)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


async def _feed(fd: int, pipes: Pipes, held: set[int], *, close: bool) -> None:
    with contextlib.suppress(BrokenPipeError, OSError):  # it need not read what it is given
        while data := await pipes.read():
            await descriptors.write(fd, data)
    if close:
        held.discard(fd)  # the number may be another pipe's from here on
        os.close(fd)


async def _carry(fd: int, sink: Callable[[bytes], Awaitable[None]]) -> None:
    while data := await descriptors.read(fd):
        await sink(data)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    pidfd = os.pidfd_open(process.pid)
    try:
        await descriptors.readable(pidfd)
    finally:
        os.close(pidfd)

"""The programs of the built-in shell: what toybox and mksh would run, as far as a driver needs it."""

from __future__ import annotations

import asyncio
import base64 as codec
import gzip as compression
import re
import shutil
import stat
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from envs.android.standin.pipes import Io
from envs.android.standin.printing import echo, printf

Program = Callable[[list[str], Io], Awaitable[int]]


async def cat(args: list[str], io: Io) -> int:
    """`cat [file…]`: the standard input arrives as it comes."""
    if args and args != ["-"]:
        data, code = await io.contents("cat", args)
        await io.out(data)
        return code
    while data := await io.read():
        await io.out(data)
    return 0


async def ls(args: list[str], io: Io) -> int:
    """`ls [-la1d] [path…]`"""
    options = "".join(word[1:] for word in args if word.startswith("-"))
    paths = [word for word in args if not word.startswith("-")] or ["/"]
    code = 0
    for path in paths:
        try:
            where = io.root.locate(path)
            found = where.lstat()
            if stat.S_ISDIR(found.st_mode) and "d" not in options:
                entries = sorted(where.iterdir())
                shown = [(one.name, one) for one in entries if "a" in options or not one.name.startswith(".")]
                if "a" in options:
                    shown = [(".", where), ("..", where), *shown]
                if len(paths) > 1:
                    await io.say(f"\n{path}:\n")
            else:
                shown = [(path, where)]
        except OSError as error:
            await io.complain(f"ls: {path}: {error.strerror}\n")
            code = 1
            continue
        await io.say("".join(f"{_long(one, name) if 'l' in options else name}\n" for name, one in shown))
    return code


def _long(where: Path, name: str) -> str:
    found = where.lstat()
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(found.st_mtime))
    return f"{stat.filemode(found.st_mode)} {found.st_nlink} shell shell {found.st_size:>7} {when} {name}"


async def rm(args: list[str], io: Io) -> int:
    """`rm [-rf] path…`"""
    options = "".join(word[1:] for word in args if word.startswith("-"))
    code = 0
    for path in (word for word in args if not word.startswith("-")):
        try:
            where = io.root.locate(path, follow=False)
            if where == io.root.folder or where.relative_to(io.root.folder).parts[0] == "system":
                raise OSError(30, "Read-only file system")
            if where.is_dir() and not where.is_symlink():
                if not set(options) & {"r", "R"}:
                    raise OSError(21, "Is a directory")
                shutil.rmtree(where)
            else:
                where.unlink()
        except OSError as error:
            if "f" not in options or error.errno != 2:
                await io.complain(f"rm: {path}: {error.strerror}\n")
                code = 1
    return code


async def mkdir(args: list[str], io: Io) -> int:
    """`mkdir [-p] path…`"""
    code = 0
    for path in (word for word in args if not word.startswith("-")):
        try:
            io.root.locate(path).mkdir(parents="-p" in args, exist_ok="-p" in args)
        except OSError as error:
            await io.complain(f"mkdir: '{path}': {error.strerror}\n")
            code = 1
    return code


async def base64(args: list[str], io: Io) -> int:
    """`base64 [-d] [-w N] [file]`"""
    width, paths, waiting = 76, list[str](), list(args)
    while waiting:
        word = waiting.pop(0)
        if word == "-w":
            width = int(waiting.pop(0)) if waiting else 76
        elif not word.startswith("-") or word == "-":
            paths.append(word)
    data, code = await io.contents("base64", paths)
    if "-d" in args:
        await io.out(codec.b64decode(re.sub(rb"\s", b"", data)))
        return code
    text = codec.b64encode(data).decode()
    lines = [text] if width == 0 else [text[at : at + width] for at in range(0, len(text), width)]
    await io.say("".join(line + "\n" for line in lines) if width else text)
    return code


async def gzip(args: list[str], io: Io) -> int:
    """`gzip [-1…-9]` of the standard input."""
    level = next((int(word[1]) for word in args if re.fullmatch(r"-[1-9]", word)), 6)
    await io.out(compression.compress(await io.read_all(), level))
    return 0


async def grep(args: list[str], io: Io) -> int:
    """`grep [-EFivqcm N] pattern [file…]`"""
    options = "".join(word[1:] for word in args if re.fullmatch("-[EFivqc]+", word))
    words = [word for word in args if not re.fullmatch("-[EFivqc]+", word)]
    if not words or words[0].startswith("-"):
        await io.complain("grep: this use is not supported by the built-in shell\n")
        return 2
    data, failed = await io.contents("grep", words[1:])
    if failed and len(words) == 2:
        return 2
    pattern = re.escape(words[0]) if "F" in options else words[0]
    wanted = re.compile(pattern, re.IGNORECASE if "i" in options else 0)
    lines = data.decode(errors="surrogateescape").splitlines()
    found = [line for line in lines if (wanted.search(line) is not None) != ("v" in options)]
    if "q" not in options:
        await io.say(f"{len(found)}\n" if "c" in options else "".join(f"{line}\n" for line in found))
    return failed * 2 or int(not found)


async def wc(args: list[str], io: Io) -> int:
    """`wc -c|-l [file]`"""
    paths = [word for word in args if not word.startswith("-")]
    data, code = await io.contents("wc", paths)
    count = len(data) if "-c" in args else data.count(b"\n")
    await io.say(" ".join([str(count), *paths]) + "\n")
    return code


async def sleep(args: list[str], io: Io) -> int:
    """`sleep seconds`"""
    try:
        await asyncio.sleep(float(args[0]))
    except (IndexError, ValueError):
        await io.complain("sleep: needs a number of seconds\n")
        return 1
    return 0


async def pwd(args: list[str], io: Io) -> int:
    """`pwd`: there is no cd."""
    await io.say("/\n")
    return 0


async def true(args: list[str], io: Io) -> int:
    """`true` and `:`"""
    return 0


async def false(args: list[str], io: Io) -> int:
    """`false`"""
    return 1


PROGRAMS: dict[str, Program] = {
    ":": true,
    "base64": base64,
    "cat": cat,
    "echo": echo,
    "false": false,
    "grep": grep,
    "gzip": gzip,
    "ls": ls,
    "mkdir": mkdir,
    "printf": printf,
    "pwd": pwd,
    "rm": rm,
    "sleep": sleep,
    "true": true,
    "wc": wc,
}

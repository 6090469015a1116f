"""Compiles native.cpp or resize.cpp for this processor, once; later runs load what was built.

The library lies in the user's cache folder under a name made of the source, the compiler, its flags and the processor,
so that none of them can change under it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from model.base import ModelError

SOURCE = Path(__file__).with_name("native.cpp")

# Not -ffast-math: infinities and the order of sums mean something here.
_FLAGS = ("-O3", "-std=c++17", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fopenmp", "-shared",
          "-fPIC")  # fmt: skip
_TIMEOUT = 300.0


class NoCompilerError(ModelError):
    """The native kernels cannot be built here; torch's own serve instead."""


def compiler() -> str:
    """The C++ compiler: $CXX, else g++, else clang++. Raises NoCompilerError."""
    for name in (os.environ.get("CXX"), "g++", "clang++"):
        if name and (found := shutil.which(name)):
            return found
    raise NoCompilerError(
        "no C++ compiler was found, so torch's own kernels serve (decoding takes about twice as long); "
        "install g++ (on Debian: apt install g++) or set CXX"
    )


def cache_folder() -> Path:
    """Where built libraries lie: $XDG_CACHE_HOME or ~/.cache, under visuomotor."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "visuomotor"


def library(source: Path = SOURCE) -> ctypes.CDLL:
    """The compiled kernels of a C++ file, built first if need be. Raises NoCompilerError when they cannot be."""
    command = [compiler(), *_FLAGS, "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"]
    folder = cache_folder()
    target = folder / f"{source.stem}-{_identity(source, command)}.so"
    if not target.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _compile(source, command, target)
        except OSError as error:
            raise NoCompilerError(f"the native kernels cannot be put into {folder} ({error})") from error
    try:
        return ctypes.CDLL(str(target))
    except OSError as error:
        raise NoCompilerError(f"{target} cannot be loaded ({error}); remove it and start again") from error


def _compile(source: Path, command: list[str], target: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".so", delete=False) as file:
        built = Path(file.name)
    try:
        done = subprocess.run(  # noqa: S603 - an argument list, from the environment's own compiler
            [*command, str(source), "-o", str(built)], capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
        if done.returncode != 0:
            raise NoCompilerError(f"{command[0]} cannot compile the native kernels:\n{done.stderr[-2000:]}")
        built.replace(target)  # at once: another process may be building the same
    except subprocess.TimeoutExpired as error:
        raise NoCompilerError(f"{command[0]} did not finish the native kernels in {_TIMEOUT:.0f} s") from error
    finally:
        built.unlink(missing_ok=True)


def _identity(source: Path, command: list[str]) -> str:
    parts = [source.read_bytes(), "\0".join(command).encode(), _processor().encode(), _version(command[0])]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _version(path: str) -> bytes:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30.0, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return b""


def _processor() -> str:
    """What -march=native looks at: model and flags on Linux, the best name there is elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    wanted = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(wanted)}))

"""The named pipes between AI2-THOR's Controller and its player: fields framed as in `ai2thor.fifo_server` 5.0.0.

A field is one byte of type, four of length (big-endian) and a body; a message ends with type 255 and length 0.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgpack  # type: ignore[import-untyped]  # it ships no types

_HEADER = struct.Struct("!BI")
_PIPE_BYTES = 1 << 20
MAX_ACTION_BYTES = 64 << 20


class Field(IntEnum):
    """The types of fields that the stand-in sends or takes."""

    METADATA = 1
    ACTION = 2
    RGB = 4
    DEPTH = 5
    CLASSES = 8
    IDS = 9
    END = 255


class WireError(RuntimeError):
    """What came through the pipe is not a message."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One frame's metadata and images, ready to be sent. Images are bytes with the bottom row first."""

    metadata: dict[str, Any]
    images: tuple[tuple[Field, bytes], ...] = ()


def field(kind: Field, body: bytes = b"") -> bytes:
    """One framed field."""
    return _HEADER.pack(kind, len(body)) + body


def message(reply: Reply) -> list[bytes]:
    """A whole frame in the order the player sends it: metadata, images, end."""
    head = field(Field.METADATA, msgpack.packb(reply.metadata, use_bin_type=True))
    return [head, *(field(kind, image) for kind, image in reply.images), field(Field.END)]


def read_action(stream: BinaryIO) -> dict[str, Any] | None:
    """The next action, or None when the other side has closed. Raises WireError for anything else."""
    action: dict[str, Any] | None = None
    while True:
        header = stream.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        kind, length = _HEADER.unpack(header)
        if kind == Field.END:
            if action is None:
                raise WireError("a message without an action")
            return action
        if kind != Field.ACTION or length > MAX_ACTION_BYTES:
            raise WireError(f"a field of type {kind} and {length} bytes where an action was expected")
        body = stream.read(length)
        if len(body) < length:
            return None
        try:
            action = json.loads(body)
        except ValueError as error:
            raise WireError(f"an action that is not JSON: {error}") from error
        if not isinstance(action, dict):
            raise WireError("an action that is not a JSON object")


class Pipes:
    """Both pipes, opened in the order the Controller opens its ends: first the one written to, at the first frame."""

    def __init__(self, to_controller: Path, from_controller: Path) -> None:
        self._paths = to_controller, from_controller
        self._out: BinaryIO | None = None
        self._in: BinaryIO | None = None

    def send(self, reply: Reply) -> None:
        """Write a frame; blocks until the Controller reads. Raises BrokenPipeError when it is gone."""
        if self._out is None:
            self._out = self._paths[0].open("wb")
            _widen(self._out)
        for part in message(reply):
            self._out.write(part)
        self._out.flush()

    def receive(self) -> dict[str, Any] | None:
        """Wait for an action; None when the Controller has closed its end."""
        if self._in is None:
            self._in = self._paths[1].open("rb")
        return read_action(self._in)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._out, self._in):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _widen(stream: BinaryIO) -> None:
    """A pipe that holds a whole frame saves a dozen switches between the processes; not all kernels have it."""
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

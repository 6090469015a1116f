"""What a phone answered, kept as a document: written while the driver asks, and played back to it as a phone."""

from __future__ import annotations

import io
import json
import re
import struct
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from envs.android.frames import FrameError, decode, header_of
from envs.android.link import Limits, Link
from envs.base import EnvError

FORMAT = 1
_WRAPPED = re.compile(rb"\( (?P<line>.*) \) 2>&1; echo (?P<mark>[0-9a-f]+):\$\?", re.DOTALL)
_SCREENCAP = re.compile(r"screencap(?P<png> -p)?(?: 2>/dev/null)?")
_RANDOM = re.compile(r"visuomotor-[0-9a-f]{8}")
_SHADE = 200
"""Of a frame played back: the pixels were not kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, its exit code and how long it took."""

    command: str
    text: str
    code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A screenshot without its pixels. `header` is 0 for a PNG; `size` counts all bytes."""

    kind: str
    width: int
    height: int
    header: int
    form: int
    size: int
    black: bool
    seconds: float


class Recording:
    """A `Link` that keeps what another one answers, apart from what is on the screen.

    Args:
        link: to the phone.
        clock: of the module time, or a test's own.
    """

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._clock = clock
        self.answers: list[Answer] = []
        self.frames: list[Frame] = []

    @property
    def where(self) -> str:
        return self._link.where

    def open(self) -> None:
        self._link.open()

    def close(self) -> None:
        self._link.close()

    def run(self, command: bytes, limits: Limits) -> bytes:
        started = self._clock()
        output = self._link.run(command, limits)
        self._keep(command, output, self._clock() - started)
        return output

    def last(self, part: str) -> Answer | None:
        """The newest answer to a command with these words."""
        return next((answer for answer in reversed(self.answers) if part in answer.command), None)

    def _keep(self, command: bytes, output: bytes, seconds: float) -> None:
        line, mark = unwrap(command)
        taken = _SCREENCAP.fullmatch(line)
        if taken is not None:
            frame = _frame("png" if taken["png"] else "raw", output, seconds)
            if frame is not None:
                self.frames.append(frame)
            return
        text, _, code = output.decode(errors="replace").replace("\r\n", "\n").rpartition(f"{mark}:")
        if "uiautomator" in line:  # what a person has on the screen stays on the phone
            text = "" if "<?xml" not in text else '<?xml version="1.0"?><hierarchy rotation="0"></hierarchy>\n'
        self.answers.append(Answer(line, text, int(code) if code.strip().isdigit() else -1, round(seconds, 4)))

    def document(self) -> dict[str, Any]:
        """Everything kept, for JSON. A command that was asked several times has its last answer."""
        answers = {answer.command: asdict(answer) for answer in self.answers}
        return {"answers": list(answers.values()), "frames": [asdict(frame) for frame in self.frames]}


class Replay:
    """A `Link` to what was recorded: a phone that always answers the same.

    Args:
        document: as `Recording.document` made it.

    Attributes:
        done: the command lines of `input` and others that it was not recorded with; they succeed and do nothing.
    """

    where = "a recorded phone"

    def __init__(self, document: dict[str, Any]) -> None:
        try:
            found = [Answer(**entry) for entry in document["answers"]]
            self._frames = [Frame(**entry) for entry in document["frames"]]
        except (KeyError, TypeError) as error:
            raise EnvError(f"this is no recording of a phone ({error})") from error
        self._answers = {answer.command: answer for answer in found}
        self.done: list[str] = []

    @classmethod
    def read(cls, path: Path) -> Replay:
        """From the file that `visuomotor doctor android --out` wrote. Raises EnvError."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != FORMAT:
                raise EnvError(f"{path} has format {document['format']!r}; this version reads format {FORMAT}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EnvError(f"{path} is no recording of a phone ({error})") from error
        return cls(document)

    def open(self) -> None:
        """It is always there."""

    def close(self) -> None:
        """Nothing is held."""

    def run(self, command: bytes, limits: Limits) -> bytes:
        line, mark = unwrap(command)
        taken = _SCREENCAP.fullmatch(line)
        if taken is not None:
            return self._picture("png" if taken["png"] else "raw")
        answer = self._answers.get(line)
        if answer is None:
            self.done.append(line)
            answer = Answer(line, "", 0 if line.startswith(("input ", "am ", "monkey ", "settings put")) else 127, 0)
        return f"{answer.text}{mark}:{answer.code}\n".encode() if mark else answer.text.encode()

    def _picture(self, kind: str) -> bytes:
        frame = next((frame for frame in self._frames if frame.kind == kind), None)
        if frame is None:
            return b""
        shade = 0 if frame.black else _SHADE
        if kind == "png":
            return _png(frame.width, frame.height, shade)
        numbers = struct.pack("<IIII", frame.width, frame.height, frame.form, 1)[: frame.header]
        return numbers + bytes([shade]) * (4 * frame.width * frame.height)


def unwrap(command: bytes) -> tuple[str, str]:
    """The command line within what `Shell` sends, as it is the same every time, and the mark behind it, or ""."""
    found = _WRAPPED.fullmatch(command)
    line = (command if found is None else found["line"]).decode(errors="replace")
    return _RANDOM.sub("visuomotor", line), "" if found is None else found["mark"].decode()


def _frame(kind: str, output: bytes, seconds: float) -> Frame | None:
    try:
        pixels = decode(output)
    except FrameError:
        return None
    height, width = pixels.shape[:2]
    header, form = header_of(output)
    return Frame(kind, width, height, header, form, len(output), not pixels.any(), round(seconds, 4))


def _png(width: int, height: int, shade: int) -> bytes:
    held = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), shade, np.uint8)).save(held, "PNG", compress_level=1)
    return held.getvalue()

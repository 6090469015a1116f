"""The record of an episode: one JSONL file, flushed each step, and its images stored once by digest.

    RUN/run.json              what was run: command, versions, model (see `RunFolder`)
    RUN/episodes/NAME.jsonl   a header line, a line a step, an end line
    RUN/images/DIGEST.png

A file without an end line is an episode that was cut short. Everything that replays, reports or trains reads this.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import UnidentifiedImageError

from actions.call import FunctionCall
from actions.space import ActionSpace
from agent.episode import Episode, Outcome, Step
from model.base import Image, Usage

FORMAT = 1


class RecordError(RuntimeError):
    """A record cannot be written or read; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an episode file."""

    env: str
    task: str
    seed: int | None
    model: dict[str, Any] = field(default_factory=dict)
    dialect: str = "qwen"
    functions: list[dict[str, Any]] = field(default_factory=list)
    """The declared functions, as JSON Schema."""


class ImageStore:
    """Pictures as PNG files named by the SHA-256 of their pixels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, pixels: NDArray[np.uint8]) -> str:
        """Store a picture if it is new; returns its digest."""
        image = Image(pixels)
        path = self.folder / f"{image.digest}.png"
        if not path.exists():
            # Written aside and renamed, so that a file with the final name is always whole.
            aside = self.folder / f".{image.digest}.{os.getpid()}.{threading.get_ident()}"
            PILImage.fromarray(pixels).save(aside, format="PNG", compress_level=1)
            aside.replace(path)
        return image.digest

    def get(self, digest: str) -> NDArray[np.uint8]:
        """Raises RecordError when the picture is missing or damaged."""
        path = self.folder / f"{digest}.png"
        try:
            with PILImage.open(path) as picture:
                return np.array(picture.convert("RGB"), dtype=np.uint8)
        except (OSError, UnidentifiedImageError) as error:
            raise RecordError(
                f"the image {path} is missing or damaged ({error}); restore it or record again"
            ) from error


class Recorder:
    """Writes one episode. Use as a context manager; an episode left without `end` stays readable as cut short.

    Raises RecordError when the disk refuses; every step written before stays whole.
    """

    def __init__(self, run: Path, name: str, header: Header, space: ActionSpace) -> None:
        self._path = run / "episodes" / f"{name}.jsonl"
        self._images = ImageStore(run / "images")
        self._space = space
        self._steps = 0
        with self._guarded():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._images.folder.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = self._path.open(
                "w",
                encoding="utf-8",
                errors="backslashreplace",  # a lone surrogate becomes its JSON escape
            )
        self._write({"kind": "header", "format": FORMAT, **asdict(header)})

    def step(self, step: Step) -> None:
        """Append a step and flush it to the operating system."""
        decision = step.decision
        with self._guarded():
            image = self._images.put(step.observation["image"])
        self._write(
            {
                "kind": "step",
                "index": step.index,
                "image": image,
                "fresh": step.fresh,
                "text": step.observation["text"],
                "note": step.note,
                "raw": decision.text,
                "thought": decision.thought,
                "call": None if decision.call is None else asdict(decision.call),
                "action": None if decision.action is None else asdict(self._space.encode(decision.action)),
                "error": decision.error,
                "finish": decision.finish,
                "stop": decision.stop,
                "reward": step.reward,
                "terminated": step.terminated,
                "truncated": step.truncated,
                "info": step.info,
                "usage": asdict(decision.usage),
                "seconds": {"model": round(decision.seconds, 4), "env": round(step.seconds, 4)},
            }
        )
        self._steps += 1

    def end(self, episode: Episode, last: Step | None) -> None:
        """Append the end line: the outcome, the sums, and the screen the episode ended on."""
        with self._guarded():
            image = None if last is None else self._images.put(last.after["image"])
        text = "" if last is None else last.after["text"]
        self._write({"kind": "end", "image": image, "text": text, **asdict(episode)})

    def close(self) -> None:
        with self._guarded():
            self._file.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _write(self, line: dict[str, Any]) -> None:
        with self._guarded():
            self._file.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")
            self._file.flush()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RecordError(
                f"cannot write {self._path} ({error.strerror or error}); {self._steps} steps are safe there. "
                "Free some space or choose another --out, then run again with --resume"
            ) from error


def _plain(value: Any) -> Any:
    """numpy's scalars and arrays as JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be recorded")


@dataclass(frozen=True, slots=True)
class RecordedEpisode:
    """An episode file as read back: plain dictionaries, in the order written."""

    path: Path
    header: Header
    steps: list[dict[str, Any]]
    end: dict[str, Any] | None
    """None when the episode was cut short."""
    images: ImageStore

    def episode(self) -> Episode:
        """The summary metrics read. Raises RecordError for an episode that was cut short."""
        if self.end is None:
            raise RecordError(f"{self.path} was cut short after {len(self.steps)} steps; run again with --resume")
        values = {key: self.end[key] for key in Episode.__dataclass_fields__ if key in self.end}
        try:
            return Episode(**{**values, "outcome": Outcome(values["outcome"]), "usage": Usage(**values["usage"])})
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"the end line of {self.path} is damaged ({error})") from error

    def call(self, index: int) -> FunctionCall | None:
        """The call of step `index` with coordinates in [0, 1], or None where the answer held no action."""
        action = self.steps[index]["action"]
        return None if action is None else FunctionCall(action["name"], action["arguments"])


def read_episode(path: Path) -> RecordedEpisode:
    """Read an episode file, whole or cut short.

    A last line broken off in the middle counts as not written. Raises RecordError naming the line for anything else.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"cannot read {path} ({error})") from error
    entries = []
    for number, line in enumerate(lines[:-1], 1):  # what follows the last newline was broken off
        try:
            entry = json.loads(line)
            entries.append((entry["kind"], entry))
        except (ValueError, TypeError, KeyError) as error:
            raise RecordError(f"{path}:{number} is not a record line ({error}); the file is damaged") from error
    if not entries or entries[0][0] != "header":
        raise RecordError(f"{path} does not begin with a header line; it is not an episode record")
    head = entries[0][1]
    if head.get("format") != FORMAT:
        raise RecordError(f"{path} has format {head.get('format')!r}; this version reads format {FORMAT}")
    try:
        header = Header(**{key: head[key] for key in Header.__dataclass_fields__})
    except KeyError as error:
        raise RecordError(f"{path}:1 lacks {error}; the file is damaged") from error
    return RecordedEpisode(
        path=path,
        header=header,
        steps=[entry for kind, entry in entries if kind == "step"],
        end=next((entry for kind, entry in entries if kind == "end"), None),
        images=ImageStore(path.parent.parent / "images"),
    )


def finished_episode(path: Path) -> Episode | None:
    """The episode of a file that holds a whole one; None where it must be played (again).

    A missing, damaged, cut short or interrupted record is none, and one that ended in an error is tried again.
    """
    if not path.exists():
        return None
    try:
        episode = read_episode(path).episode()
    except RecordError:
        return None
    return None if episode.outcome in (Outcome.INTERRUPTED, Outcome.ERROR) else episode


def episode_files(run: Path) -> list[Path]:
    """The episode files of a run, sorted. Raises RecordError when there is no run there."""
    files = sorted((run / "episodes").glob("*.jsonl"))
    if not files:
        raise RecordError(f"{run} holds no recorded episodes (looked for {run / 'episodes' / '*.jsonl'})")
    return files

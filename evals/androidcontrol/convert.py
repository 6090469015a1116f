"""`visuomotor data convert androidcontrol`: TFRecord files into annotations and screenshots."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent.record import RecordError
from envs.base import EnvError
from envs.replay.androidcontrol.recorded import recorded_episode
from envs.replay.androidcontrol.tfrecord import read_examples

console = Console(highlight=False)


def androidcontrol(
    files: Annotated[list[Path], typer.Argument(help="The TFRecord files, android_control-*-of-*.")],
    out: Annotated[Path, typer.Option(help="The folder for annotations.jsonl and images/.")],
    splits: Annotated[Path | None, typer.Option(help="The set's splits.json, to keep one split.")] = None,
    split: Annotated[str, typer.Option(help="The split that is kept.")] = "test",
) -> None:
    """Write AndroidControl's TFRecord files as annotations and screenshots, which eval androidcontrol reads.

    For example: visuomotor data convert androidcontrol android_control-* --splits splits.json --out ac
    """
    wanted = None if splits is None else read_split(splits, split)
    kept = convert(files, out, wanted)
    told = f"wrote {kept} episodes to {out}: give --data {out}/annotations.jsonl --images {out}/images"
    console.print(Text(told))  # a bracket in a path is no markup


def convert(files: Iterable[Path], out: Path, wanted: frozenset[str] | None = None) -> int:
    """Write the wanted episodes (None: all) and return how many they are.

    Raises:
        EnvError: for files that are none of the set. RecordError: when `out` holds annotations or cannot be written.
    """
    path = out / "annotations.jsonl"
    if path.exists():
        raise RecordError(f"{path} is already there; choose another folder")
    kept = 0
    aside = out / ".annotations.jsonl.part"
    try:
        (out / "images").mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as lines:
            for file in files:
                for number, features in enumerate(read_examples(file)):
                    episode = recorded_episode(features, f"{file}, example {number}")
                    if wanted is not None and episode.episode_id not in wanted:
                        continue
                    for name, picture in episode.screenshots.items():
                        (out / "images" / name).write_bytes(picture)
                    lines.write(json.dumps(episode.line, ensure_ascii=False) + "\n")
                    kept += 1
        aside.replace(path)
    except OSError as error:
        raise RecordError(f"cannot write to {out} ({error.strerror or error}); free some space") from error
    return kept


def read_split(path: Path, split: str) -> frozenset[str]:
    """The episodes of a split in the set's splits.json. Raises EnvError."""
    try:
        return frozenset(map(str, json.loads(path.read_text(encoding="utf-8"))[split]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvError(f"{path} does not name the episodes of a split {split!r} ({error})") from error

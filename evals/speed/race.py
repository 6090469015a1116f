"""Leads several engines through the same chats, step by step in turn, and keeps every figure at once.

A repeat is one chat: each step shows every engine the same new screenshot, and the next step comes only when all have
answered, so that a slow minute of the machine falls on all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image as PILImage

from evals.speed.peers.base import Peer, PeerError, PeerStep
from evals.speed.peers.freeze import freeze, thaw

SIZE = (924, 392)
"""Height and width of a screenshot: 462 tokens, the shape of a phone's 1080 × 2400 at a cap of 500."""

TEXT = "The screen as it is now. Go on."


@dataclass(frozen=True, slots=True)
class Entry:
    """How far one engine goes: the first `steps` steps of every chat."""

    peer: Peer
    steps: int


@dataclass(frozen=True, slots=True)
class Lap:
    """One step of one engine. `stages`: seconds of preprocess, encode, prefill and decode, of ours. The rest as in
    PeerStep."""

    peer: str
    repeat: int
    step: int
    seconds: float
    first_token: float | None
    tokens: int
    text: str
    prompt: int | None
    cached: int | None
    memory: int
    stages: dict[str, float] | None = None
    passes: int | None = None


def run(
    entries: Sequence[Entry],
    repeats: int,
    tokens: int,
    out: Path,
    stages: Callable[[Peer], dict[str, float] | None],
    watch: Callable[[Lap], None],
) -> list[Lap]:
    """Race until every repeat is done; those complete in `out`/laps.jsonl are not run again.

    Raises PeerError when an engine fails: the repeats before are on disk.
    """
    path = out / "laps.jsonl"
    names = {entry.peer.name for entry in entries}
    done = read(path)
    laps = [lap for lap in done if lap.repeat in whole(done, entries) and lap.peer in names]
    begun = {lap.repeat for lap in laps}
    if len(begun) < repeats:
        for entry in entries:  # what is made or allocated at a first step is no part of any
            with _turn(entry.peer, entries):
                entry.peer.begin()
                entry.peer.step(draw(out / "screens", repeats, 0), TEXT, tokens)
    with path.open("w", encoding="utf-8") as file:
        for lap in laps:
            file.write(json.dumps(asdict(lap)) + "\n")
        for repeat in [number for number in range(repeats) if number not in begun]:
            for entry in entries:
                with _turn(entry.peer, entries):
                    entry.peer.begin()
            for step in range(1, max(entry.steps for entry in entries) + 1):
                screenshot = draw(out / "screens", repeat, step)
                for entry in (entry for entry in entries if step <= entry.steps):
                    with _turn(entry.peer, entries):
                        found = entry.peer.step(screenshot, TEXT, tokens)
                    one = _lap(entry.peer, repeat, step, found, stages)
                    laps.append(one)
                    file.write(json.dumps(asdict(one)) + "\n")
                    file.flush()
                    watch(one)
    return laps


@contextmanager
def _turn(peer: Peer, entries: Sequence[Entry]) -> Iterator[None]:
    """The machine is this engine's alone: the others are frozen meanwhile."""
    others = {entry.peer.group for entry in entries} - {peer.group}
    for group in others:
        freeze(group)
    thaw(peer.group)
    try:
        yield
    finally:
        for group in others:
            thaw(group)


def _lap(peer: Peer, repeat: int, step: int, found: PeerStep, stages: Callable[[Peer], dict[str, float] | None]) -> Lap:
    if not found.text:
        raise PeerError(f"{peer.name} wrote nothing at step {step}")
    return Lap(
        peer.name, repeat, step, found.seconds, found.first_token, found.tokens, found.text, found.prompt, found.cached,
        peer.memory(), stages(peer), found.passes,
    )  # fmt: skip


def read(path: Path) -> list[Lap]:
    """The laps on disk; a line cut off by an interruption is left out."""
    if not path.exists():
        return []
    laps = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            laps.append(Lap(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return laps


def whole(laps: Sequence[Lap], entries: Sequence[Entry]) -> set[int]:
    """The repeats in which every engine has gone all its way."""
    wanted = {(entry.peer.name, step) for entry in entries for step in range(1, entry.steps + 1)}
    found: dict[int, set[tuple[str, int]]] = {}
    for lap in laps:
        found.setdefault(lap.repeat, set()).add((lap.peer, lap.step))
    return {repeat for repeat, steps in found.items() if wanted <= steps}


def finished(out: Path, steps: dict[str, int], repeats: int) -> list[Lap]:
    """All laps of a race of these engines when it was run to its end before; else none."""
    laps = [lap for lap in read(out / "laps.jsonl") if lap.peer in steps]
    gone = {(lap.peer, lap.repeat, lap.step) for lap in laps}
    all_of = {(name, r, s) for name, far in steps.items() for r in range(repeats) for s in range(1, far + 1)}
    return laps if steps and all_of <= gone else []


def draw(folder: Path, repeat: int, step: int) -> Path:
    """A screenshot of its own for every step: coloured boxes over a ramp, made anew if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{repeat}-{step}.png"
    if not path.exists():
        rng = np.random.default_rng((repeat, step))
        pixels = np.empty((*SIZE, 3), np.uint8)
        pixels[:] = np.linspace(40, 220, SIZE[0], dtype=np.uint8)[:, None, None]
        for _ in range(60):
            top, left = rng.integers(0, SIZE[0] - 60), rng.integers(0, SIZE[1] - 60)
            height, width = rng.integers(20, 400, 2)
            pixels[top : top + height, left : left + width] = rng.integers(0, 256, 3)
        PILImage.fromarray(pixels).save(path)
    return path

"""Leads the engines through the same work in turn, on one stand-in phone, and writes every lap as it is run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evals.speed.peers.base import PeerError
from evals.speed.phones.apart import PhoneApart
from evals.speed.phones.engines import Done, Engine

TAP, SWIPE, TYPE, PNG, RAW, STEP = "tap", "swipe", "type", "screencap png", "screencap raw", "step"
WORK = (TAP, SWIPE, TYPE, PNG, RAW, STEP)
SWIPE_MS = 300
TEXT = "wireless-headphones-42"
_EMPTY = (540, 1500)
"""A point of the home screen where nothing is."""
_APP, _FIELD_APP = "Notes", "com.standin.shop"


@dataclass(frozen=True, slots=True)
class Lap:
    """One thing done by one engine. Seconds."""

    engine: str
    work: str
    repeat: int
    number: int
    seconds: float
    parts: dict[str, float] = field(default_factory=dict)
    shots: int = 0


def run(
    phone: PhoneApart,
    engines: Sequence[Engine],
    repeats: int,
    laps: int,
    path: Path,
    watch: Callable[[Lap], None],
) -> list[Lap]:
    """Race until every repeat is done; those in the file in which all took part are not run again.

    Raises EnvError, PeerError, ActionError when an engine fails: the laps before are on disk.
    """
    names = {engine.name for engine in engines}
    found = [lap for lap in read(path) if lap.engine in names]
    whole = {repeat for repeat in range(repeats) if _whole(found, names, repeat, laps)}
    kept = [lap for lap in found if lap.repeat in whole and lap.number < laps]
    stage = Stage(phone)
    with path.open("w", encoding="utf-8") as file:
        for lap in kept:
            file.write(json.dumps(asdict(lap)) + "\n")
        for repeat in range(repeats):
            if repeat in whole:
                continue
            for lap in _repeat(stage, engines, repeat, laps):
                kept.append(lap)
                file.write(json.dumps(asdict(lap)) + "\n")
                file.flush()
                watch(lap)
    return kept


def _repeat(stage: Stage, engines: Sequence[Engine], repeat: int, laps: int) -> Iterator[Lap]:
    for work in WORK:
        stage.prepare(work)
        for number in range(laps):
            first = (repeat + number) % len(engines)  # none always comes after the same other
            for engine in [*engines[first:], *engines[:first]]:
                done = stage.play(engine, work)
                if done is not None:
                    yield Lap(engine.name, work, repeat, number, done.seconds, done.parts, done.shots)


def _whole(laps: Sequence[Lap], names: set[str], repeat: int, count: int) -> bool:
    done = {(lap.engine, lap.work, lap.number) for lap in laps if lap.repeat == repeat}
    works = [work for work in WORK if work != RAW]  # which not every engine has
    return {(name, work, number) for name in names for work in works for number in range(count)} <= done


def read(path: Path) -> list[Lap]:
    """The laps on disk; a line cut off by an interruption is left out."""
    laps = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            laps.append(Lap(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return laps


class Stage:
    """The phone, brought to the same place before every lap: by itself, not over ADB. That is not timed."""

    def __init__(self, phone: PhoneApart) -> None:
        self._phone = phone

    def prepare(self, work: str) -> None:
        """Open what the work is done in."""
        do = self._phone.do
        if work == TYPE:
            do("launch", _FIELD_APP)
            do("settle")
            do("tap", *self._middle("", "android.widget.EditText"))
        else:
            do("key", "KEYCODE_HOME")
        do("settle")

    def play(self, engine: Engine, work: str) -> Done | None:
        """One lap; what it did is looked at on the phone. None where the engine does not have it."""
        do = self._phone.do
        if work == TYPE:
            do("clear_text")
        else:
            do("key", "KEYCODE_HOME")
        do("settle")
        match work:
            case "tap":
                return timed(lambda: engine.tap(*_EMPTY))
            case "swipe":
                return timed(lambda: engine.swipe(540, 1600, 540, 1300, SWIPE_MS))
            case "type":
                done = timed(lambda: engine.type(TEXT))
                self._check(engine, TEXT in {node.get("text") for node in do("hierarchy")})
                return done
            case "step":
                at = self._middle(_APP)
                engine.look()
                done = engine.step(*at)
                self._check(engine, do("status")["package"] == f"com.standin.{_APP.lower()}")
                return done
            case _:
                return engine.shot(work.split()[1])

    def _middle(self, name: str, kind: str = "") -> tuple[int, int]:
        """The middle of the part of the screen with this description, or of this class."""
        for node in self._phone.do("hierarchy"):
            if (name and node.get("content_desc") == name) or (kind and node.get("class") == kind):
                left, top, right, bottom = node["bounds"]
                return (left + right) // 2, (top + bottom) // 2
        raise PeerError(f"the stand-in phone does not show {name or kind}")

    def _check(self, engine: Engine, done: bool) -> None:
        if not done:
            raise PeerError(f"{engine.name} did not do it: the phone does not show what it should")


def timed(work: Callable[[], None]) -> Done:
    started = time.perf_counter()
    work()
    return Done(time.perf_counter() - started)

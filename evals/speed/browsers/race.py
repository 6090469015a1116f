"""Leads the engines through the same episodes, in turn, and writes every one as it is run.

One engine works at a time. The others stand at a finished page and need no freezing: idle, none takes 2 % of a core.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from evals.speed.browsers.engines import Engine, Played
from evals.speed.browsers.plan import Plan

WARM = -1
"""The repeat of the first episode after an env was made: its `reset` includes the making; it counts for that alone."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One episode of one engine. Times are in seconds, `memory` in bytes."""

    engine: str
    task: str
    repeat: int
    seed: int
    reset: float
    steps: list[float]
    pictured: list[bool]
    reward: float
    done: bool
    shape: list[int]
    memory: int

    @property
    def solved(self) -> bool:
        return self.done and self.reward == 1


Key = tuple[str, str, int, int]


def run(
    engines: Sequence[Engine], plans: Sequence[Plan], repeats: int, path: Path, watch: Callable[[Lap], None]
) -> list[Lap]:
    """Race until every repeat of every task is done; those in the file in which all took part are not run again.

    Raises PeerError when an engine fails: the laps before are on disk.
    """
    names = [engine.name for engine in engines]
    laps = kept(read(path), names, plans)
    with path.open("w", encoding="utf-8") as file:
        for lap in laps:
            file.write(json.dumps(asdict(lap)) + "\n")
        for task, of_task in groupby(plans, key=lambda plan: plan.task):
            episodes = list(of_task)
            left = [number for number in range(repeats) if not _ran(laps, names, episodes, number)]
            for lap in _task(engines, task, episodes, left):
                laps.append(lap)
                file.write(json.dumps(asdict(lap)) + "\n")
                file.flush()
                watch(lap)
    return laps


def _task(engines: Sequence[Engine], task: str, episodes: Sequence[Plan], repeats: Sequence[int]) -> Iterator[Lap]:
    if not repeats:
        return
    for engine in engines:
        opened = engine.open(task)
        played = engine.play(episodes[0])
        yield _lap(engine, task, WARM, episodes[0].seed, played, opened)
    for repeat in repeats:
        first = repeat % len(engines)  # none always comes after the same other
        for engine in [*engines[first:], *engines[:first]]:
            for plan in episodes:
                yield _lap(engine, task, repeat, plan.seed, engine.play(plan))


def _lap(engine: Engine, task: str, repeat: int, seed: int, played: Played, opened: float = 0.0) -> Lap:
    return Lap(
        engine.name, task, repeat, seed, played.reset + opened, played.steps, played.pictured, played.reward,
        played.done, played.shape, engine.memory(),
    )  # fmt: skip


def kept(laps: Sequence[Lap], names: Sequence[str], plans: Sequence[Plan]) -> list[Lap]:
    """Of the laps on disk those that count: the repeats of tasks through which all engines went, and the first ones."""
    found: dict[Key, Lap] = {(lap.engine, lap.task, lap.repeat, lap.seed): lap for lap in laps if lap.engine in names}
    result = []
    for task, of_task in groupby(plans, key=lambda plan: plan.task):
        episodes = list(of_task)
        seeds = {plan.seed for plan in episodes}
        mine = [lap for lap in found.values() if lap.task == task and lap.seed in seeds]
        whole = {lap.repeat for lap in mine if lap.repeat == WARM or _ran(mine, names, episodes, lap.repeat)}
        result += [lap for lap in mine if lap.repeat in whole]
    return result


def _ran(laps: Sequence[Lap], names: Sequence[str], episodes: Sequence[Plan], repeat: int) -> bool:
    found = {(lap.engine, lap.task, lap.seed) for lap in laps if lap.repeat == repeat}
    return {(name, plan.task, plan.seed) for name in names for plan in episodes} <= found


def finished(path: Path, names: Sequence[str], plans: Sequence[Plan], repeats: int) -> list[Lap]:
    """All laps of a race of these engines when it was run to its end before; else none."""
    laps = [lap for lap in kept(read(path), names, plans) if lap.repeat < repeats]
    return laps if names and all(_ran(laps, names, plans, number) for number in range(repeats)) else []


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

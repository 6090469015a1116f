"""Where an evaluation's trajectories come from: a file, a walker, or episodes that a model played."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.episode import Episode, Outcome
from agent.record import RecordError
from envs.base import EnvError
from envs.navigation.items import Instruction
from evals.navigation.selection import Split
from evals.navigation.submission import read_submission
from evals.navigation.trajectory import Trajectory, TrajectoryError, read_pose
from evals.navigation.walkers import walk
from evals.runner import Job
from evals.success import ALL, rates, unparsable
from evals.summary import Row

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Answers:
    """Trajectories by instruction, and why others have none or one that does not count."""

    trajectories: dict[str, Trajectory] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What else was wrong, for people."""
    source: str = ""
    """The file they are from."""
    model: dict[str, Any] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    """Figures of the playing itself, for the summary."""
    links: tuple[tuple[str, str], ...] = ()
    """Pages beside the report, and what they are."""


def from_file(path: Path, split: Split, instructions: Sequence[Instruction]) -> Answers:
    """The trajectories of a submission. Raises RecordError when none of them is of these instructions."""
    found = read_submission(path)
    asked = {one.id for one in instructions}
    given = found.trajectories.keys() | found.rejected.keys()
    known = {one.id for one in split.world.instructions}
    if not given & asked:
        example = f"; they are called like {instructions[0].id}" if instructions else ""
        raise RecordError(f"{path} has no trajectory of an instruction that is scored in {split.name}{example}")
    notes = list(found.nameless)
    if strangers := sorted(given - known):
        notes.append(f"{path}: {len(strangers)} entries are of no instruction of {split.name}, as {strangers[0]}")
    return Answers(
        {name: one for name, one in found.trajectories.items() if name in asked},
        {name: why for name, why in found.rejected.items() if name in asked},
        tuple(notes),
        str(path),
        {"model": f"trajectories of {path.name}"},
    )


def from_walker(walker: str, split: Split, instructions: Sequence[Instruction], seed: int) -> Answers:
    """What a walker does; where its graph is missing or broken it does nothing, and the instruction says so itself."""
    found: dict[str, Trajectory] = {}
    problems: dict[str, str] = {}
    for one in instructions:
        try:
            found[one.id] = walk(walker, one, split.world.graph(one.scan), seed)
        except EnvError as error:
            problems[one.id] = f"{one.id}: {error}"
    return Answers(found, problems, model={"model": walker})


def jobs_of(split: Split, instructions: Sequence[Instruction], seed: int) -> list[Job]:
    """An episode for every instruction, named after it where its id can be a file's name."""
    places = {one.id: place for place, one in enumerate(split.world.instructions)}
    return [
        Job(
            one.id if _FILE_NAME.fullmatch(one.id) else f"instruction-{places[one.id]}",
            split.env, seed, task=one.id, env_options=split.env_options,
        )
        for one in instructions
    ]  # fmt: skip


def from_episodes(instructions: Sequence[Instruction], episodes: Sequence[Episode], model: dict[str, Any]) -> Answers:
    """What was walked in episodes, one an instruction. Where an episode ended without a stop, it ended where it was.

    Submissions know no stop either: their last viewpoint is where the agent is taken to have stopped. How many episodes
    a stop of the agent's own ended (stopped_rate) and how many answers held no valid action (unparsable_rate) are rows.
    """
    found: dict[str, Trajectory] = {}
    problems: dict[str, str] = {}
    for one, episode in zip(instructions, episodes, strict=True):
        if episode.outcome is Outcome.ERROR:
            problems[one.id] = f"{one.id}: the episode ended in an error: {episode.error}"
            continue
        try:
            found[one.id] = _walked(one.id, episode)
        except TrajectoryError as error:
            problems[one.id] = f"{one.id}: {error}"
    stops = rates(ALL, episodes, {"stopped_rate": lambda episode: episode.outcome is Outcome.TERMINATED})
    return Answers(found, problems, model=model, rows=(*stops, unparsable(episodes)))


def _walked(name: str, episode: Episode) -> Trajectory:
    path, named = episode.facts.get("path"), episode.facts.get("predicted")
    if not isinstance(path, list | tuple) or not path:
        raise TrajectoryError("its record holds no path")
    poses = tuple(read_pose(pose, step) for step, pose in enumerate(path))
    return Trajectory(name, poses, None if named is None else str(named))

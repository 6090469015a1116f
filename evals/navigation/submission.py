"""Submissions: the files that the leaderboards and evaluators of R2R and REVERIE take.

    [{"instr_id": "5593_0", "trajectory": [["c8a5472a…", 0.053, 0.0], …], "predObjId": 66}, …]

`predObjId` is REVERIE's alone (Matterport3DSimulator tasks/R2R/README.md; REVERIE tasks/REVERIE/eval_release.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.record import RecordError
from agent.report.page import write_page
from envs.navigation.graph import NAME
from evals.navigation.trajectory import Trajectory, TrajectoryError, read_pose

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Submission:
    """What a file holds: trajectories by instruction, and why other entries are none."""

    trajectories: dict[str, Trajectory] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    """By instruction, the reason with file and place."""
    nameless: tuple[str, ...] = ()
    """The reasons, with file and place, of entries whose instruction cannot be told either."""


def write_submission(path: Path, trajectories: Iterable[Trajectory], *, objects: bool) -> None:
    """Write a submission in the order given, a line each; `objects` adds REVERIE's predObjId. Raises RecordError."""
    lines = [json.dumps(_entry(trajectory, objects)) for trajectory in trajectories]
    write_page(path, "[\n" + ",\n".join(lines) + "\n]\n")


def _entry(trajectory: Trajectory, objects: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "instr_id": trajectory.instr_id,
        "trajectory": [[pose.viewpoint, round(pose.heading, 6), round(pose.elevation, 6)] for pose in trajectory.poses],
    }
    if objects:
        # REVERIE's own ids are whole numbers, and its evaluator compares without converting.
        name = trajectory.object_id
        entry["predObjId"] = int(name) if name is not None and _WHOLE.fullmatch(name) else name
    return entry


def read_submission(path: Path) -> Submission:
    """Read a submission. An entry that is none becomes a reason, the others stand.

    Raises RecordError for a file that cannot be read, that is no list, or that holds an instruction twice.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RecordError(f"cannot read the trajectories {path} ({error})") from error
    if not isinstance(entries, list):
        raise RecordError(f'{path} is no submission: it holds no list of {{"instr_id", "trajectory"}}')
    trajectories: dict[str, Trajectory] = {}
    rejected: dict[str, str] = {}
    nameless = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        name = entry.get("instr_id") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not NAME.fullmatch(name):
            nameless.append(f"{path}: entry {number} has no instr_id that is a plain name")
            continue
        if name in seen:
            raise RecordError(
                f"{path}: {name} stands twice, in entries {seen[name]} and {number}; leave one, an agent has one try"
            )
        seen[name] = number
        try:
            trajectories[name] = _trajectory(name, entry)
        except TrajectoryError as error:
            rejected[name] = f"{path}: entry {number}, {name}: {error}"
    return Submission(trajectories, rejected, tuple(nameless))


def _trajectory(name: str, entry: dict[str, Any]) -> Trajectory:
    poses = entry.get("trajectory")
    if not isinstance(poses, list) or not poses:
        raise TrajectoryError("it has no trajectory, a list of at least the start")
    named = entry.get("predObjId")
    if named is not None and (isinstance(named, bool) or not isinstance(named, int | str)):
        raise TrajectoryError("its predObjId is neither a number nor text")
    object_id = None if named is None or named == "" else str(named)
    if object_id is not None and not NAME.fullmatch(object_id):
        raise TrajectoryError("its predObjId is no name of an object")
    return Trajectory(name, tuple(read_pose(pose, step) for step, pose in enumerate(poses)), object_id)

"""Trajectories: where an agent stood and looked, step by step, and what it named at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from envs.navigation.graph import NAME


class Pose(NamedTuple):
    """Where and whereto: a viewpoint's id; radians clockwise from north (+y), radians up from the horizon."""

    viewpoint: str
    heading: float = 0.0
    elevation: float = 0.0


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One instruction's: the first pose is the start, turns included; `object_id` is the object named (REVERIE)."""

    instr_id: str
    poses: tuple[Pose, ...]
    object_id: str | None = None

    @property
    def viewpoints(self) -> list[str]:
        return [pose.viewpoint for pose in self.poses]


class TrajectoryError(ValueError):
    """A trajectory that no agent can have walked, or an entry that is none: the reason, without file and id."""


def read_pose(value: object, step: int) -> Pose:
    """A pose of a submission: [viewpoint, heading, elevation]. Raises TrajectoryError naming the step."""
    where = f"step {step} is not [viewpoint, heading, elevation]"
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 3 or not isinstance(value[0], str):
        raise TrajectoryError(where)
    if not NAME.fullmatch(value[0]):
        raise TrajectoryError(f"step {step} is at {value[0][:64]!r}, which is no name of a viewpoint")
    angles = [angle for angle in value[1:] if isinstance(angle, int | float) and not isinstance(angle, bool)]
    if len(angles) != 2 or not all(-1e6 < angle < 1e6 for angle in angles):  # refuses NaN too
        raise TrajectoryError(where)
    return Pose(value[0], float(angles[0]), float(angles[1]))

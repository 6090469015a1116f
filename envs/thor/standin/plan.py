"""What a scene is made from: the ids of its furniture, where they are seen from, and where the agent can stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from envs.thor.standin.ground import Ground


@dataclass(frozen=True, slots=True)
class View:
    """A pose from which a receptacle can be used: x and z in metres, rotation and horizon in degrees."""

    x: float
    z: float
    rotation: float
    horizon: float


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a thing that can be carried lies: its type, ALFRED's name of it, position (3,) and rotation in degrees."""

    kind: str
    name: str
    position: tuple[float, float, float]
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """A scene before anything in it is built.

    Args:
        fixed: ids of furniture with where each is used from, None when nobody said.
        goods: what can be carried, until `SetObjectPoses` says otherwise.
        start: x, z and rotation of the agent.
        told: the receptacles things lie in, by the things' ids, as far as anybody says.
    """

    name: str
    ground: Ground
    fixed: dict[str, View | None]
    goods: tuple[Pose, ...]
    start: tuple[float, float, float]
    told: dict[str, str] = field(default_factory=dict)

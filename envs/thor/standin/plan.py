"""What a scene is made from: the ids of its furniture, where they are seen from, and where the agent can stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from envs.thor.standin import ids
from envs.thor.standin.ground import Ground

_SAME = 0.12
"""Metres by which the id of one piece of furniture differs between ALFRED's plans and its files."""


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

    def furnished(
        self, named: Iterable[str], contents: Mapping[str, str], places: Iterable[tuple[float, float]]
    ) -> ScenePlan:
        """The scene with what a trial tells of it: furniture by id, what lies in what, where its agent stood (x, z).

        Raises ValueError for an id that is none.
        """
        fixed = dict(self.fixed)
        for key in named:
            if key not in fixed and not any(_same(key, other) for other in fixed):
                fixed[key] = None
        for holder in contents.values():
            ids.parse(holder)
        return replace(self, fixed=fixed, told={**self.told, **contents}, ground=self.ground.grown(places))


def _same(one: str, other: str) -> bool:
    """Whether two ids mean one piece of furniture."""
    first, second = ids.parse(one), ids.parse(other)
    apart = max(abs(p - q) for p, q in zip(first.position, second.position, strict=True))
    return first.kind == second.kind and apart < _SAME

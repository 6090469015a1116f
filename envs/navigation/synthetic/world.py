"""The buildings as a World: 200 to train on and 40 unseen ones."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np

from envs.base import EnvError
from envs.navigation.graph import NavGraph
from envs.navigation.items import Instruction
from envs.navigation.objects import SeenObject
from envs.navigation.options import Split
from envs.navigation.skybox import Sphere
from envs.navigation.synthetic import paint
from envs.navigation.synthetic.building import TRAIN, UNSEEN, build, seed_of
from envs.navigation.synthetic.paint import Painted
from envs.navigation.synthetic.sights import goals, objects
from envs.navigation.synthetic.tasks import tasks
from envs.navigation.synthetic.waypoints import graph
from envs.navigation.world import Kind


class Synthetic:
    """Everything is made when it is asked for.

    Args:
        kind: R2R or REVERIE.
        split: "train" or "unseen".
    """

    pictured = True

    def __init__(self, kind: Kind, split: Split = "train") -> None:
        self.kind = kind
        self.seeds = UNSEEN if split == "unseen" else TRAIN

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        return tuple(one for seed in self.seeds for one in tasks(self.kind, seed))

    def draw(self, rng: np.random.Generator) -> Instruction:
        """An instruction of one building, without making the others."""
        here = tasks(self.kind, int(rng.choice(self.seeds)))
        return here[int(rng.integers(len(here)))]

    def find(self, identity: str) -> Instruction:
        path = identity.partition("_")[0]
        if path.isdecimal() and len(path) <= 9 and int(path) // 100 in range(UNSEEN.stop):
            for one in tasks(self.kind, int(path) // 100):
                if one.id == identity:
                    return one
        raise EnvError(f"there is no instruction {identity!r} in the synthetic buildings' {self.kind}")

    def graph(self, scan: str) -> NavGraph:
        return graph(build(seed_of(scan)))

    def sphere(self, scan: str, viewpoint: str) -> Sphere:
        self.graph(scan).index(viewpoint)
        return _sphere(seed_of(scan), viewpoint)

    def objects(self, scan: str, viewpoint: str) -> tuple[SeenObject, ...]:
        self.graph(scan).index(viewpoint)
        return objects(build(seed_of(scan)), viewpoint) if self.kind == "REVERIE" else ()

    def goals(self, scan: str, target: str) -> frozenset[str]:
        building = build(seed_of(scan))
        for piece in building.pieces:
            if piece.id == target:
                return goals(building, piece)
        raise EnvError(f"building {scan} has no object {target!r}")


@lru_cache(maxsize=24)
def _sphere(seed: int, viewpoint: str) -> Sphere:
    building = build(seed)
    return Painted(building, graph(building).position(viewpoint), paint.FACE)

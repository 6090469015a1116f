"""What an episode of navigation takes place in: graphs, instructions, objects and what is seen."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from envs.navigation.graph import NavGraph
from envs.navigation.items import Instruction
from envs.navigation.objects import SeenObject
from envs.navigation.skybox import Sphere

Kind = Literal["R2R", "REVERIE"]
Layout = Literal["panorama", "tiles"]
SUCCESS_RADIUS = 3.0
"""R2R: an episode succeeds when it ends nearer than so many metres, along the graph, to the goal (R2R, eval.py)."""


class World(Protocol):
    """Everything may raise EnvError, which names the file and the scan, viewpoint or object."""

    kind: Kind
    pictured: bool
    """Whether `sphere` shows the true place; without pictures it is a schema of directions alone."""

    @property
    def instructions(self) -> tuple[Instruction, ...]: ...

    def draw(self, rng: np.random.Generator) -> Instruction:
        """One of the instructions, by chance."""
        ...

    def find(self, identity: str) -> Instruction:
        """The instruction of an instr_id."""
        ...

    def graph(self, scan: str) -> NavGraph: ...

    def sphere(self, scan: str, viewpoint: str) -> Sphere: ...

    def objects(self, scan: str, viewpoint: str) -> tuple[SeenObject, ...]:
        """The objects that are seen from a viewpoint; empty in R2R."""
        ...

    def goals(self, scan: str, target: str) -> frozenset[str]:
        """The viewpoints a target is seen from (REVERIE, eval_release.py)."""
        ...


def succeeds(world: World, instruction: Instruction, viewpoint: str) -> bool:
    """Whether to end at a viewpoint is a success: R2R's strictly below 3 m, REVERIE's that the target is seen.

    False where the path is not public: nobody here can tell.
    """
    if instruction.hidden:
        return False
    if world.kind == "REVERIE":
        return viewpoint in world.goals(instruction.scan, instruction.target)
    return world.graph(instruction.scan).distance(viewpoint, instruction.path[-1]) < SUCCESS_RADIUS

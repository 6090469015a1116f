"""Agents that need no picture: their trajectories are made on the graph alone, a whole split in seconds."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from itertools import pairwise

from envs.base import EnvError
from envs.navigation.angles import HEADINGS, STEP, compass, direction_of
from envs.navigation.candidates import navigable
from envs.navigation.graph import NavGraph
from envs.navigation.items import Instruction
from evals.navigation.trajectory import Pose, Trajectory

FORWARD = 5
"""Steps that the random agent of R2R walks (Anderson et al. 2018, arXiv 1711.07280, section 5.1)."""


def walk(walker: str, instruction: Instruction, graph: NavGraph, seed: int = 0) -> Trajectory:
    """What a walker of `WALKERS` does. It names no object.

    Raises EnvError when the graph lacks a viewpoint or a way that it needs, or the path that it needs is not public.
    """
    if instruction.hidden and walker in ("shortest_path", "reference"):
        raise EnvError(f"the path is not public, so {walker} does not know where to go")
    rng = random.Random(zlib.crc32(f"{seed} {instruction.id}".encode()))
    return Trajectory(instruction.id, tuple(WALKERS[walker](instruction, graph, rng)))


def _stay(instruction: Instruction, graph: NavGraph, rng: random.Random) -> list[Pose]:
    """Stops where it starts."""
    return [Pose(instruction.path[0], instruction.heading)]


def _shortest_path(instruction: Instruction, graph: NavGraph, rng: random.Random) -> list[Pose]:
    """Knows the goal, the end of the reference path, and takes the shortest path there."""
    return _along(graph.shortest_path(instruction.path[0], instruction.path[-1]), instruction.heading, graph)


def _reference(instruction: Instruction, graph: NavGraph, rng: random.Random) -> list[Pose]:
    """Follows the reference path."""
    return _along(instruction.path, instruction.heading, graph)


def _straight(instruction: Instruction, graph: NavGraph, rng: random.Random) -> list[Pose]:
    """Goes forward from the start's heading, turning right where nothing lies ahead."""
    return _forward(Pose(instruction.path[0], instruction.heading), graph)


def _random(instruction: Instruction, graph: NavGraph, rng: random.Random) -> list[Pose]:
    """The random agent of R2R: turns to a random heading, then goes forward as the straight one."""
    start = Pose(instruction.path[0], instruction.heading)
    turned = start._replace(heading=compass(start.heading + rng.randrange(HEADINGS) * STEP))
    return [start, *_forward(turned, graph)]


def _along(path: tuple[str, ...], heading: float, graph: NavGraph) -> list[Pose]:
    poses = [Pose(path[0], heading)]
    for before, after in pairwise(path):
        poses.append(Pose(after, direction_of(graph.position(after) - graph.position(before)).heading))
    return poses


def _forward(start: Pose, graph: NavGraph) -> list[Pose]:
    """The simulator keeps the heading in moving, and takes the place nearest to the middle of the picture."""
    poses, turns = [start], 0
    while len(poses) - turns <= FORWARD and turns < HEADINGS * FORWARD:
        here = poses[-1]
        ahead = navigable(graph, here.viewpoint, here.heading, here.elevation)
        if ahead:
            poses.append(here._replace(viewpoint=ahead[0].viewpoint))
        else:
            poses.append(here._replace(heading=compass(here.heading + STEP)))
            turns += 1
    return poses


WALKERS: dict[str, Callable[[Instruction, NavGraph, random.Random], list[Pose]]] = {
    "shortest_path": _shortest_path,
    "reference": _reference,
    "stay": _stay,
    "straight": _straight,
    "random": _random,
}

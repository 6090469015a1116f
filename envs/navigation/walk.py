"""Where an episode stands: viewpoint, pose, the path so far, and what a scorer wants to know of it."""

from __future__ import annotations

import math
from typing import Any

from envs.base import EnvError
from envs.navigation.items import Instruction
from envs.navigation.world import World, succeeds


class Walk:
    """One agent following one instruction.

    Args:
        world: where.
        instruction: what it follows; its path begins where the agent stands.

    Raises:
        EnvError: when the start or the goal is no viewpoint of the scan.
    """

    def __init__(self, world: World, instruction: Instruction) -> None:
        self.world, self.instruction = world, instruction
        self.graph = world.graph(instruction.scan)
        for viewpoint in instruction.path:
            if viewpoint not in self.graph:
                raise EnvError(f"instruction {instruction.id}: scan {instruction.scan} has no viewpoint {viewpoint!r}")
        self.viewpoint = instruction.path[0]
        self.heading, self.elevation = instruction.heading, 0.0
        self.path: list[tuple[str, float, float]] = [(self.viewpoint, self.heading, self.elevation)]
        self.length = 0.0
        self.stopped = False
        self.predicted: str | None = None
        self.passed_goal = self.success

    @property
    def success(self) -> bool:
        """Whether to end here is a success."""
        return succeeds(self.world, self.instruction, self.viewpoint)

    def turn(self, heading: float, elevation: float) -> None:
        """Look elsewhere from the same place; the path has one entry for each pose, as the simulator's has."""
        self.heading, self.elevation = heading, elevation
        self.path.append((self.viewpoint, heading, elevation))

    def go(self, viewpoint: str, heading: float, elevation: float) -> None:
        """Walk an edge of the graph."""
        self.length += self.graph.edge(self.viewpoint, viewpoint)
        self.viewpoint = viewpoint
        self.turn(heading, elevation)
        self.passed_goal = self.passed_goal or self.success

    def next_on_route(self) -> str | None:
        """Where the reference path goes on from here, or, off it, the shortest way to its end; None at the end.

        Raises EnvError where the path is not public, or where there is no way.
        """
        reference = self.instruction.path
        if self.instruction.hidden:
            raise EnvError(f"the path of instruction {self.instruction.id} is not public, so there is none to follow")
        walked = [self.path[0][0]]
        walked += [now[0] for before, now in zip(self.path, self.path[1:], strict=False) if now[0] != before[0]]
        follows = tuple(walked) == reference[: len(walked)]
        if follows and len(walked) < len(reference) and self.graph.has_edge(self.viewpoint, reference[len(walked)]):
            return reference[len(walked)]
        if self.viewpoint == reference[-1]:
            return None
        return self.graph.shortest_path(self.viewpoint, reference[-1])[1]

    def facts(self) -> dict[str, Any]:
        """What a submission and every metric need; a distance is None where there is no way.

        Where the path is not public, goal and distances are None, and no success is claimed.
        """
        item = self.instruction
        goal = None if item.hidden else item.path[-1]
        found: dict[str, Any] = {
            "instr_id": item.id,
            "scan": item.scan,
            "instruction": item.text,
            "reference": list(item.path),
            "goal": goal,
            "viewpoint": self.viewpoint,
            "heading": self.heading,
            "elevation": self.elevation,
            "path": [list(pose) for pose in self.path],
            "length": self.length,
            "distance": None if goal is None else _finite(self.graph.distance(self.viewpoint, goal)),
            "shortest": None if goal is None else _finite(self.graph.distance(item.path[0], goal)),
            "stopped": self.stopped,
            "success": self.success,
            "oracle_success": self.passed_goal,
        }
        if self.world.kind == "REVERIE":
            found |= {
                "target": item.target,
                "predicted": self.predicted,
                "objects": [one.id for one in self.world.objects(item.scan, self.viewpoint)],
                "goals": [] if goal is None else sorted(self.world.goals(item.scan, item.target)),
            }
        return found


def _finite(length: float) -> float | None:
    return length if math.isfinite(length) else None

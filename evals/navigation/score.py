"""One instruction scored: its trajectory checked against the graph, then measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from envs.base import EnvError
from envs.navigation.graph import NavGraph
from envs.navigation.items import Instruction
from envs.navigation.world import SUCCESS_RADIUS, World
from evals.navigation.benchmarks import Benchmark
from evals.navigation.paths import cls, length, ndtw, weighted, without_repeats
from evals.navigation.trajectory import Trajectory, TrajectoryError


@dataclass(frozen=True, slots=True)
class Score:
    """An instruction's figures by metric; NaN where one cannot be measured, which only TL and NE ever are."""

    instruction: Instruction
    trajectory: Trajectory | None
    values: dict[str, float]
    problem: str = ""
    """Why it counts as failed without being measured; "" when it was."""
    goals: frozenset[int] = frozenset()
    """Rows of the graph's viewpoints where stopping is success."""


def score(
    benchmark: Benchmark, world: World, instruction: Instruction, trajectory: Trajectory | None, problem: str = "",
    source: str = "",
) -> Score:  # fmt: skip
    """Score an instruction. Nothing is raised: what is wrong is its `problem`, and it stays in every share as 0.

    An instruction without a valid trajectory counts in TL and NE as if the agent had stayed where it started; one whose
    graph or viewpoints are missing has neither.

    Args:
        problem: why there is no trajectory, or why the one there is does not count.
        source: the file that the trajectory is from, for messages.
    """
    nothing = {metric.name: 0.0 if metric.share else math.nan for metric in benchmark.metrics}
    try:
        graph = world.graph(instruction.scan)
        goals = _goals(benchmark, world, instruction, graph)
    except EnvError as error:
        return Score(instruction, None, nothing, f"{instruction.id}: {error}")
    path = [graph.index(instruction.path[0])]
    if not problem:
        try:
            if trajectory is None:
                raise TrajectoryError("there is no trajectory")
            path = walked(trajectory, instruction, graph)
        except TrajectoryError as error:
            problem = f"{source + ': ' if source else ''}{instruction.id}: {error}"
    values = _measure(benchmark, graph, instruction, goals, path, trajectory)
    if not problem:
        return Score(instruction, trajectory, values, goals=goals)
    lengths = {metric.name: values[metric.name] for metric in benchmark.metrics if not metric.share}
    return Score(instruction, None, nothing | lengths, problem, goals)


def walked(trajectory: Trajectory, instruction: Instruction, graph: NavGraph) -> list[int]:
    """The path of a trajectory as rows of the graph's distances, repeats of turning left out.

    Raises TrajectoryError, naming the step, when it starts elsewhere, knows a viewpoint that the graph does not, or
    moves where there is no edge (tasks/R2R/eval.py refuses the same).
    """
    viewpoints = trajectory.viewpoints
    if viewpoints[0] != instruction.path[0]:
        raise TrajectoryError(f"step 0 is at {viewpoints[0]}, but the start is {instruction.path[0]}")
    for step, (before, after) in enumerate(pairwise(viewpoints), 1):
        if after not in graph:
            raise TrajectoryError(f"step {step} is at {after}, which is no viewpoint of {graph.scan}")
        if before != after and not graph.has_edge(before, after):
            raise TrajectoryError(f"step {step} goes from {before} to {after}, which no edge of {graph.scan} joins")
    return without_repeats([graph.index(viewpoint) for viewpoint in viewpoints])


def _goals(benchmark: Benchmark, world: World, instruction: Instruction, graph: NavGraph) -> frozenset[int]:
    """Rows of the viewpoints where stopping is success: near the path's end, or wherever the target is seen.

    The latter may be none. Raises EnvError for a reference path that leaves the graph or goes where no way leads, and
    for a target that is unknown.
    """
    unknown = [viewpoint for viewpoint in instruction.path if viewpoint not in graph]
    if unknown:
        raise EnvError(f"{unknown[0][:64]!r}, on its reference path, is no viewpoint of {graph.scan}")
    for before, after in pairwise(instruction.path):
        if not math.isfinite(graph.distance(before, after)):
            raise EnvError(f"its reference path goes from {before} to {after}, between which {graph.scan} has no way")
    if benchmark.objects:
        seen = world.goals(instruction.scan, instruction.target)
        return frozenset(graph.index(viewpoint) for viewpoint in seen if viewpoint in graph)
    to_goal = graph.distances[:, graph.index(instruction.path[-1])]
    return frozenset(place for place in range(len(to_goal)) if to_goal[place] < SUCCESS_RADIUS)


def _measure(
    benchmark: Benchmark,
    graph: NavGraph,
    instruction: Instruction,
    goals: frozenset[int],
    path: Sequence[int],
    trajectory: Trajectory | None,
) -> dict[str, float]:
    """Every metric of a path, d being the shortest distance along the graph in metres.

    TL = sum of d(P_k, P_k+1); SR = [P_end in goals]; OSR = [some P_k in goals]; SPL = SR · L / max(TL, L).
    R2R (tasks/R2R/eval.py; nDTW, SDTW and CLS as in `paths`): goals = {v: d(v, R_end) < 3 m}, NE = d(P_end, R_end),
    SDTW = SR · nDTW. REVERIE (tasks/REVERIE/eval_release.py): goals = {v: the target is visible from v},
    RGS = [object named = target], RGSPL = RGS · L / max(TL, L). Both evaluators take L = d(R_0, R_end); DUET
    (map_nav_src/r2r/env.py, reverie/env.py) takes the reference path's length, here `_reference`.
    """
    distances = graph.distances
    reference = [graph.index(viewpoint) for viewpoint in instruction.path]
    total, expected = length(path, distances), length(reference, distances)
    shortest = float(distances[reference[0], reference[-1]])
    success = float(path[-1] in goals)
    found = {
        "TL": total,
        "SR": success,
        "OSR": float(not goals.isdisjoint(path)),
        "SPL": weighted(success, shortest, total),
        "SPL_reference": weighted(success, expected, total),
    }
    if benchmark.objects:
        named = float(trajectory is not None and trajectory.object_id == instruction.target)
        return found | {
            "RGS": named,
            "RGSPL": weighted(named, shortest, total),
            "RGSPL_reference": weighted(named, expected, total),
        }
    error = float(distances[path[-1], reference[-1]])
    warped = ndtw(path, reference, distances)
    return found | {
        "NE": error if math.isfinite(error) else math.nan,
        "nDTW": warped,
        "SDTW": success * warped,
        "CLS": cls(path, reference, distances),
    }

"""Writes report.html: the tables, and a map of every instruction's path with filters, in one file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.report.page import environment, write_page
from envs.base import EnvError
from envs.navigation.graph import NavGraph
from envs.navigation.synthetic.building import build, seed_of
from envs.navigation.synthetic.world import Synthetic
from envs.navigation.world import SUCCESS_RADIUS, World
from evals.navigation.benchmarks import Benchmark
from evals.navigation.paths import without_repeats
from evals.navigation.score import Score
from evals.summary import Table


def write_navigation_report(
    out: Path, benchmark: Benchmark, world: World, scores: Sequence[Score], tables: Sequence[Table], lead: str,
    links: Sequence[tuple[str, str]] = (),
) -> None:  # fmt: skip
    """Write `out`/report.html, which needs nothing else. Raises RecordError when it cannot be written."""
    data = page_data(benchmark, world, scores)
    template = environment("evals.navigation").get_template("trajectories.html.j2")
    html = template.render(
        title=f"{benchmark.title}: paths", lead=lead, opened=2, links=links,
        tables=[(table, _figures(table)) for table in tables],
        metrics=[metric.name for metric in benchmark.metrics if metric.shown], objects=benchmark.objects,
        goal_legend="the target is visible from here" if benchmark.objects else "stopping here is success",
        problems=[(one.instruction.id, one.problem) for one in scores if one.problem], total=len(scores),
        data=data, rooms=isinstance(world, Synthetic),
    )  # fmt: skip
    write_page(out / "report.html", html)


def page_data(benchmark: Benchmark, world: World, scores: Sequence[Score]) -> dict[str, Any]:
    """What the page's script draws: the graphs once, and every instruction with its paths as rows of its graph."""
    graphs = _graphs(world, scores)
    return {
        "metrics": [metric.name for metric in benchmark.metrics],
        "metres": [metric.name for metric in benchmark.metrics if not metric.share],
        "radius": None if benchmark.objects else SUCCESS_RADIUS,
        "scans": {scan: _scan(world, graph) for scan, graph in sorted(graphs.items())},
        "instructions": [_instruction(benchmark, graphs.get(one.instruction.scan), one) for one in scores],
    }


def _figures(table: Table) -> list[bool]:
    """Which columns hold figures alone."""
    return [all(row[k][:1] in "0123456789[–" for row in table.rows) for k in range(len(table.columns))]


def _graphs(world: World, scores: Sequence[Score]) -> dict[str, NavGraph]:
    graphs = {}
    for scan in {one.instruction.scan for one in scores}:
        try:
            graphs[scan] = world.graph(scan)
        except EnvError:
            continue  # its instructions say so themselves
    return graphs


def _scan(world: World, graph: NavGraph) -> dict[str, Any]:
    rows = {viewpoint: row for row, viewpoint in enumerate(graph.ids)}
    edges = [[rows[a], rows[b]] for a in graph.ids for b in graph.neighbours(a) if rows[a] < rows[b]]
    places = [[round(float(value), 2) for value in graph.position(viewpoint)] for viewpoint in graph.ids]
    rooms = _rooms(graph.scan) if isinstance(world, Synthetic) else []
    return {"ids": list(graph.ids), "xyz": places, "edges": edges, "rooms": rooms}


def _rooms(scan: str) -> list[list[Any]]:
    """The floor plan of a drawn building: least x, least y, greatest x, greatest y and the kind of each room."""
    areas = [(room.area, room.kind) for room in build(seed_of(scan)).plan.rooms]
    return [[*(round(value, 2) for value in (area.x0, area.y0, area.x1, area.y1)), kind] for area, kind in areas]


def _instruction(benchmark: Benchmark, graph: NavGraph | None, one: Score) -> dict[str, Any]:
    instruction, taken = one.instruction, one.trajectory
    return {
        "id": instruction.id,
        "scan": instruction.scan,
        "text": instruction.text,
        "heading": round(instruction.heading, 4),
        "target": instruction.target,
        "named": None if taken is None else taken.object_id,
        "reference": _rows(graph, instruction.path),
        "path": without_repeats(_rows(graph, [] if taken is None else taken.viewpoints)),
        "goals": sorted(one.goals),
        "values": [_finite(one.values[metric.name]) for metric in benchmark.metrics],
        "problem": one.problem,
    }


def _rows(graph: NavGraph | None, viewpoints: Sequence[str]) -> list[int]:
    if graph is None or any(viewpoint not in graph for viewpoint in viewpoints):
        return []
    return [graph.index(viewpoint) for viewpoint in viewpoints]


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None

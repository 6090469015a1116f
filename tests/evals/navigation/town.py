"""A small made-up scan in the connectivity format, and a World of it.

e
|
c   d           x - y
|   |
a - b           2 m a step; x and y are a piece of their own, nothing leads to z
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from envs.base import EnvError
from envs.navigation.graph import NavGraph, graph_of
from envs.navigation.items import Instruction
from envs.navigation.objects import SeenObject
from envs.navigation.schema import Schema
from envs.navigation.skybox import Sphere
from envs.navigation.world import Kind

PLACES = {"a": (0, 0), "b": (2, 0), "c": (0, 2), "d": (2, 2), "e": (0, 4), "x": (10, 2), "y": (12, 2), "z": (20, 0)}
WAYS = {("a", "b"), ("a", "c"), ("b", "d"), ("c", "e"), ("x", "y")}


def entries() -> list[dict[str, Any]]:
    names = list(PLACES)
    return [
        {
            "image_id": name,
            "pose": [1, 0, 0, PLACES[name][0], 0, 0, 1, PLACES[name][1], 0, -1, 0, 1.5, 0, 0, 0, 1],
            "included": True,
            "visible": [True] * len(names),
            "unobstructed": [(name, other) in WAYS or (other, name) in WAYS for other in names],
            "height": 1.5,
        }
        for name in names
    ]


def instruction(
    path: str, name: str = "7_0", scan: str = "town", target: str = "", heading: float = 0.0
) -> Instruction:
    return Instruction(name, scan, tuple(path), heading, f"Walk {' to '.join(path)}.", name.split("_")[0], target)


class Town:
    """`seen`: by object, the viewpoints it is seen from."""

    pictured = False

    def __init__(self, kind: Kind, instructions: list[Instruction], seen: dict[str, str] | None = None) -> None:
        self.kind: Kind = kind
        self.instructions = tuple(instructions)
        self._seen = seen or {}
        self._graph = graph_of("town", entries(), "town")

    def find(self, identity: str) -> Instruction:
        return next(one for one in self.instructions if one.id == identity)

    def graph(self, scan: str) -> NavGraph:
        if scan != "town":
            raise EnvError(f"there is no graph of scan {scan}: {scan}_connectivity.json is missing")
        return self._graph

    def sphere(self, scan: str, viewpoint: str) -> Sphere:
        return Schema()

    def objects(self, scan: str, viewpoint: str) -> tuple[SeenObject, ...]:
        return ()

    def goals(self, scan: str, target: str) -> frozenset[str]:
        if target not in self._seen:
            raise EnvError(f"town.json has no object {target!r}")
        return frozenset(self._seen[target])


def write_town(folder: Path) -> Path:
    """The same as files, with two R2R paths of three and four instructions and one of REVERIE's; returns the folder."""
    for name in ("connectivity", "R2R", "REVERIE/BBox_compact"):
        (folder / name).mkdir(parents=True)
    (folder / "connectivity" / "town_connectivity.json").write_text(json.dumps(entries()))
    routes = [("1", "abd", 3), ("2", "bace", 4)]
    paths = [
        {
            "scan": "town", "path_id": int(name), "path": list(path), "heading": 0.0, "distance": 2.0 * (len(path) - 1),
            "instructions": [f"Walk {' to '.join(path)}, way {k}." for k in range(count)],
        }
        for name, path, count in routes
    ]  # fmt: skip
    (folder / "R2R" / "R2R_val.json").write_text(json.dumps(paths))
    tasks = [{**paths[1], "id": "2_5", "objId": 5, "instructions": ["Dust the lamp.", "Find the lamp."]}]
    (folder / "REVERIE" / "REVERIE_val.json").write_text(json.dumps(tasks))
    lamp = {"5": {"name": "lamp", "visible_pos": [12], "bbox2d": [[300, 200, 40, 40]]}}
    chair = {"6": {"name": "chair", "visible_pos": [14], "bbox2d": [[300, 200, 40, 40]]}}
    boxes = {"e": {**lamp, **chair}, "c": lamp, "a": chair}
    (folder / "REVERIE" / "BBox_compact" / "town.json").write_text(json.dumps(boxes))
    return folder

"""A scan's navigation graph, read from the connectivity format of the Matterport3D simulator."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.base import EnvError, MissingExtraError
from envs.navigation.angles import Floats
from envs.numbers import is_number

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What scans, viewpoints, instructions and objects are called: names that are safe in paths and on terminals."""


class NavGraph:
    """The included viewpoints of a scan and the unobstructed ways between them, weighed by length in metres.

    Args:
        scan: its name.
        ids: the viewpoints.
        poses: (n, 4, 4), local to world: x right, y down, z forward into z up, in metres.
        heights: (n,) of the cameras above the floor.
        open_ways: (n, n) bool, True where one can walk; the diagonal is ignored.
    """

    def __init__(
        self, scan: str, ids: Sequence[str], poses: Floats, heights: Floats, open_ways: NDArray[np.bool_]
    ) -> None:
        self.scan = scan
        self.ids = tuple(ids)
        self._rows = {viewpoint: row for row, viewpoint in enumerate(self.ids)}
        self._poses, self._heights = poses, heights
        places = poses[:, :3, 3]
        self._lengths = np.linalg.norm(places[:, None] - places[None], axis=2)
        open_ways = open_ways & ~np.eye(len(self.ids), dtype=bool)
        self._neighbours = {
            viewpoint: tuple(self.ids[to] for to in np.flatnonzero(open_ways[row]))
            for row, viewpoint in enumerate(self.ids)
        }

    def __contains__(self, viewpoint: object) -> bool:
        return viewpoint in self._rows

    def index(self, viewpoint: str) -> int:
        """Its row. Raises EnvError when the scan has no such included viewpoint."""
        if viewpoint not in self._rows:
            raise EnvError(f"scan {self.scan} has no viewpoint {viewpoint!r} that is included in its graph")
        return self._rows[viewpoint]

    def pose(self, viewpoint: str) -> Floats:
        """(4, 4): what `poses` above says."""
        pose: Floats = self._poses[self.index(viewpoint)]
        return pose

    def position(self, viewpoint: str) -> Floats:
        """(3,) in world metres."""
        place: Floats = self._poses[self.index(viewpoint), :3, 3]
        return place

    def height(self, viewpoint: str) -> float:
        """Of the camera above the floor, in metres."""
        return float(self._heights[self.index(viewpoint)])

    def neighbours(self, viewpoint: str) -> tuple[str, ...]:
        """Where one can walk from a viewpoint."""
        self.index(viewpoint)
        return self._neighbours[viewpoint]

    def has_edge(self, a: str, b: str) -> bool:
        return b in self.neighbours(a)

    def edge(self, a: str, b: str) -> float:
        """The straight distance of two viewpoints in metres, whether or not one can walk it."""
        return float(self._lengths[self.index(a), self.index(b)])

    @cached_property
    def distances(self) -> Floats:
        """(n, n): the shortest way along the graph in metres, inf where there is none; rows as in `ids`."""
        found = np.full(self._lengths.shape, math.inf)
        for start, reached in _networkx().all_pairs_dijkstra_path_length(self._network):
            for goal, length in reached.items():
                found[self._rows[start], self._rows[goal]] = length
        return found

    def distance(self, a: str, b: str) -> float:
        """The shortest way in metres; inf when there is none."""
        return float(self.distances[self.index(a), self.index(b)])

    def shortest_path(self, a: str, b: str) -> tuple[str, ...]:
        """The viewpoints of a shortest way, both ends included. Raises EnvError when there is none."""
        self.index(a), self.index(b)
        networkx = _networkx()
        try:
            return tuple(networkx.dijkstra_path(self._network, a, b))
        except networkx.NetworkXNoPath as error:
            raise EnvError(f"in scan {self.scan} there is no way from {a} to {b}") from error

    def components(self) -> tuple[frozenset[str], ...]:
        """The pieces of the graph, the largest first."""
        pieces = (frozenset(piece) for piece in _networkx().connected_components(self._network))
        return tuple(sorted(pieces, key=lambda piece: (-len(piece), min(piece))))

    @cached_property
    def _network(self) -> Any:
        network = _networkx().Graph()
        network.add_nodes_from(self.ids)
        for a, others in self._neighbours.items():
            network.add_weighted_edges_from((a, b, self.edge(a, b)) for b in others)
        return network


def _networkx() -> Any:
    try:
        return import_module("networkx")
    except ImportError as error:
        raise MissingExtraError("navigation", "navigation", error) from error


@lru_cache(maxsize=128)
def load_graph(folder: Path, scan: str) -> NavGraph:
    """The graph in `folder`/`scan`_connectivity.json. Raises EnvError, which names the file and the viewpoint."""
    if not NAME.fullmatch(scan):
        raise EnvError(f"{scan[:64]!r} is no name of a scan")
    file = folder / f"{scan}_connectivity.json"
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EnvError(f"there is no graph of scan {scan}: {file} is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise EnvError(f"{file} cannot be read as a graph: {error}") from error
    return graph_of(scan, entries, str(file))


def graph_of(scan: str, entries: Any, where: str) -> NavGraph:
    """The graph of a parsed connectivity list: a way is open between included viewpoints where `unobstructed` says so.

    Args:
        where: the file, for messages.

    Raises:
        EnvError: for another structure, a pose that is none, or a way that is open in one direction alone.
    """
    if not isinstance(entries, list) or not entries:
        raise EnvError(f"{where} holds no list of viewpoints")
    for place, entry in enumerate(entries):
        _check(entry, len(entries), f"{where}, entry {place}")
    kept = [row for row, entry in enumerate(entries) if entry["included"]]
    ids = [entries[row]["image_id"] for row in kept]
    if len(set(ids)) != len(ids):
        raise EnvError(f"{where} names a viewpoint twice")
    open_ways = np.array([entry["unobstructed"] for entry in entries], bool)[np.ix_(kept, kept)]
    for a, b in np.argwhere(open_ways & ~open_ways.T)[:1]:
        raise EnvError(f"{where}: one can walk from {ids[a]} to {ids[b]} but not back")
    poses = np.array([entries[row]["pose"] for row in kept], np.float64).reshape(-1, 4, 4)
    heights = np.array([entries[row]["height"] for row in kept], np.float64)
    return NavGraph(scan, ids, poses, heights, open_ways)


def _check(entry: Any, count: int, where: str) -> None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("image_id"), str):
        raise EnvError(f"{where} is no viewpoint: it has no image_id")
    if not NAME.fullmatch(entry["image_id"]):
        raise EnvError(f"{where}: the image_id is no name of a viewpoint")
    where = f"{where} ({entry['image_id']})"
    pose, ways = entry.get("pose"), entry.get("unobstructed")
    if not isinstance(pose, list) or len(pose) != 16 or not all(is_number(value) for value in pose):
        raise EnvError(f"{where}: the pose is not 16 numbers")
    if not isinstance(ways, list) or len(ways) != count or not all(isinstance(way, bool) for way in ways):
        raise EnvError(f"{where}: unobstructed is not {count} times true or false")
    if not isinstance(entry.get("included"), bool) or not is_number(entry.get("height")):
        raise EnvError(f"{where}: included or height is missing")

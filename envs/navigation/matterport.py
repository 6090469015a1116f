"""R2R and REVERIE on the true graphs, from files the user has by licence."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

import numpy as np

from envs.base import EnvError
from envs.navigation.graph import NavGraph, load_graph
from envs.navigation.images import Images
from envs.navigation.items import Instruction, read_r2r, read_reverie
from envs.navigation.objects import Seen, SeenObject, load_objects
from envs.navigation.options import DataOptions
from envs.navigation.schema import Schema
from envs.navigation.skybox import Sphere
from envs.navigation.world import Kind

_SPLIT = re.compile(r"[a-z0-9_]{1,40}")


class Matterport:
    """A World of files.

    Raises:
        EnvError: when no folder is given, or the split is no name; files are opened when they are needed.
    """

    def __init__(self, kind: Kind, options: DataOptions) -> None:
        if not _SPLIT.fullmatch(options.split):
            raise EnvError(f"split is a name such as val_unseen, not {options.split!r}")
        missing = not options.data and not (options.connectivity and options.annotations)
        if missing or (kind == "REVERIE" and not options.data and not options.boxes):
            raise EnvError(
                f"{kind} needs its data, which are licensed and not shipped: give --data with the folder that holds "
                "connectivity/, R2R/ and REVERIE/, or play Synthetic-" + kind
            )
        data = Path(options.data)
        self.kind = kind
        self.pictured = bool(options.images)
        self._connectivity = Path(options.connectivity) if options.connectivity else data / "connectivity"
        self._annotations = (
            Path(options.annotations) if options.annotations else data / kind / f"{kind}_{options.split}.json"
        )
        self._boxes = Path(options.boxes) if options.boxes else data / "REVERIE" / "BBox_compact"
        self._images = Images(Path(options.images)) if options.images else None

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        return read_reverie(self._annotations) if self.kind == "REVERIE" else read_r2r(self._annotations)

    @cached_property
    def _by_id(self) -> dict[str, Instruction]:
        return {one.id: one for one in self.instructions}

    def draw(self, rng: np.random.Generator) -> Instruction:
        if not self.instructions:
            raise EnvError(f"{self._annotations} has no instructions to draw from")
        return self.instructions[int(rng.integers(len(self.instructions)))]

    def find(self, identity: str) -> Instruction:
        if identity not in self._by_id:
            raise EnvError(f"{self._annotations} has no instruction {identity!r}")
        return self._by_id[identity]

    def graph(self, scan: str) -> NavGraph:
        return load_graph(self._connectivity, scan)

    def sphere(self, scan: str, viewpoint: str) -> Sphere:
        if self._images is None:
            return Schema()
        return self._images.sphere(scan, viewpoint, self.graph(scan).pose(viewpoint)[:3, :3])

    def objects(self, scan: str, viewpoint: str) -> tuple[SeenObject, ...]:
        if self.kind == "R2R":
            return ()
        return tuple(one for one in self._seen(scan).get(viewpoint, ()) if one.views)

    def goals(self, scan: str, target: str) -> frozenset[str]:
        seen = self._seen(scan)
        if not any(one.id == target for objects in seen.values() for one in objects):
            raise EnvError(f"{self._file(scan)} has no object {target!r}")
        return frozenset(
            viewpoint for viewpoint, objects in seen.items() if any(one.id == target and one.views for one in objects)
        )

    def _seen(self, scan: str) -> Seen:
        self.graph(scan)  # refuses what is no name of a scan
        return load_objects(self._file(scan))

    def _file(self, scan: str) -> Path:
        return self._boxes / f"{scan}.json"

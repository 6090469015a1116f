"""What our own worlds cost: a picture out of a skybox, and a step of the stand-in household with its three images."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from envs.navigation.projection import Perspective
from envs.navigation.skybox import Skybox, _map_of
from envs.thor.launch import launch
from envs.thor.options import ThorOptions
from evals.speed.browsers.figures import Figure
from evals.summary import Row, Table, write_summary, write_tables

SCENES = ("FloorPlan10", "FloorPlan203", "FloorPlan308", "FloorPlan405")
_MOVES = ("MoveAhead", "RotateLeft", "RotateRight", "LookUp", "LookDown")
_NOTE = (
    "Medians over repeats [lowest, highest] of wall time; a first look works out which texels a view needs, later ones "
    "at the same angles find that map again. A step of the household: an action, and colour, depth and identities at "
    "300×300, through ai2thor's own Controller. Targets: a picture under 20 ms, 20 steps a second, a scene under 3 s."
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: seconds, or how many a second."""

    name: str
    metric: str
    figure: Figure
    target: float

    @property
    def met(self) -> bool:
        return self.figure.middle >= self.target if self.metric == "per_second" else self.figure.middle <= self.target


def pictures(repeats: int) -> Iterator[Measure]:
    """640 × 480 out of a skybox with faces of 1,024 texels, in seconds."""
    faces = np.random.default_rng(0).integers(0, 256, (6, 1024, 1024, 3)).astype(np.uint8)
    sphere = Skybox(faces, np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]))
    first, again = [], []
    for repeat in range(repeats):
        new: list[float] = []
        known: list[float] = []
        for turn in range(12):
            heading, elevation = 0.31 * turn + repeat, 0.2 * (turn % 5 - 2)
            view = Perspective(heading, elevation, math.radians(60), 640, 480)
            _map_of.cache_clear()
            for into in (new, known):
                began = time.perf_counter()
                sphere.look(view.rays())
                into.append(time.perf_counter() - began)
        first.append(median(new))
        again.append(median(known))
    yield Measure("skybox 640×480, first look", "seconds", Figure.over(first), 0.020)
    yield Measure("skybox 640×480, known angles", "seconds", Figure.over(again), 0.020)


def household(repeats: int, data: str, steps: int = 60) -> Iterator[Measure]:
    """Steps a second and the seconds a scene takes, on the stand-in.

    Args:
        data: a folder of ALFRED data, whose scenes are then taken; made-up rooms if empty.

    Raises:
        EnvError: the engine does not start, or ai2thor is missing.
    """
    rates, loads = [], []
    engine = launch(ThorOptions(engine="standin", data=data), SCENES[0])
    try:
        for repeat in range(repeats):
            for scene in SCENES:
                began = time.perf_counter()
                engine.reset(scene)
                loads.append(time.perf_counter() - began)
                rng = random.Random(repeat)
                images = {"renderImage": True, "renderDepthImage": True, "renderInstanceSegmentation": True}
                engine.step("Pass", **images)
                began = time.perf_counter()
                for _ in range(steps):
                    engine.step(rng.choice(_MOVES), **images)
                rates.append(steps / (time.perf_counter() - began))
    finally:
        engine.close()
    yield Measure("household, steps", "per_second", Figure.over(rates), 20.0)
    yield Measure("household, a scene", "seconds", Figure.over(loads), 3.0)


def table(measures: list[Measure]) -> Table:
    """One line a figure."""
    lines = []
    for one in measures:
        rate = one.metric == "per_second"
        shown = one.figure.text(1 if rate else 1e3) + (" a second" if rate else " ms")
        target = f"≥ {one.target:g} a second" if rate else f"≤ {1e3 * one.target:g} ms"
        lines.append([one.name, shown, target, "met" if one.met else "NOT met"])
    return Table("Worlds", ["what", "figure", "target", ""], lines, _NOTE)


def write(out: Path, measures: list[Measure], run: dict[str, object]) -> None:
    """Write summary.json and report.html. Raises RecordError."""
    rows: list[Row] = [one.figure.row(one.name, one.metric) for one in measures]
    write_summary(out, {**run, "load": os.getloadavg()}, rows)
    write_tables(out, "Speed of the worlds", "Figures depend on the machine.", [table(measures)], [])

"""The two benchmarks: what they are called, and what each of their metrics is."""

from __future__ import annotations

from dataclasses import dataclass

from envs.navigation.world import Kind


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of an instruction. Shares are from 0 to 1, averaged over every instruction; the others are in metres."""

    name: str
    what: str
    share: bool = True
    shown: bool = True
    """Whether it stands in tables; the others are in the summary and the records alone."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`name` on the command line, `kind` in the registry (after `Synthetic-` for the shipped buildings)."""

    name: str
    kind: Kind
    title: str
    metrics: tuple[Metric, ...]
    most: int | None = None
    """How many instructions of a path are scored: R2R's evaluator takes the first three (tasks/R2R/eval.py)."""
    objects: bool = False

    def synthetic(self) -> str:
        return f"Synthetic-{self.kind}"


_TL = Metric("TL", "trajectory length: metres walked", share=False)
_SPL = (
    Metric("SPL", "SR · L / max(TL, L), L the shortest path from start to goal"),
    Metric("SPL_reference", "the same with L the reference path's length, as DUET has it", shown=False),
)
R2R = Benchmark(
    "r2r", "R2R", "R2R",
    (
        _TL,
        Metric("NE", "navigation error: metres along the graph from the last viewpoint to the goal", share=False),
        Metric("SR", "success: NE is below 3 m"),
        Metric("OSR", "oracle success: some viewpoint passed is nearer than 3 m to the goal"),
        *_SPL,
        Metric("nDTW", "normalised dynamic time warping with the reference path"),
        Metric("SDTW", "SR · nDTW"),
        Metric("CLS", "coverage of the reference path weighted by length"),
    ),
    most=3,
)  # fmt: skip
REVERIE = Benchmark(
    "reverie", "REVERIE", "REVERIE",
    (
        _TL,
        Metric("SR", "success: the target is visible from the last viewpoint"),
        Metric("OSR", "oracle success: the target is visible from some viewpoint passed"),
        *_SPL,
        Metric("RGS", "remote grounding success: the object named is the target, wherever the agent stands"),
        Metric("RGSPL", "RGS · L / max(TL, L), L the shortest path from start to goal"),
        Metric("RGSPL_reference", "the same with L the reference path's length, as DUET has it", shown=False),
    ),
    objects=True,
)  # fmt: skip

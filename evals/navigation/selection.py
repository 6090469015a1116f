"""Which instructions are followed, and in which world."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from envs.base import EnvError
from envs.navigation.items import Instruction
from envs.navigation.matterport import Matterport
from envs.navigation.options import RealOptions
from envs.navigation.synthetic.world import Synthetic
from envs.navigation.world import World
from envs.options import read_options
from evals.navigation.benchmarks import Benchmark

SYNTHETIC: dict[str, Literal["train", "unseen"]] = {"synthetic": "unseen", "synthetic-train": "train"}


@dataclass(frozen=True, slots=True)
class Split:
    """A split of a benchmark: its world, and how its env is made."""

    name: str
    world: World
    env: str
    env_options: dict[str, Any]
    scored: bool = True
    """Whether the paths are public; those of test splits are not, and their submissions are scored elsewhere."""


def open_split(benchmark: Benchmark, name: str, data: Path | None, images: Path | None, view: str) -> Split:
    """The split of that name: `synthetic` is the shipped unseen buildings, any other is a file below `data`.

    Raises EnvError when it is not there.
    """
    if name in SYNTHETIC:
        if data is not None or images is not None:
            raise EnvError(f"the split {name} is shipped; --data and --images go with val_seen and the like")
        part = SYNTHETIC[name]
        world: World = Synthetic(benchmark.kind, part)
        return Split(name, world, benchmark.synthetic(), {"split": part, "view": view})
    if name.startswith("synthetic"):
        raise EnvError(f"there is no split {name!r}; of the shipped buildings there are {', '.join(SYNTHETIC)}")
    if data is None:
        raise EnvError(
            f"the split {name} is of real buildings: name the folder that holds connectivity/, R2R/ and REVERIE/ with "
            "--data, or take the shipped ones with --split synthetic"
        )
    options: dict[str, Any] = {"data": str(data), "split": name, "view": view}
    if images is not None:
        options["images"] = str(images)
    world = Matterport(benchmark.kind, read_options(RealOptions, options))
    if not world.instructions:
        raise EnvError(f"the split {name} of {benchmark.title} in {data} holds no instructions")
    return Split(name, world, benchmark.kind, options, not all(one.hidden for one in world.instructions))


def chosen(
    benchmark: Benchmark, instructions: Sequence[Instruction], official: bool, sample: int, seed: int
) -> list[Instruction]:
    """The instructions that are scored, in the file's order.

    Args:
        official: only as many of each path as the benchmark's own evaluator takes.
        sample: how many are drawn from them with `seed`, a larger sample holding every smaller one; all of them for 0.
    """
    kept = list(instructions)
    if official and benchmark.most is not None:
        by_path: dict[tuple[str, str], int] = defaultdict(int)
        kept = []
        for one in instructions:
            key = one.scan, one.path_id
            by_path[key] += 1
            if by_path[key] <= benchmark.most:
                kept.append(one)
    if sample == 0:
        return kept
    order = list(range(len(kept)))
    random.Random(seed).shuffle(order)
    drawn = set(order[:sample])
    return [one for place, one in enumerate(kept) if place in drawn]

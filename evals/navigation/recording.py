"""`visuomotor record navigation`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.commands.options import Resume, Workers
from agent.runfolder import run_folder
from envs.base import EnvError
from evals.demonstrations import record_oracle
from evals.navigation.answers import jobs_of
from evals.navigation.benchmarks import R2R, REVERIE
from evals.navigation.command import Data, Images, SplitName, View, text_of
from evals.navigation.selection import chosen, open_split

console = Console(highlight=False)
_BENCHMARKS = {one.name: one for one in (R2R, REVERIE)}


def record(
    benchmark: Annotated[str, typer.Option(help="Whose instructions: r2r or reverie.")] = "r2r",
    split: SplitName = "synthetic-train",
    data: Data = None,
    images: Images = None,
    sample: Annotated[int, typer.Option("--sample", min=0, help="Draw so many with the seed; 0: all.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Most actions an episode.")] = 30,
    view: View = "panorama",
    workers: Workers = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/navigation-demos-TIME if left out.")] = None,
    resume: Resume = False,
    dialect: Annotated[str, typer.Option(help="The dialect the calls are written in.")] = "qwen",
) -> None:
    """Record the oracle's episodes of R2R or REVERIE, to train on: visuomotor train RUN --min-return 1

    For example: visuomotor record navigation --sample 50
    """
    if benchmark not in _BENCHMARKS:
        raise EnvError(f"--benchmark is one of {', '.join(_BENCHMARKS)}, not {benchmark!r}")
    one = _BENCHMARKS[benchmark]
    with console.status("reading the instructions"):  # those of 200 drawn buildings take a while
        opened = open_split(one, split, data, images, view)
        instructions = chosen(one, opened.world.instructions, False, sample, seed)
    if not opened.scored:
        raise EnvError(f"the paths of {one.title}'s {split} are not public, so there is none to record; take train")
    jobs = jobs_of(opened, instructions, seed)
    settings = {
        "record": "navigation", "benchmark": benchmark, "split": split, "data": text_of(data),
        "images": text_of(images), "seed": seed, "steps": steps, "view": view,
        "dialect": dialect,
    }  # fmt: skip
    out = run_folder(out, "navigation-demos", resume=resume)
    status = record_oracle(
        jobs, out, settings, steps=steps, dialect=dialect, workers=workers, resume=resume, console=console
    )
    raise typer.Exit(status)

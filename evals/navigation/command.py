"""`visuomotor eval r2r` and `visuomotor eval reverie`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from agent.choose import BUILT_IN
from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, Resume, Workers
from agent.guard import Budget
from agent.report.page import write_report
from agent.runfolder import open_run, run_folder
from envs.base import EnvError
from envs.navigation.items import Instruction
from evals.navigation.answers import Answers, from_episodes, from_file, from_walker, jobs_of
from evals.navigation.benchmarks import R2R, REVERIE, Benchmark
from evals.navigation.evaluation import conclude
from evals.navigation.selection import chosen, open_split
from evals.navigation.walkers import WALKERS
from evals.runner import Plan, run_plan

console = Console(highlight=False)

SplitName = Annotated[
    str,
    typer.Option("--split", help="synthetic (the shipped unseen buildings), synthetic-train, or val_seen, val_unseen."),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="The folder with connectivity/, R2R/ and REVERIE/: for the real buildings."),
]
Images = Annotated[
    Path | None, typer.Option("--images", help="The folder of Matterport pictures; without it the model sees a schema.")
]
View = Annotated[str, typer.Option("--view", help="panorama: one picture all around; tiles: one a place to go to.")]
Sample = Annotated[int, typer.Option("--sample", min=0, help="Draw so many instructions with the seed; 0: all.")]
_MODELS = (
    f"A checkpoint folder or hub id, a server URL, {', '.join(name for name in BUILT_IN if name not in WALKERS)}, or a "
    f"walker that sees nothing: {', '.join(WALKERS)}."
)
ModelOrWalker = Annotated[str, typer.Option("--model", "-m", help=_MODELS)]
Trajectories = Annotated[
    Path | None, typer.Option("--trajectories", help="Score this file in the submission format instead of playing.")
]
Official = Annotated[
    bool, typer.Option("--official", help="The instructions that the official evaluator takes: 3 a path in R2R.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Where everything is written; runs/BENCHMARK-TIME if left out.")
]


def _command(benchmark: Benchmark) -> Callable[..., None]:
    @with_answering()
    def evaluate(
        model: ModelOrWalker = "",
        trajectories: Trajectories = None,
        split: SplitName = "synthetic",
        data: Data = None,
        images: Images = None,
        official: Official = False,
        sample: Sample = 0,
        seed: Annotated[int, typer.Option(min=0, help="Of the sample, of chance, and of every episode.")] = 0,
        steps: Annotated[int, typer.Option(min=1, help="Most actions an episode.")] = 15,
        view: View = "panorama",
        workers: Workers = 1,
        batch: Batch = 1,
        out: Out = None,
        resume: Resume = False,
        answering: Answering = GREEDY,
    ) -> None:
        if bool(model) == (trajectories is not None):
            raise EnvError("say what is scored: either --model MODEL or --trajectories FILE")
        with console.status("reading the instructions"):
            opened = open_split(benchmark, split, data, images, view)
            instructions = chosen(benchmark, opened.world.instructions, official, sample, seed)
        settings: dict[str, Any] = {
            "eval": benchmark.name, "model": model, "trajectories": text_of(trajectories), "split": split,
            "data": text_of(data), "images": text_of(images), "official": official, "seed": seed,
        }  # fmt: skip
        out = run_folder(out, benchmark.name, resume=resume)
        if trajectories is not None:
            answers = from_file(trajectories, opened, instructions)
            open_run(out, settings, resume=resume)
        elif model in WALKERS:
            open_run(out, settings, resume=resume)
            answers = from_walker(model, opened, instructions, seed)
        else:
            plan = Plan(
                model=model, jobs=jobs_of(opened, instructions, seed), budget=Budget(steps=steps),
                dialect=answering.dialect, options=answering.options, sampling=answering.sampling,
                constrained=not answering.free, batch=batch,
            )  # fmt: skip
            settings |= {"steps": steps, "view": view, **answering.settings()}
            answers = _play(plan, instructions, out, settings, workers, resume)
        run = {"settings": {**settings, "sample": sample}, "workers": workers}
        raise typer.Exit(conclude(benchmark, opened, instructions, answers, out, run, console))

    evaluate.__name__ = benchmark.name
    evaluate.__doc__ = f"""Follow {benchmark.title}'s instructions over navigation graphs; print the field's metrics.

    For example: visuomotor eval {benchmark.name} --model oracle --sample 10

    On the real graphs: visuomotor eval {benchmark.name} --split val_seen --data DIR --model shortest_path

    Exit status: 0, 1 when an instruction could not be measured (it counts as failed), 2 when the run could not be done.
    """
    return evaluate


def _play(
    plan: Plan, instructions: Sequence[Instruction], out: Path, settings: dict[str, Any], workers: int, resume: bool
) -> Answers:
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    answers = from_episodes(instructions, played.episodes, {"spec": plan.model, **played.model})
    if not plan.jobs:
        return answers
    write_report(out, out / "episodes.html", most=24)
    return replace(answers, links=(("episodes.html", "some episodes, step by step"),))


def text_of(path: Path | None) -> str | None:
    """A path as settings hold it."""
    return None if path is None else str(path)


r2r = _command(R2R)
reverie = _command(REVERIE)

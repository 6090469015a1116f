"""`visuomotor eval miniwob` and `visuomotor record miniwob`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, ModelSpec, Resume, Workers
from agent.guard import Budget
from agent.report.page import write_report
from agent.runfolder import run_folder
from evals.demonstrations import record_oracle
from evals.miniwob.metrics import FAMILY, PREFIX, score
from evals.miniwob.selection import chosen
from evals.printing import show_tables
from evals.runner import Plan, exit_status, jobs_of, run_plan
from evals.success import ALL, percent
from evals.summary import Row, Table, write_summary, write_tables

console = Console(highlight=False)

TasksList = Annotated[
    str, typer.Option("--tasks", help="Tasks or kinds of tasks with commas, oracle (those that have one), or all.")
]
NOTE = (
    "95 % Wilson intervals. Success is a raw reward of exactly 1, the page's reward without its discount for time; "
    "above 0 also counts partial rewards. Episodes that ended in an error count as failed. The pages' time limits are "
    "lifted and their date is fixed."
)


@with_answering()
def miniwob(
    model: ModelSpec,
    tasks: TasksList = "",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a task.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 30,
    scale: Annotated[
        float | None, typer.Option(min=1, max=8, help="Screenshot pixels a CSS pixel; 2.8 (1 for flight) if left out.")
    ] = None,
    mode: Annotated[str, typer.Option(help="Split of the data some pages draw from: train or test.")] = "train",
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where records, summary.json and report.html go; runs/miniwob-TIME if left out.")
    ] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Play MiniWoB++ in a real browser from screenshots and print the score by task and by kind.

    For example: visuomotor eval miniwob --model oracle --episodes 2

    Exit status: 0, 1 when an episode ended in an error (it counts as failed), 2 when the run could not be done.
    """
    names = chosen(tasks, model)
    plan = Plan(
        model=model, jobs=jobs_of(FAMILY, names, range(seed, seed + episodes), {"scale": scale, "mode": mode}),
        budget=Budget(steps=steps), dialect=answering.dialect, options=answering.options,
        sampling=answering.sampling, constrained=not answering.free, batch=batch,
    )  # fmt: skip
    settings = {
        "eval": "miniwob", "model": model, "seed": seed, "steps": steps, "scale": scale, "mode": mode,
        **answering.settings(),
    }  # fmt: skip
    out = run_folder(out, "miniwob", resume=resume)
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    rows = score(played.episodes)
    run = {"settings": {**settings, "tasks": names, "episodes": episodes}, "model": played.model, "workers": workers}
    write_summary(out, run, rows)
    write_report(out, out / "episodes.html", most=24)
    lead = f"{model}, {len(names)} tasks, {episodes} episodes a task, seeds from {seed}, greedy."
    links = [("episodes.html", "the first episodes, step by step")]
    write_tables(out, "MiniWoB++", lead, [by_kind(rows), by_task(rows)], links)
    show_tables(console, [by_task(rows), by_kind(rows)], NOTE, played, out)
    raise typer.Exit(exit_status(played))


def record(
    tasks: TasksList = "oracle",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a task.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="The first seed; below 1,000,000 is for scoring.")] = 1_000_000,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 30,
    scale: Annotated[float | None, typer.Option(min=1, max=8, help="Screenshot pixels a CSS pixel.")] = None,
    workers: Workers = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/miniwob-demos-TIME if left out.")] = None,
    resume: Resume = False,
    dialect: Annotated[str, typer.Option(help="The dialect the calls are written in.")] = "qwen",
) -> None:
    """Record the oracle's episodes of MiniWoB++, to train on: visuomotor train RUN --min-return 1"""
    names = chosen(tasks, "oracle")
    jobs = jobs_of(FAMILY, names, range(seed, seed + episodes), {"scale": scale, "mode": "train"})
    settings = {"record": "miniwob", "seed": seed, "steps": steps, "scale": scale, "dialect": dialect}
    out = run_folder(out, "miniwob-demos", resume=resume)
    status = record_oracle(
        jobs, out, settings, steps=steps, dialect=dialect, workers=workers, resume=resume, console=console
    )
    raise typer.Exit(status)


def by_kind(rows: Sequence[Row]) -> Table:
    """One line a kind of task, and one for all."""
    names = [row.name for row in rows if row.name.startswith("kind:") and row.metric == "success_rate"]
    body = [[name.removeprefix("kind:"), *_cells(rows, name)] for name in sorted(names)]
    return Table("By kind of task", ["kind", *_HEADS], [*body, [ALL, *_cells(rows, ALL)]], NOTE)


def by_task(rows: Sequence[Row]) -> Table:
    """One line a task."""
    names = sorted(row.name for row in rows if row.name.startswith(PREFIX) and row.metric == "success_rate")
    body = [[name.removeprefix(PREFIX), *_cells(rows, name)] for name in names]
    return Table("By task", ["task", *_HEADS], body, NOTE)


_HEADS = ("success (raw reward 1), %", "above 0, %", "episodes", "errors")


def _cells(rows: Sequence[Row], name: str) -> list[str]:
    found = {row.metric: row for row in rows if row.name == name}
    success = found["success_rate"]
    return [
        percent(success),
        f"{100 * found['above_zero_rate'].value:.1f}",
        str(success.episodes),
        str(success.errors),
    ]

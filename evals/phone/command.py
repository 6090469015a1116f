"""`visuomotor eval phone` and `visuomotor record phone`."""

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
from envs.android.tasks.table import APPS, DIFFICULTIES
from evals.demonstrations import record_oracle
from evals.phone.metrics import FAMILY, PREFIX, score
from evals.phone.selection import chosen
from evals.printing import show_tables
from evals.runner import Plan, exit_status, jobs_of, run_plan
from evals.success import ALL, percent
from evals.summary import Row, Table, write_summary, write_tables

console = Console(highlight=False)

TasksList = Annotated[
    str, typer.Option("--tasks", help="Tasks, apps, easy, medium, hard or several with commas; all if left out.")
]
Language = Annotated[str, typer.Option(help="Of the phone and the goals: en or zh; by the seed if left out.")]
ShellOf = Annotated[str, typer.Option("--shell", help="What runs the commands that come over ADB: builtin or mksh.")]
NOTE = (
    "95 % Wilson intervals. Success is that the episode ends by done, all that was asked for is done and nothing else "
    "has changed. Steps are those of successful episodes over one number a task: the greater of what the oracle takes "
    "in two episodes, one in each language, whatever it takes in the one at hand. Episodes that ended in an error "
    "count as failed."
)


@with_answering()
def phone(
    model: ModelSpec,
    tasks: TasksList = "",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a task.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 40,
    language: Language = "",
    shell: ShellOf = "builtin",
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where records, summary.json and report.html go; runs/phone-TIME if left out.")
    ] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Do tasks on a stand-in phone over ADB from screenshots and print the score by task, app and difficulty.

    For example: visuomotor eval phone --model oracle --tasks easy --episodes 1

    Exit status: 0, 1 when an episode ended in an error (it counts as failed), 2 when the run could not be done.
    """
    names = chosen(tasks)
    plan = Plan(
        model=model, jobs=jobs_of(FAMILY, names, range(seed, seed + episodes), {"language": language, "shell": shell}),
        budget=Budget(steps=steps), dialect=answering.dialect, options=answering.options,
        sampling=answering.sampling, constrained=not answering.free, batch=batch,
    )  # fmt: skip
    settings = {
        "eval": "phone", "model": model, "seed": seed, "steps": steps, "language": language, "shell": shell,
        **answering.settings(),
    }  # fmt: skip
    out = run_folder(out, "phone", resume=resume)
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    rows = score(played.episodes)
    run = {"settings": {**settings, "tasks": names, "episodes": episodes}, "model": played.model, "workers": workers}
    write_summary(out, run, rows)
    write_report(out, out / "episodes.html", most=24)
    lead = f"{model}, {len(names)} tasks, {episodes} episodes a task, seeds from {seed}, greedy."
    links = [("episodes.html", "the first episodes, step by step")]
    write_tables(out, "The phone", lead, [by_difficulty(rows), by_app(rows), by_task(rows)], links)
    show_tables(console, [by_task(rows), by_app(rows), by_difficulty(rows)], NOTE, played, out)
    raise typer.Exit(exit_status(played))


def record(
    tasks: TasksList = "",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a task.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="The first seed; below 1,000,000 is for scoring.")] = 1_000_000,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 40,
    language: Language = "",
    shell: ShellOf = "builtin",
    workers: Workers = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/phone-demos-TIME if left out.")] = None,
    resume: Resume = False,
    dialect: Annotated[str, typer.Option(help="The dialect the calls are written in.")] = "qwen",
) -> None:
    """Record the oracle's episodes on the phone, to train on: visuomotor train RUN --min-return 1"""
    jobs = jobs_of(FAMILY, chosen(tasks), range(seed, seed + episodes), {"language": language, "shell": shell})
    settings = {
        "record": "phone", "seed": seed, "steps": steps, "language": language, "shell": shell, "dialect": dialect,
    }  # fmt: skip
    out = run_folder(out, "phone-demos", resume=resume)
    status = record_oracle(
        jobs, out, settings, steps=steps, dialect=dialect, workers=workers, resume=resume, console=console
    )
    raise typer.Exit(status)


def by_difficulty(rows: Sequence[Row]) -> Table:
    """One line for easy, medium and hard, and one for all."""
    names = [*(f"difficulty:{level}" for level in DIFFICULTIES), ALL]
    return Table("By difficulty", ["difficulty", *_HEADS], _body(rows, names, "difficulty:"), NOTE)


def by_app(rows: Sequence[Row]) -> Table:
    """One line an app, and one for tasks of several."""
    return Table("By app", ["app", *_HEADS], _body(rows, [f"app:{app}" for app in APPS], "app:"), NOTE)


def by_task(rows: Sequence[Row]) -> Table:
    """One line a task."""
    names = dict.fromkeys(row.name for row in rows if row.name.startswith(PREFIX))
    return Table("By task", ["task", *_HEADS], _body(rows, list(names), PREFIX), NOTE)


_HEADS = ("success, %", "reached, %", "steps / oracle's", "episodes", "errors")


def _body(rows: Sequence[Row], names: Sequence[str], prefix: str) -> list[list[str]]:
    body = []
    for name in names:
        found = {row.metric: row for row in rows if row.name == name}
        if found:
            body.append([name.removeprefix(prefix), *_cells(found)])
    return body


def _cells(found: dict[str, Row]) -> list[str]:
    success, steps = found["success_rate"], found["steps_over_oracle"]
    return [
        percent(success),
        f"{100 * found['reached_rate'].value:.1f}",
        f"{steps.value:.2f}" if steps.episodes else "–",
        str(success.episodes),
        str(success.errors),
    ]

"""`visuomotor eval androidworld`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import ModelSpec, Resume
from agent.episode import Episode, Outcome
from agent.guard import Budget
from agent.report.page import write_report
from agent.runfolder import run_folder
from envs.android.androidworld import AndroidWorldOptions, PackageSuite
from evals.choosing import pick, split
from evals.printing import show_tables
from evals.runner import Job, Plan, exit_status, run_plan
from evals.success import ALL, percent, rates, unparsable
from evals.summary import Row, Table, write_summary, write_tables

console = Console(highlight=False)

NOTE = (
    "95 % Wilson intervals. Success is AndroidWorld's own score of 1 when the agent says it is done; its score counts "
    "parts of tasks made of several. Episodes that ended in an error count as failed."
)


@with_answering()
def androidworld(
    model: ModelSpec,
    tasks: Annotated[str, typer.Option(help="Names of AndroidWorld's tasks with commas; all 116 if left out.")] = "",
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a task.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    serial: Annotated[str, typer.Option(help="The emulator, as `adb devices` lists it.")] = "emulator-5554",
    console_port: Annotated[int, typer.Option(help="The emulator's.")] = 5554,
    grpc_port: Annotated[int, typer.Option(help="The emulator's, given to it with -grpc.")] = 8554,
    out: Annotated[
        Path | None, typer.Option(help="Records, summary.json and report.html; runs/androidworld-TIME if left out.")
    ] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Do AndroidWorld's tasks on a running emulator from screenshots, judged by AndroidWorld itself.

    It needs the package android_world, which is not on PyPI, and the emulator that its README sets up.

    Exit status: 0, 1 when an episode ended in an error (it counts as failed), 2 when the run could not be done.
    """
    where = {"serial": serial, "console_port": console_port, "grpc_port": grpc_port}
    names = list(PackageSuite(AndroidWorldOptions()).tasks())
    chosen = pick(split(tasks, "") or names, names, {}, "AndroidWorld has no task", f"It has {len(names)}.")
    jobs = [
        Job(f"{task}-{number:06d}", "AndroidWorld", number, env_options={"task_name": task, **where})
        for number in range(seed, seed + episodes)
        for task in chosen
    ]
    plan = Plan(
        model=model, jobs=jobs, budget=Budget(steps=1000), dialect=answering.dialect, options=answering.options,
        sampling=answering.sampling, constrained=not answering.free,
    )  # fmt: skip
    settings = {
        "eval": "androidworld", "model": model, "seed": seed, **answering.settings(), **where,
    }  # fmt: skip
    out = run_folder(out, "androidworld", resume=resume)
    played = run_plan(plan, out, settings, workers=1, resume=resume, console=console)
    rows = score(played.episodes, [job.env_options["task_name"] for job in jobs])
    write_summary(out, {"settings": {**settings, "tasks": chosen, "episodes": episodes}, "model": played.model}, rows)
    write_report(out, out / "episodes.html", most=24)
    table = by_task(rows)
    lead = f"{model}, {len(chosen)} tasks, {episodes} episodes a task, seeds from {seed}, greedy."
    write_tables(out, "AndroidWorld", lead, [table], [("episodes.html", "the first episodes, step by step")])
    show_tables(console, [table], NOTE, played, out)
    raise typer.Exit(exit_status(played))


def score(episodes: Sequence[Episode], tasks: Sequence[str]) -> list[Row]:
    """success_rate and mean_score by task, and of all episodes, with the rate of unparsable answers.

    Args:
        tasks: the name of each episode's task.
    """
    groups: dict[str, list[Episode]] = {}
    for episode, task in zip(episodes, tasks, strict=True):
        groups.setdefault(task, []).append(episode)
    rows = [row for name, group in sorted(groups.items()) for row in _rows(name, group)]
    return [*rows, *_rows(ALL, episodes), unparsable(episodes)]


def by_task(rows: Sequence[Row]) -> Table:
    """One line a task, and one for all."""
    names = dict.fromkeys(row.name for row in rows)
    found = {(row.name, row.metric): row for row in rows}
    body = [
        [name, percent(found[name, "success_rate"]), f"{found[name, 'mean_score'].value:.2f}",
         str(found[name, "success_rate"].episodes), str(found[name, "success_rate"].errors)]
        for name in names
    ]  # fmt: skip
    return Table("By task", ["task", "success, %", "mean score", "episodes", "errors"], body, NOTE)


def _rows(name: str, episodes: Sequence[Episode]) -> list[Row]:
    success = rates(name, episodes, {"success_rate": lambda episode: _score(episode) == 1})
    mean = sum(map(_score, episodes)) / len(episodes) if episodes else 0.0
    return [*success, Row(name, "mean_score", mean, mean, mean, len(episodes), success[0].errors)]


def _score(episode: Episode) -> float:
    return 0.0 if episode.outcome is Outcome.ERROR else episode.total_reward

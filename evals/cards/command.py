"""`visuomotor eval cards`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, ModelSpec, Resume, Workers
from agent.guard import Budget
from agent.report.page import write_report
from agent.runfolder import run_folder
from envs.base import EnvError
from evals.cards.metrics import GAMES, score
from evals.cards.published import PUBLISHED, SOURCES, SPECIALIST
from evals.runner import Job, Plan, Played, exit_status, run_plan
from evals.summary import Row, Table, write_summary, write_tables

console = Console(highlight=False)


@with_answering(max_tokens=256)
def cards(
    model: ModelSpec = "cards",
    games: Annotated[str, typer.Option(help="Which games, with commas.")] = ",".join(GAMES),
    episodes: Annotated[int, typer.Option(min=1, help="Episodes a game.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="The first seed; training never used one below 1,000,000.")] = 0,
    rules: Annotated[
        str, typer.Option(help="default, or rl4vlm: the original's step semantics to the letter.")
    ] = "default",
    workers: Workers = 1,
    batch: Batch = 8,
    out: Annotated[
        Path | None, typer.Option(help="Where records, summary.json and report.html go; runs/cards-TIME if left out.")
    ] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Play NumberLine, Blackjack, EZPoints and Points24 from pixels and print the table.

    Exit status: 0, 1 when an episode ended in an error (it counts as lost), 2 when the run could not be done.
    """
    plan = Plan(
        model=model,
        jobs=[
            Job(f"{game}-{number:06d}", game, number, env_options={"rules": rules})
            for game in chosen(games)
            for number in range(seed, seed + episodes)
        ],
        budget=Budget(steps=100),
        dialect=answering.dialect,
        options=answering.options,
        sampling=answering.sampling,
        constrained=not answering.free,
        batch=batch,
    )
    settings = {
        "eval": "cards", "model": model, "seed": seed, "rules": rules, **answering.settings(),
    }  # fmt: skip
    out = run_folder(out, "cards", resume=resume)
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    rows = score(played.episodes)
    run = {"settings": {**settings, "games": games, "episodes": episodes}, "model": played.model, "workers": workers}
    write_summary(out, run, rows)
    table = compare(rows)
    write_report(out, out / "episodes.html", most=24)
    lead = f"{model}, {episodes} episodes a game, seeds from {seed}, rules {rules}, greedy."
    write_tables(
        out, "Card games", lead, [table, detail(rows)], [("episodes.html", "the first episodes, step by step")]
    )
    show(table, rows, played, out)
    raise typer.Exit(exit_status(played))


def chosen(games: str) -> list[str]:
    """The games of a list with commas. Raises EnvError for an unknown one."""
    names = list(dict.fromkeys(name.strip() for name in games.split(",") if name.strip()))
    unknown = [name for name in names if name not in GAMES]
    if unknown or not names:
        raise EnvError(
            f"unknown game {unknown[0]!r}; choose of {', '.join(GAMES)}" if unknown else "no game was chosen"
        )
    return names


def compare(rows: Sequence[Row]) -> Table:
    """This run beside the published figures, in per cent, under both success rules."""
    columns = ["success, %", *GAMES]
    body = [[name, *(f"{value:.1f}" for value in values)] for name, values in PUBLISHED.items()]
    body.append(["this run (return > 0)", *_cells(rows, "success_rate")])
    body.append(["this run (goal reached)", *_cells(rows, "goal_rate")])
    return Table("Success beside published figures", columns, body, f"{SPECIALIST} {SOURCES}")


def _cells(rows: Sequence[Row], metric: str) -> list[str]:
    found = {row.name: row for row in rows if row.metric == metric}
    return [
        f"{100 * row.value:.1f} [{100 * row.low:.1f}, {100 * row.high:.1f}]" if (row := found.get(game)) else "-"
        for game in GAMES
    ]


def detail(rows: Sequence[Row]) -> Table:
    """Every row of the summary."""
    body = [
        [
            row.name,
            row.metric,
            f"{row.value:.4f}",
            f"{row.low:.4f}",
            f"{row.high:.4f}",
            str(row.episodes),
            str(row.errors),
        ]
        for row in rows
    ]
    note = "95 % Wilson intervals. best_action_rate and unparsable_rate count decisions, the others episodes."
    return Table("All figures", ["name", "metric", "value", "low", "high", "of", "errors"], body, note)


def show(table: Table, rows: Sequence[Row], played: Played, out: Path) -> None:
    """Print what a person wants to know first."""
    grid = Grid(*table.columns, box=None, title=table.title, title_justify="left", caption_justify="left")
    for cells in table.rows:
        grid.add_row(*cells, style="bold" if cells[0].startswith("this run") else "")
    console.print(grid)
    for row in rows:
        if row.metric in ("best_action_rate", "unparsable_rate") and row.name != "all":
            console.print(f"{row.name} {row.metric}: {100 * row.value:.2f} % of {row.episodes} decisions")
    console.print(f"errors: {played.errors} of {len(played.episodes)} episodes")
    console.print(SPECIALIST)
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")

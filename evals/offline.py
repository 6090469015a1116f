"""What the benchmarks of recorded items share as commands: a model plays them, or a file of predictions is read."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from agent.commands.answering import GREEDY, Answering
from agent.guard import Budget
from agent.record import RecordError
from agent.report.page import write_report
from agent.runfolder import open_run
from envs.base import EnvError
from evals.runner import Job, Plan, Played, run_plan
from evals.success import ALL
from evals.summary import Row, Table, write_summary, write_tables

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Playing:
    """How a model plays items, each an episode of one answer."""

    model: str
    answering: Answering = GREEDY
    batch: int = 1
    workers: int = 1

    def settings(self) -> dict[str, Any]:
        """What identifies a run."""
        return {"model": self.model, **self.answering.settings()}


def play_items(playing: Playing, jobs: Sequence[Job], out: Path, settings: dict[str, Any], *, resume: bool) -> Played:
    """Play every item that is not recorded yet, and write `out`/episodes.html. Raises as `run_plan`."""
    plan = Plan(
        model=playing.model, jobs=jobs, budget=Budget(steps=1), dialect=playing.answering.dialect,
        options=playing.answering.options, sampling=playing.answering.sampling,
        constrained=not playing.answering.free, batch=playing.batch,
    )  # fmt: skip
    played = run_plan(plan, out, settings, workers=playing.workers, resume=resume, console=console)
    write_report(out, out / "episodes.html", most=24)
    return played


def fingerprint(files: Sequence[Path]) -> str:
    """Tells a set's annotations from others at the same place, by the names and bytes of their files.

    Raises EnvError when one cannot be read.
    """
    digest = hashlib.sha256()
    for path in files:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EnvError(f"cannot read {path} ({error.strerror or error}); is it the right file?") from error
        digest.update(hashlib.sha256(os.fsencode(path.name)).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def begin_scoring(out: Path, settings: dict[str, Any], *, resume: bool) -> None:
    """Claim a folder for scores of a predictions file: call it when the file is read and judged, so that a mistyped
    one leaves no folder behind. Raises RecordError when it holds another run."""
    open_run(out, settings, resume=resume)


def one_source(model: str, predictions: Path | None) -> None:
    """Raises EnvError unless exactly one of a model and a file is given."""
    if bool(model) == (predictions is not None):
        raise EnvError("give either --model, which plays, or --predictions, a file that is scored")


@dataclass(frozen=True, slots=True)
class Told:
    """What a run comes to: rows for summary.json, tables for people, sentences below them."""

    title: str
    lead: str
    rows: Sequence[Row]
    tables: Sequence[Table]
    notes: Sequence[str]
    run: dict[str, Any]


def tell(out: Path, told: Told, played: Played | None, printed: Sequence[Table] | None = None) -> None:
    """Write summary.json, scores.csv and report.html, and print the tables (`printed`: only these).

    Raises RecordError.
    """
    model = {} if played is None else {"model": played.model}
    write_summary(out, {**told.run, **model}, told.rows)
    _write_scores(out / "scores.csv", told.rows)
    links = [] if played is None else [("episodes.html", "the first items, with what was answered")]
    write_tables(out, told.title, " ".join([told.lead, *told.notes]), told.tables, links)
    for table in told.tables if printed is None else printed:
        console.print(_grid(table))
        if table.note:
            console.print(Text(table.note, "dim"))
    for note in (told.lead, *told.notes):
        console.print(Text(note, "dim"))
    if played is not None:
        console.print(f"errors: {played.errors} of {len(played.episodes)} items")
    console.print(Text(f"written: {out / 'summary.json'}, {out / 'scores.csv'}, {out / 'report.html'}"))


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write JSON Lines, what was said of each item. Raises RecordError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise RecordError(f"cannot write {path} ({error.strerror or error}); choose another --out") from error


def _write_scores(path: Path, rows: Sequence[Row]) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            table = csv.writer(file)
            table.writerow(["name", "metric", "value", "low", "high", "of", "missing"])
            table.writerows(
                [row.name, row.metric, row.value, row.low, row.high, row.episodes, row.errors] for row in rows
            )
    except OSError as error:
        raise RecordError(f"cannot write {path} ({error.strerror or error}); choose another --out") from error


def _grid(table: Table) -> Grid:
    """For the terminal. Names come from data: as `Text`, a bracket or colon in them is no markup."""
    grid = Grid(box=None, title=Text(table.title, "table.title"), title_justify="left")
    for name in table.columns:
        grid.add_column(Text(name, "table.header"))
    for cells in table.rows:
        grid.add_row(*map(Text, cells), style="bold" if cells[0] == ALL else "")
    return grid

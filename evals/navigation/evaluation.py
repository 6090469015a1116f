"""One evaluation from its trajectories to what it leaves behind."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from agent.report.page import write_page
from envs.navigation.items import Instruction
from evals.navigation.answers import Answers
from evals.navigation.benchmarks import Benchmark
from evals.navigation.handin import hand_in
from evals.navigation.metrics import add_up
from evals.navigation.report.page import write_navigation_report
from evals.navigation.score import Score, score
from evals.navigation.selection import SYNTHETIC, Split
from evals.navigation.submission import write_submission
from evals.navigation.tables import NOTE, published_table, scans_table, scores_table
from evals.success import percent
from evals.summary import write_summary

_TOLD = 5
"""Problems that are printed; the files have them all."""


def conclude(
    benchmark: Benchmark, split: Split, instructions: Sequence[Instruction], answers: Answers, out: Path,
    run: dict[str, Any], console: Console,
) -> int:  # fmt: skip
    """Score every instruction, write the files, print the tables; returns the exit status: 1 when any has a problem.

    A split whose paths are not public is not scored: see `hand_in`. Raises RecordError when the disk refuses.
    """
    if not split.scored:
        return hand_in(benchmark, split, instructions, answers, out, run, console)
    scores = _score_all(benchmark, split, instructions, answers)
    rows = add_up(benchmark, scores)
    model = str(answers.model.get("spec") or answers.model.get("model", "?"))
    write_summary(out, {**run, "model": answers.model, "notes": list(answers.notes)}, [*rows, *answers.rows])
    write_submission(
        out / "submission.json", [one.trajectory for one in scores if one.trajectory], objects=benchmark.objects
    )
    write_scores(out / "instructions.jsonl", scores)
    tables = [scores_table(benchmark, rows)]
    if split.name not in SYNTHETIC:
        tables.append(published_table(benchmark, rows, model, split.name, len(scores)))
    lead = f"{model} on {split.name}: {len(scores)} instructions of {benchmark.title}."
    write_navigation_report(
        out, benchmark, split.world, scores, [*tables, scans_table(benchmark, rows)], lead, answers.links
    )
    for table in tables:
        grid = Grid(*table.columns, box=None, title=table.title, title_justify="left")
        for cells in table.rows:
            grid.add_row(*map(escape, cells))
        console.print(grid)
    console.print(NOTE if len(tables) == 1 else f"{NOTE} {tables[1].note}", style="dim")
    return _tell(scores, answers, out, console)


def _score_all(
    benchmark: Benchmark, split: Split, instructions: Sequence[Instruction], answers: Answers
) -> list[Score]:
    """In the order given, though a scan's together: its graph and objects are read once."""
    found = {}
    for one in sorted(instructions, key=lambda one: one.scan):
        taken, problem = answers.trajectories.get(one.id), answers.problems.get(one.id, "")
        found[one.id] = score(benchmark, split.world, one, taken, problem, answers.source)
    return [found[one.id] for one in instructions]


def _tell(scores: Sequence[Score], answers: Answers, out: Path, console: Console) -> int:
    problems = [one.problem for one in scores if one.problem]
    for note in answers.notes:
        console.print(escape(note), style="yellow")
    for problem in problems[:_TOLD]:
        console.print(escape(problem), style="yellow")
    if len(problems) > _TOLD:
        console.print(
            f"and {len(problems) - _TOLD} more such, in {escape(str(out / 'instructions.jsonl'))}", style="yellow"
        )
    console.print(f"not measured, counted as failed: {len(problems)} of {len(scores)} instructions")
    for row in answers.rows:
        console.print(f"{row.metric}: {percent(row)} %")
    names = ("summary.json", "submission.json", "instructions.jsonl", "report.html")
    console.print(escape(f"written: {out}/ {', '.join(names)}"))
    return 1 if problems else 0


def write_scores(path: Path, scores: Sequence[Score]) -> None:
    """Write a line an instruction. Raises RecordError."""
    write_page(path, "".join(f"{json.dumps(_line(one))}\n" for one in scores))


def _line(one: Score) -> dict[str, Any]:
    values = {name: None if math.isnan(value) else round(value, 6) for name, value in one.values.items()}
    taken = one.trajectory
    return {
        "instr_id": one.instruction.id,
        "scan": one.instruction.scan,
        "instruction": one.instruction.text,
        **values,
        "moves": None if taken is None else sum(a != b for a, b in pairwise(taken.viewpoints)),
        "predObjId": None if taken is None else taken.object_id,
        "problem": one.problem,
    }

"""The last part of every command on Android-in-the-Zoo: predictions to figures, printed with what made them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from envs.replay.defects import Defect
from envs.replay.step import AitzEpisode
from evals.aitz.predictions.base import Reading
from evals.aitz.score import score_predictions, tables, write_scores

_LEAKS = {
    "think": "inputs think: coat_action_think was told, which often names the action",
    "desc": "inputs desc: coat_action_desc was told, which is the answer in words: this is grounding, not acting",
}


def score_file(
    out: Path, episodes: Sequence[AitzEpisode], reading: Reading, settings: dict[str, Any], console: Console,
    most: int = 12, left_out: Sequence[Defect] = (),
) -> None:  # fmt: skip
    """Score predictions of `episodes` under every rule-set, write the scores to `out` and print them.

    Raises RecordError when they cannot be written.
    """
    scores = score_predictions(episodes, reading.predictions, left_out=left_out)
    write_scores(out, scores, settings, reading=reading, most=most)
    for table in tables(scores):
        if table.columns[1] == "version":  # the rules themselves are for the page: too wide for a terminal
            continue
        # Text and not strings: names of folders and the like must not be read as rich's markup.
        grid = Grid(box=None, title=Text(table.title, style="table.title"), title_justify="left")
        for index, head in enumerate(table.columns):
            grid.add_column(Text(head), no_wrap=index == 0)
        for cells in table.rows:
            grid.add_row(*map(Text, cells))
        console.print(grid)
        if table.note:
            console.print(table.note, style="dim", markup=False)
    for note in reading.notes:
        console.print(note, markup=False)
    shown = {key: value for key, value in settings.items() if key not in ("described", "eval") and value is not None}
    console.print("made with " + ", ".join(f"{key} {value}" for key, value in shown.items()), markup=False)
    if leak := _LEAKS.get(str(settings.get("inputs", ""))):
        console.print(leak)
    if settings.get("shard", "1/1") != "1/1":
        console.print(
            f"these are the figures of shard {settings['shard']} alone; join them: visuomotor eval aitz-merge",
            markup=False,
        )
    console.print(f"written: {out / 'summary.json'}, {out / 'steps.jsonl'}, {out / 'report.html'}", markup=False)

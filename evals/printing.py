"""What every benchmark prints at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from evals.runner import Played
from evals.success import ALL
from evals.summary import Table


def show_tables(console: Console, tables: Sequence[Table], note: str, played: Played, out: Path) -> None:
    """Print what a person wants to know first."""
    for table in tables:
        grid = Grid(*table.columns, box=None, title=table.title, title_justify="left")
        for cells in table.rows:
            grid.add_row(*cells, style="bold" if cells[0] == ALL else "")
        console.print(grid)
    console.print(note, style="dim")
    console.print(f"errors: {played.errors} of {len(played.episodes)} episodes")
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")

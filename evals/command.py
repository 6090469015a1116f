"""`visuomotor eval`: every benchmark as a command."""

from __future__ import annotations

import typer

from evals.androidworld.command import androidworld
from evals.cards.command import cards
from evals.miniwob.command import miniwob
from evals.phone.command import phone

app = typer.Typer(help="Score an agent on a benchmark.", no_args_is_help=True)
app.command()(cards)
app.command()(miniwob)
app.command()(phone)
app.command()(androidworld)


@app.callback()
def group() -> None:
    """Score an agent on a benchmark; every episode is recorded, and a run can be resumed."""

"""`visuomotor eval`: every benchmark as a command."""

from __future__ import annotations

import typer

from evals.aitz.command import aitz
from evals.aitz.merging import aitz_merge
from evals.alfred.command import alfred
from evals.androidcontrol.command import androidcontrol
from evals.androidworld.command import androidworld
from evals.cards.command import cards
from evals.function_calling.command import function_calling
from evals.miniwob.command import miniwob
from evals.navigation.command import r2r, reverie
from evals.phone.command import phone
from evals.screenspot.command import screenspot

app = typer.Typer(help="Score an agent on a benchmark.", no_args_is_help=True)
app.command()(alfred)
app.command()(cards)
app.command()(miniwob)
app.command()(phone)
app.command()(r2r)
app.command()(reverie)
app.command()(aitz)
app.command()(aitz_merge)
app.command()(androidworld)
app.command()(androidcontrol)
app.command()(screenspot)
app.command("function-calling")(function_calling)


@app.callback()
def group() -> None:
    """Score an agent on a benchmark; every episode is recorded, and a run can be resumed."""

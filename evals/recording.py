"""`visuomotor record`: demonstrations to train on."""

from __future__ import annotations

import typer

from evals.alfred.command import record as record_alfred
from evals.miniwob.command import record
from evals.navigation.recording import record as record_navigation
from evals.phone.command import record as record_phone

app = typer.Typer(help="Record demonstrations.", no_args_is_help=True)
app.command("alfred")(record_alfred)
app.command("miniwob")(record)
app.command("navigation")(record_navigation)
app.command("phone")(record_phone)


@app.callback()
def group() -> None:
    """Record what an oracle does, as episodes that `visuomotor train` learns from; a recording can be resumed."""

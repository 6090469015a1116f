"""`visuomotor record`: demonstrations to train on."""

from __future__ import annotations

import typer

from evals.miniwob.command import record
from evals.phone.command import record as record_phone

app = typer.Typer(help="Record demonstrations.", no_args_is_help=True)
app.command("miniwob")(record)
app.command("phone")(record_phone)


@app.callback()
def group() -> None:
    """Record what an oracle does, as episodes that `visuomotor train` learns from; a recording can be resumed."""

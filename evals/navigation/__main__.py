"""`python -m evals.navigation r2r` and `reverie`: the same as `visuomotor eval`."""

import typer

from agent.boundary import complaining
from evals.navigation.command import r2r, reverie

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    app = typer.Typer()
    app.command()(r2r)
    app.command()(reverie)
    with complaining():
        app()

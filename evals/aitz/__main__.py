"""`python -m evals.aitz`: the same as `visuomotor eval aitz`."""

import typer

from agent.boundary import complaining
from evals.aitz.command import aitz

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(aitz)

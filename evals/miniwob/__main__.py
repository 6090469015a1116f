"""`python -m evals.miniwob`: the same as `visuomotor eval miniwob`."""

import typer

from agent.boundary import complaining
from evals.miniwob.command import miniwob

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(miniwob)

"""`python -m evals.alfred`: the same as `visuomotor eval alfred`."""

import typer

from agent.boundary import complaining
from evals.alfred.command import alfred

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(alfred)

"""`python -m evals.screenspot`: the same as `visuomotor eval screenspot`."""

import typer

from agent.boundary import complaining
from evals.screenspot.command import screenspot

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(screenspot)

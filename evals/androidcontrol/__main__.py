"""`python -m evals.androidcontrol`: the same as `visuomotor eval androidcontrol`."""

import typer

from agent.boundary import complaining
from evals.androidcontrol.command import androidcontrol

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(androidcontrol)

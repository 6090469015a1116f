"""`python -m evals.phone`: the same as `visuomotor eval phone`."""

import typer

from agent.boundary import complaining
from evals.phone.command import phone

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(phone)

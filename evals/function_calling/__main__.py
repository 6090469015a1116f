"""`python -m evals.function_calling`: the same as `visuomotor eval function-calling`."""

import typer

from agent.boundary import complaining
from evals.function_calling.command import function_calling

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(function_calling)

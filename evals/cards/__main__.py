"""`python -m evals.cards`: the same as `visuomotor eval cards`."""

import typer

from agent.boundary import complaining
from evals.cards.command import cards

# A worker process imports this module too, and must not start an evaluation of its own.
if __name__ == "__main__":
    with complaining():
        typer.run(cards)

"""`python -m evals.cards`: the same as `visuomotor eval cards`."""

import typer

from evals.cards.command import cards

typer.run(cards)

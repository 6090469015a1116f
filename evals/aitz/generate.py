"""`visuomotor data make aitz`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from envs.replay.generator.writer import Made, make_set

console = Console(highlight=False)


def make_aitz(
    root: Annotated[Path, typer.Argument(help="The set's folder; ROOT/SPLIT is made and must not be there yet.")],
    episodes: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another one makes other episodes.")] = 0,
    split: Annotated[str, typer.Option(help="test, or train, which alone has the subset single.")] = "test",
) -> None:
    """Make an AITZ set: drawn phone screens, every action type, every subset of the split, all annotations.

    For example: visuomotor data make aitz /tmp/zoo --episodes 50 --seed 1

    What is to be done can be told from the goal and the screen, so that a model can be trained on it.
    """
    made = Made(0, 0)
    written = make_set(root, split=split, episodes=episodes, seed=seed)
    for now in track(written, "episodes", episodes, console=console):
        made = now
    console.print(f"wrote {made.steps} steps of {made.episodes} episodes to {root / split}")
    console.print(f"look at it: visuomotor data check aitz {root} --split {split}")

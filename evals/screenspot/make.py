"""`visuomotor data make screenspot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from evals.screenspot.generate import PLATFORMS, Release, make_set

console = Console(highlight=False)


def screenspot(
    folder: Annotated[Path, typer.Argument(help="Where the set goes.")],
    count: Annotated[int, typer.Option(min=1, help="Targets a platform: mobile, desktop and web.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Of chance; the same seed makes the same set.")] = 0,
    release: Annotated[Release, typer.Option(help="Whose layout, keys and boxes: v1, v2 or pro.")] = "v2",
) -> None:
    """Make a set in the layout of ScreenSpot: drawn screens, and instructions to point at a button or an icon.

    For example: visuomotor data make screenspot spots --count 40
    """
    make_set(folder, count, seed, release)
    console.print(Text(f"wrote {count * len(PLATFORMS)} targets of {', '.join(PLATFORMS)} to {folder}"))

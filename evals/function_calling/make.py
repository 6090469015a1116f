"""`visuomotor data make function-calling`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from evals.function_calling.generate import make_set

console = Console(highlight=False)


def function_calling(
    folder: Annotated[Path, typer.Argument(help="Where the set goes.")],
    count: Annotated[int, typer.Option(min=1, help="Items.")] = 240,
    seed: Annotated[int, typer.Option(min=0, help="Of chance; the same seed makes the same set.")] = 0,
) -> None:
    """Make a set of pictures, questions, functions and expected calls, in English and Chinese.

    For example: visuomotor data make function-calling fncall --count 240
    """
    made = make_set(folder, count, seed)
    console.print(Text(f"wrote {made.count} items of {len(made.scenes)} scenes to {folder}"))
    if made.skipped:
        console.print(
            f"left out, for want of a Chinese font: {', '.join(made.skipped)}. Install Noto Sans CJK (Debian: "
            "fonts-noto-cjk), or name one in VISUOMOTOR_CJK_FONT.",
            style="yellow",
        )

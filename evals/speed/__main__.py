"""`python -m evals.speed session`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.boundary import complaining
from agent.runfolder import write_json
from evals.summary import versions

app = typer.Typer(help="Benchmarks of speed, each beside its peer in one run.", no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def group() -> None:
    """Benchmarks of speed."""


@app.command()
def session(
    steps: Annotated[int, typer.Option(min=3)] = 12,
    side: Annotated[int, typer.Option(min=56, help="Side of a screenshot in pixels.")] = 420,
    written: Annotated[int, typer.Option(min=1, help="Tokens an answer.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.")] = None,
) -> None:
    """A step of our session against plain transformers from scratch, as the history grows."""
    from evals.speed.session import compare

    result = compare(steps, side, written)
    table = Table("step", "ours, s", "plain, s", "plain/ours", "images ours", "plain", "tokens ours", "plain", box=None)
    for number, (ours, peer) in enumerate(zip(result.ours, result.peer, strict=True), 1):
        table.add_row(
            str(number), f"{ours.seconds:.2f}", f"{peer.seconds:.2f}", f"{peer.seconds / ours.seconds:.1f}",
            str(ours.images), str(peer.images), str(ours.computed), str(peer.computed),
        )  # fmt: skip
    console.print(
        f"{result.parameters / 1e6:.0f} M random weights, {side}×{side} screenshots, {written} tokens an answer"
    )
    console.print(table)
    last, second = result.ours[-1], result.ours[1]
    figures = {
        "ours_last_over_second": last.seconds / second.seconds,
        "plain_last_over_second": result.peer[-1].seconds / result.peer[1].seconds,
        "plain_over_ours_total": sum(s.seconds for s in result.peer) / sum(s.seconds for s in result.ours),
        "images_encoded_ours": sum(s.images for s in result.ours),
        "images_encoded_plain": sum(s.images for s in result.peer),
        "prompt_tokens_computed_ours": sum(s.computed for s in result.ours),
        "prompt_tokens_computed_plain": sum(s.computed for s in result.peer),
        "answers_equal": result.equal,
    }
    for name, value in figures.items():
        console.print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    if out is not None:
        write_json(out, {"figures": figures, "versions": versions()})


if __name__ == "__main__":
    with complaining():
        app()

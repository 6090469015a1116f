"""Command-line options that several commands share: what they are called and what their help says."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.choose import BUILT_IN

ModelSpec = Annotated[
    str,
    typer.Option(
        "--model", "-m", help=f"A checkpoint folder or hub id, a server URL, 'cards', or {', '.join(BUILT_IN)}."
    ),
]
DialectName = Annotated[str | None, typer.Option("--dialect", help="qwen or hermes; the model's own if left out.")]
Free = Annotated[bool, typer.Option("--free", help="Do not hold the answers to the grammar of the actions.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, mps, or spread over all GPUs.")]
Dtype = Annotated[str, typer.Option("--dtype", help="Of the weights: auto, float32, bfloat16 or, on a CPU, int8.")]
Timeout = Annotated[float, typer.Option("--timeout", min=1, help="Most seconds a server may take for an answer.")]
OpenTurn = Annotated[
    bool, typer.Option("--open-turn", help="Send a server the episode as one open assistant turn (vLLM).")
]
Tools = Annotated[
    bool, typer.Option("--tools", help="Declare the actions in a server's own tools too, beside the prompt's text.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")]
MaxPixels = Annotated[int | None, typer.Option("--max-pixels", min=784, help="Cap on a screenshot's area.")]
Window = Annotated[int, typer.Option("--window", min=64, help="Tokens of history; the oldest screenshots leave first.")]
WindowPolicy = Annotated[
    str,
    typer.Option("--window-policy", help="rebuild (exact) or evict (never computes anything again, an approximation)."),
]
Lookup = Annotated[
    int, typer.Option("--lookup", min=0, help="Guess up to so many tokens from the history; 5 is sensible.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes, each with a model of its own.")]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Episodes at once in a process, sharing the model.")]

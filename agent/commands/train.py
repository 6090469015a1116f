"""`visuomotor train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.options import MaxPixels
from agent.commands.show import console
from agent.runfolder import open_run
from envs.base import MissingExtraError


def train(
    runs: Annotated[list[Path], typer.Argument(help="Folders of recorded runs; their finished episodes are learnt.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The checkpoint to start from.")] = "cards",
    out: Annotated[Path, typer.Option(help="Checkpoints and loss.jsonl; an unfinished training there goes on.")] = Path(
        "runs/train"
    ),
    freeze: Annotated[str, typer.Option(help="none, vision, vision-encoder or language.")] = "vision",
    epochs: Annotated[float, typer.Option(min=0)] = 1.0,
    batch: Annotated[int, typer.Option(min=1, help="Episodes a process at a time.")] = 1,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches added up before a step.")] = 16,
    learning_rate: Annotated[float, typer.Option(min=0)] = 1e-5,
    max_pixels: MaxPixels = None,
    min_return: Annotated[float | None, typer.Option(help="Leave out episodes that returned less.")] = None,
    bf16: Annotated[bool, typer.Option("--bf16", help="Train in bfloat16 (GPUs).")] = False,
    checkpointing: Annotated[bool, typer.Option("--checkpointing", help="Trade time for memory.")] = False,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 200,
    seed: Annotated[int, typer.Option()] = 0,
) -> None:
    """Fine-tune a checkpoint on recorded episodes, with the loss on the assistant's own words only.

    On several GPUs: accelerate launch -m agent.cli train RUNS …
    """
    from agent.demonstrations import Demonstrations, Selection

    try:
        from model.training.memory import estimate
        from model.training.trainer import TrainOptions, as_frozen, fine_tune
    except ImportError as error:
        raise MissingExtraError("training", "train", error) from error

    demonstrations = Demonstrations(runs, Selection(min_return))
    settings = {
        "model": model, "runs": [str(run) for run in runs], "min_return": min_return, "freeze": freeze, "seed": seed,
        "epochs": epochs, "batch": batch, "accumulate": accumulate, "learning_rate": learning_rate,
    }  # fmt: skip
    open_run(out, settings, resume=True)
    options = TrainOptions(
        epochs=epochs, batch=batch, accumulate=accumulate, learning_rate=learning_rate, freeze=as_frozen(freeze),
        bf16=bf16, gradient_checkpointing=checkpointing, save_every=save_every, seed=seed, max_pixels=max_pixels,
    )  # fmt: skip
    console.print(f"{len(demonstrations)} episodes; {estimate(model, options).sentence()}")
    final = fine_tune(model, demonstrations, out, options)
    console.print(f"wrote {final}; the loss curve is {out / 'loss.jsonl'}")

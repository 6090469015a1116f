"""The recipe of the shipped checkpoint: `make train-cards`, or `python -m evals.cards.recipe`.

Starts a small Qwen2-VL from random weights, teaches it the curriculum, and keeps a curve of held-out accuracy beside
the loss. Stop it at any time and start it again: it goes on from its last checkpoint.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from transformers import TrainerCallback

from evals.cards.curriculum import CardCurriculum, make_lesson, tokenizer_corpus
from model.qwen2vl.encoding import Encoder
from model.qwen2vl.weights import LoadOptions, load_encoder
from model.training.dataset import IGNORED, Collator, encode
from model.training.scratch import SmallQwen2VL, create_checkpoint
from model.training.trainer import TrainOptions, fine_tune

HELD_OUT = ("read", "formula", "count", "NumberLine/1", "Blackjack/1", "EZPoints", "Points24/1", "Points24")
_PROBES = 32


class HeldOutAccuracy(TrainerCallback):
    """Every so many steps, the share of lessons never trained on whose every own token is predicted right.

    Teacher-forced, so an upper view of play; the games themselves are measured by `visuomotor eval cards`.
    """

    def __init__(self, encoder: Encoder, path: Path, every: int) -> None:
        self._path, self._every = path, every
        self._collate = Collator(encoder)
        self._batches = {
            lesson: [encode(encoder, make_lesson(lesson, random.Random(f"held out/{i}"))) for i in range(_PROBES)]
            for lesson in HELD_OUT
        }
        self._started = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        if state.global_step % self._every or not state.is_world_process_zero:
            return
        network = getattr(model, "module", model)
        network.eval()
        scores = {lesson: self._score(network, examples) for lesson, examples in self._batches.items()}
        network.train()
        line = {"step": state.global_step, "seconds": round(time.monotonic() - self._started), **scores}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    @torch.no_grad()
    def _score(self, network: Any, examples: Sequence[dict[str, Any]]) -> float:
        batch = self._collate(examples)
        right = network(**batch).logits[:, :-1].argmax(-1) == batch["labels"][:, 1:]
        return round(float((right | (batch["labels"][:, 1:] == IGNORED)).all(1).float().mean()), 3)


def main(
    out: Annotated[Path, typer.Option(help="Where checkpoints and curves go; an unfinished run there goes on.")] = Path(
        "runs/train-cards"
    ),
    samples: Annotated[int, typer.Option(help="Lessons in all.")] = 243_200,
    batch: Annotated[int, typer.Option(help="Lessons of one kind in a micro-batch.")] = 16,
    accumulate: Annotated[int, typer.Option(help="Micro-batches a process adds up before a step.")] = 4,
    learning_rate: Annotated[float, typer.Option()] = 1.5e-3,
    start: Annotated[
        Path | None, typer.Option(help="Go on from this checkpoint's weights with a new schedule.")
    ] = None,
    seed: Annotated[int, typer.Option()] = 0,
) -> None:
    """Train the card checkpoint; launch with accelerate for several processes."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    initial = start or out / "initial"
    if start is None and not (initial / "preprocessor_config.json").exists():
        if os.environ.get("RANK", "0") == "0":
            create_checkpoint(initial, SmallQwen2VL(), tokenizer_corpus(), seed)
        while not (initial / "preprocessor_config.json").exists():
            time.sleep(0.5)
    encoder = load_encoder(initial, LoadOptions())
    options = TrainOptions(
        batch=batch,
        accumulate=accumulate,
        learning_rate=learning_rate,
        warmup=100,
        freeze="none",
        in_order=True,
        save_every=200,
        log_every=20,
        seed=seed,
        adam_beta2=0.98,
    )
    probe = HeldOutAccuracy(encoder, out / "heldout.jsonl", every=100)
    fine_tune(str(initial), CardCurriculum(samples, batch, seed), out, options, [probe])


if __name__ == "__main__":
    typer.run(main)

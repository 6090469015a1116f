"""The recipe of the shipped checkpoint: `make train-cards`, or `python -m evals.cards.recipe`.

Starts a small Qwen2-VL from random weights, teaches it the curriculum, and keeps a curve of held-out accuracy beside
the loss. Stop it at any time and start it again: it goes on from its last checkpoint.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from transformers import TrainerCallback

from agent.boundary import complaining
from evals.cards.curriculum import (
    FIRST_STEPS,
    LONG_HANDS,
    WHOLE_GAMES,
    CardCurriculum,
    Stage,
    make_lesson,
    tokenizer_corpus,
)
from model.qwen2vl.encoding import Encoder
from model.qwen2vl.weights import LoadOptions, load_encoder
from model.training.dataset import IGNORED, Collator, encode
from model.training.scratch import SmallQwen2VL, create_checkpoint
from model.training.trainer import TrainOptions, fine_tune

HELD_OUT = (
    "read",
    "formula",
    "count",
    "NumberLine/1",
    "Blackjack/1",
    "long hand",
    "EZPoints",
    "Points24/1",
    "Points24",
)
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


@dataclass(frozen=True, slots=True)
class Phase:
    """One schedule of the recipe: its lessons, how many, and the peak of its learning rate."""

    name: str
    stages: Sequence[Stage]
    samples: int
    learning_rate: float


PHASES = (
    Phase("first-steps", FIRST_STEPS, 153_600, 1.5e-3),
    Phase("whole-games", WHOLE_GAMES, 51_200, 6e-4),
    Phase("long-hands", LONG_HANDS, 7_936, 4e-4),
)


def main(
    out: Annotated[Path, typer.Option(help="Checkpoints and curves; an unfinished run there goes on.")] = Path(
        "runs/train-cards"
    ),
    scale: Annotated[float, typer.Option(min=0.001, help="Lessons as a multiple of the recipe's.")] = 1.0,
    batch: Annotated[int, typer.Option(help="Lessons of one kind in a micro-batch.")] = 16,
    accumulate: Annotated[int, typer.Option(help="Micro-batches a process adds up before a step.")] = 4,
    seed: Annotated[int, typer.Option()] = 0,
    export: Annotated[Path | None, typer.Option(help="Copy the finished checkpoint here.")] = None,
) -> None:
    """Train the card checkpoint; launch with torchrun or accelerate for several processes."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    start = _initial(out / "initial", seed)
    for phase in PHASES:
        final = out / phase.name / "final"
        if not (final / "preprocessor_config.json").exists():
            probe = HeldOutAccuracy(load_encoder(start, LoadOptions()), out / f"heldout-{phase.name}.jsonl", every=30)
            lessons = CardCurriculum(round(phase.samples * scale), batch, phase.stages, seed)
            options = TrainOptions(
                batch=batch,
                accumulate=accumulate,
                learning_rate=phase.learning_rate,
                warmup=0.05,
                freeze="none",
                in_order=True,
                save_every=100,
                log_every=20,
                seed=seed,
                adam_beta2=0.98,
            )
            fine_tune(str(start), lessons, out / phase.name, options, [probe])
        start = final
    if export is not None and os.environ.get("RANK", "0") == "0":
        shutil.copytree(start, export, ignore=shutil.ignore_patterns("training_args.bin"), dirs_exist_ok=True)


def _initial(folder: Path, seed: int) -> Path:
    """The untrained checkpoint, made by the first process while the others wait for its last file."""
    done = folder / "preprocessor_config.json"
    if not done.exists() and os.environ.get("RANK", "0") == "0":
        create_checkpoint(folder, SmallQwen2VL(), tokenizer_corpus(), seed)
    while not done.exists():
        time.sleep(0.5)
    return folder


if __name__ == "__main__":
    with complaining():
        typer.run(main)

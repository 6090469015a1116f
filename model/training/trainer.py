"""Supervised fine-tuning with the Hugging Face Trainer, so that accelerate's own configuration scales it.

`accelerate launch -m agent.cli train …` runs the same code on several GPUs, and `torchrun` on several CPU processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import torch
from torch.utils.data import SequentialSampler
from transformers import Qwen2VLForConditionalGeneration, Trainer, TrainerCallback, TrainingArguments

from model.base import ModelError
from model.qwen2vl.preprocess import save_bounds
from model.qwen2vl.weights import LoadOptions, load_encoder, locate
from model.registry import find_checkpoint
from model.training.dataset import Collator, Conversation, ConversationDataset

Frozen = Literal["none", "vision", "vision-encoder", "language"]
LOSS_CURVE = "loss.jsonl"


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How to train.

    `freeze`: "vision" freezes the whole vision tower with its merger, as Qwen2-VL's last stage does (arXiv
    2409.12191, 2.2); "vision-encoder" keeps the merger trainable; "language" trains the vision tower alone.
    `in_order` feeds conversations as given (a curriculum) instead of shuffled.
    """

    epochs: float = 1.0
    batch: int = 4
    accumulate: int = 4
    learning_rate: float = 1e-5
    warmup: float = 0.03
    weight_decay: float = 0.05
    schedule: str = "cosine"
    adam_beta2: float = 0.95
    freeze: Frozen = "vision"
    bf16: bool = False
    gradient_checkpointing: bool = False
    save_every: int = 200
    log_every: int = 10
    seed: int = 0
    in_order: bool = False
    max_pixels: int | None = None
    longest: int = 32768
    workers: int = 0


def fine_tune(
    checkpoint: str,
    conversations: Sequence[Conversation],
    out: Path,
    options: TrainOptions,
    callbacks: Sequence[TrainerCallback] = (),
) -> Path:
    """Fine-tune and write a whole checkpoint to `out`/final; continues from `out`'s last checkpoint if there is one.

    The loss curve is `out`/loss.jsonl, a line a log step. Raises ModelError for a checkpoint that cannot be trained.
    """
    folder = locate(find_checkpoint(checkpoint))
    encoder = load_encoder(folder, LoadOptions(max_pixels=options.max_pixels))
    last = last_checkpoint(out)
    # float32 weights also with bf16: at fine-tuning rates an update is below a bfloat16 weight's rounding step.
    network = Qwen2VLForConditionalGeneration.from_pretrained(
        last if last is not None and _holds_weights(last) else folder, dtype=torch.float32, attn_implementation="sdpa"
    )
    trainable = freeze(network, options.freeze)
    if not trainable:
        raise ModelError("nothing is left to train; choose another --freeze")
    if options.gradient_checkpointing:
        network.gradient_checkpointing_enable()
    out.mkdir(parents=True, exist_ok=True)
    dataset = ConversationDataset(conversations, encoder, options.longest)
    trainer = _Trainer(
        in_order=options.in_order,
        model=network,
        args=_arguments(out, options),
        train_dataset=dataset,
        data_collator=Collator(encoder),
        callbacks=[LossCurve(out / LOSS_CURVE), *callbacks],
    )
    if last is not None:
        _rewind(out / LOSS_CURVE, last)
    trainer.train(resume_from_checkpoint=None if last is None else str(last))
    final = out / "final"
    trainer.save_model(str(final))  # every process: sharded weights are gathered
    if trainer.is_world_process_zero():
        encoder.tokenizer.save_pretrained(final)
        network.generation_config.save_pretrained(final)
        save_bounds(folder, final, encoder.preprocessor)
    trainer.accelerator.wait_for_everyone()  # nobody reads the folder before it is whole
    return final


def _arguments(out: Path, options: TrainOptions) -> TrainingArguments:
    """The options in the Trainer's own words; several processes on CPUs talk through gloo."""
    cpu = not (torch.cuda.is_available() or torch.backends.mps.is_available())
    return TrainingArguments(
        output_dir=str(out),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch,
        gradient_accumulation_steps=options.accumulate,
        learning_rate=options.learning_rate,
        warmup_steps=options.warmup,
        weight_decay=options.weight_decay,
        lr_scheduler_type=options.schedule,
        adam_beta2=options.adam_beta2,
        bf16=options.bf16,
        save_steps=options.save_every,
        save_total_limit=2,
        logging_steps=options.log_every,
        seed=options.seed,
        remove_unused_columns=False,
        dataloader_num_workers=options.workers,
        use_cpu=cpu,
        ddp_backend="gloo" if cpu and int(os.environ.get("WORLD_SIZE", "1")) > 1 else None,
        dataloader_pin_memory=not cpu,
        report_to=[],
        disable_tqdm=False,
    )


def last_checkpoint(out: Path) -> Path | None:
    """The newest whole checkpoint: the Trainer writes trainer_state.json last, so a kill while saving leaves none."""
    found = [path.parent for path in out.glob("checkpoint-*/trainer_state.json")]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _holds_weights(checkpoint: Path) -> bool:
    return any((checkpoint / name).exists() for name in ("model.safetensors", "model.safetensors.index.json"))


def _rewind(curve: Path, checkpoint: Path) -> None:
    """Cut the lines of steps after the checkpoint: they will be done again."""
    step = int(checkpoint.name.rpartition("-")[2])
    if int(os.environ.get("RANK", "0")) == 0 and curve.exists():
        lines = [line for line in curve.read_text(encoding="utf-8").splitlines() if json.loads(line)["step"] <= step]
        curve.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


class _Trainer(Trainer):
    """The Trainer with the choice of an unshuffled order, and a resume that takes the weights along."""

    def __init__(self, in_order: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._in_order = in_order

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        """Nothing, unless the weights are sharded: the network was made from the checkpoint already.

        The Trainer's own loading (transformers 5.23) does not rename Qwen2-VL's saved keys (`visual.*`) to the
        module's (`model.visual.*`); it warns of missing keys and goes on from the weights it started with.
        """
        if self.is_fsdp_enabled or self.is_deepspeed_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        if self._in_order:
            return SequentialSampler(train_dataset or self.train_dataset)
        return super()._get_train_sampler(train_dataset)


class LossCurve(TrainerCallback):
    """Appends every logged step to a JSONL file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        if logs and state.is_world_process_zero:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": state.global_step, **logs}) + "\n")


def as_frozen(name: str) -> Frozen:
    """Raises ModelError naming the choices."""
    if name not in get_args(Frozen):
        raise ModelError(f"unknown --freeze {name!r}; choose one of {', '.join(get_args(Frozen))}")
    return cast(Frozen, name)


def freeze(network: Any, what: Frozen) -> int:
    """Freeze a part; returns the number of parameters left to train."""
    visual = network.model.visual
    if what in ("vision", "vision-encoder"):
        visual.requires_grad_(False)
    if what == "vision-encoder":
        visual.merger.requires_grad_(True)
    if what == "language":
        network.model.language_model.requires_grad_(False)
        network.lm_head.requires_grad_(False)
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)

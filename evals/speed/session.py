"""An episode of fresh screenshots: our session against plain transformers `generate` from scratch each step.

Both see the same tokens and write the same number; their answers are compared. Weights are random, so nothing here
says anything about quality.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Qwen2VLForConditionalGeneration

from evals.speed.weights import MIDSIZE
from model.base import Image, Message, Sampling
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession
from model.training.scratch import SmallQwen2VL, create_checkpoint


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step of one side: seconds, images encoded and prompt tokens computed."""

    seconds: float
    images: int
    computed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every step of both sides, and whether all answers were equal."""

    ours: Sequence[StepTime]
    peer: Sequence[StepTime]
    equal: bool
    parameters: int


def compare(steps: int, side: int, written: int, shape: SmallQwen2VL = MIDSIZE, seed: int = 0) -> Comparison:
    """Play `steps` steps with screenshots of side × side pixels and `written` tokens an answer."""
    with tempfile.TemporaryDirectory() as folder:
        create_checkpoint(Path(folder), shape, ["see the screen and act"], seed)
        model = Qwen2VL(folder)
        plain = Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    never, rng = _never_end(model), np.random.default_rng(seed)
    _warm_up(model, rng, side)
    session = model.session()
    session.append(Message.of("system", "See the screen and act."))
    ours, peer, equal = [], [], True
    sampling = Sampling(max_tokens=written, temperature=0.0)
    for step in range(steps):
        screenshot = Image(rng.integers(0, 256, (side, side, 3), dtype=np.uint8))
        session.append(Message.of("user" if step == 0 else "assistant", screenshot))
        if step == 0:
            session.append(Message("assistant", ()))
        inputs = _inputs(model, session)
        started = time.perf_counter()
        with torch.inference_mode():
            theirs = plain.generate(
                **inputs, max_new_tokens=written, min_new_tokens=written, do_sample=False, suppress_tokens=never
            )
        peer.append(StepTime(time.perf_counter() - started, step + 1, inputs["input_ids"].shape[1]))
        started = time.perf_counter()
        completion = session.complete(sampling)
        usage = completion.usage
        ours.append(StepTime(time.perf_counter() - started, usage.images_encoded, usage.prompt - usage.cached))
        equal &= theirs[0, inputs["input_ids"].shape[1] :].tolist() == list(completion.part.tokens or ())
    return Comparison(ours, peer, equal, model.describe()["parameters"])


def _never_end(model: Qwen2VL) -> list[int]:
    """Keep both sides writing: random weights may end an answer at any token. Returns what the peer must suppress."""
    never = [*model.checkpoint.never.tolist(), *sorted(model.checkpoint.ends)]
    # The engine is what writes; the model describes and encodes.
    model.checkpoint = model.batch.engine.checkpoint = replace(
        model.checkpoint, never=torch.tensor(never), ends=frozenset()
    )
    return never


def _warm_up(model: Qwen2VL, rng: np.random.Generator, side: int) -> None:
    session = model.session()
    session.append(Message.of("user", Image(rng.integers(0, 256, (side, side, 3), dtype=np.uint8))))
    session.complete(Sampling(max_tokens=2, temperature=0.0))


def _inputs(model: Qwen2VL, session: QwenSession) -> dict[str, Any]:
    """The conversation as transformers' own generate takes it: every image again."""
    encoder = model.checkpoint.encoder
    ids = torch.tensor([session.tokens])
    images = [image for message in session.messages for image in message.images]
    grids = [encoder.preprocessor.grid(image) for image in images]
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "mm_token_type_ids": (ids == encoder.special.image_pad).long(),
        "pixel_values": torch.from_numpy(np.concatenate([encoder.preprocessor.patches(image) for image in images])),
        "image_grid_thw": torch.tensor([[grid.t, grid.h, grid.w] for grid in grids]),
    }

"""What a session did, checked against plain transformers run from scratch on the same tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from model.base import GREEDY, Completion, Sampling
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession

TOLERANCE = 1e-4


@dataclass
class Trace:
    """The logits and positions of every forward pass of one completion."""

    logits: list[torch.Tensor] = field(default_factory=list)
    positions: list[torch.Tensor] = field(default_factory=list)


@contextmanager
def traced(network: Any) -> Iterator[Trace]:
    """Record what goes through the language model and its head."""
    trace = Trace()

    def before(module: Any, args: Any, kwargs: Any) -> None:
        given = kwargs.get("position_ids")
        # Recorded as it arrives: None would be transformers' own, sequential guess.
        trace.positions.append(torch.full((3, 1), -1) if given is None else given[-3:, 0].clone().cpu())

    def after(module: Any, args: Any, output: torch.Tensor) -> None:
        trace.logits.append(output.reshape(-1, output.shape[-1])[-1].clone().float().cpu())

    hooks = [
        network.model.language_model.register_forward_pre_hook(before, with_kwargs=True),
        network.lm_head.register_forward_hook(after),
    ]
    try:
        yield trace
    finally:
        for hook in hooks:
            hook.remove()


def plain_inputs(model: Qwen2VL, session: QwenSession) -> dict[str, torch.Tensor]:
    """The whole conversation as transformers' own forward takes it."""
    encoder = model.checkpoint.encoder
    ids = torch.tensor([session.tokens])
    images = [image for message in session.messages for image in message.images]
    inputs = {"input_ids": ids, "mm_token_type_ids": (ids == encoder.special.image_pad).long()}
    if images:
        grids = [encoder.preprocessor.grid(image) for image in images]
        inputs["image_grid_thw"] = torch.tensor([[grid.t, grid.h, grid.w] for grid in grids])
        inputs["pixel_values"] = torch.from_numpy(np.concatenate([encoder.preprocessor.patches(i) for i in images]))
    return inputs


def plain_positions(model: Qwen2VL, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """transformers' own M-RoPE positions of a whole conversation, (3, tokens)."""
    return model.checkpoint.network.model.get_rope_index(
        inputs["input_ids"], inputs["mm_token_type_ids"], inputs.get("image_grid_thw")
    )[0][:, 0]


def complete_and_check(model: Qwen2VL, session: QwenSession, sampling: Sampling = GREEDY) -> Completion:
    """Complete, then assert tokens, logits and positions against plain transformers from scratch."""
    network = model.checkpoint.network
    with traced(network) as trace:
        completion = session.complete(sampling)
    written = completion.part.tokens
    assert written is not None
    inputs = plain_inputs(model, session)
    with torch.inference_mode():
        logits = network(**inputs).logits[0].float()
    prompt = logits.shape[0] - len(written)
    steps = min(len(written) + (completion.finish == "end"), len(trace.logits))
    expected = logits[prompt - 1 : prompt - 1 + steps]
    actual = torch.stack(trace.logits[:steps] if len(trace.logits) == steps else trace.logits[-steps:])
    assert torch.allclose(actual, expected, atol=TOLERANCE, rtol=0), (actual - expected).abs().max()
    masked = expected.clone()
    masked[:, model.checkpoint.never] = -torch.inf
    assert masked[: len(written)].argmax(-1).tolist() == list(written)
    positions = plain_positions(model, inputs)
    fed = torch.cat(trace.positions, dim=1)
    computed = prompt - completion.usage.cached
    assert torch.equal(fed[:, :computed], positions[:, completion.usage.cached : prompt])
    tail = fed[:, computed:]
    assert torch.equal(tail, positions[:, prompt : prompt + tail.shape[1]])
    return completion

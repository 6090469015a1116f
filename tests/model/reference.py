"""What a session did, checked against plain transformers run from scratch on the same tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Qwen2VLForConditionalGeneration

from model.base import GREEDY, Completion, Sampling
from model.qwen2vl.language import Feed, LanguageModel
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession

TOLERANCE = 1e-4


@lru_cache(maxsize=4)
def plain_network(folder: Path) -> Any:
    """transformers' own module of a checkpoint, in float32."""
    return Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()


@dataclass
class Trace:
    """Every token fed to the language model by the cache it joined: its index there, positions and logits."""

    positions: dict[int, dict[int, torch.Tensor]] = field(default_factory=dict)
    logits: dict[int, dict[int, torch.Tensor]] = field(default_factory=dict)


@contextmanager
def traced(language: LanguageModel) -> Iterator[Trace]:
    """Record what goes through the language model; logits are computed for every token fed."""
    trace, forward = Trace(), language.forward

    def recording(feeds: Sequence[Feed]) -> torch.Tensor:
        starts = [feed.cache.length for feed in feeds]
        hidden = forward(feeds)
        logits, at = language.logits(hidden), 0
        for feed, start in zip(feeds, starts, strict=True):
            for index in range(len(feed)):
                trace.positions.setdefault(id(feed.cache), {})[start + index] = feed.places[:, index].clone()
                trace.logits.setdefault(id(feed.cache), {})[start + index] = logits[at + index]
            at += len(feed)
        return hidden

    language.forward = recording  # type: ignore[method-assign]
    try:
        yield trace
    finally:
        del language.forward


def plain_inputs(model: Qwen2VL, session: QwenSession) -> dict[str, torch.Tensor]:
    """The whole conversation as transformers' own forward takes it."""
    encoder = session._history.encoder
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
    return plain_network(model.checkpoint.folder).model.get_rope_index(
        inputs["input_ids"], inputs["mm_token_type_ids"], inputs.get("image_grid_thw")
    )[0][:, 0]


def complete_and_check(model: Qwen2VL, session: QwenSession, sampling: Sampling = GREEDY) -> Completion:
    """Complete, then assert tokens, logits and positions against plain transformers from scratch."""
    return complete_many_and_check(model, [session], sampling)[0]


def complete_many_and_check(
    model: Qwen2VL, sessions: Sequence[QwenSession], sampling: Sampling = GREEDY
) -> list[Completion]:
    """The same for several sessions completed together."""
    with traced(model.checkpoint.language) as trace:
        completions = model.complete_many(sessions, [sampling] * len(sessions))
    for session, completion in zip(sessions, completions, strict=True):
        _check(model, session, completion, trace)
    return completions


def _check(model: Qwen2VL, session: QwenSession, completion: Completion, trace: Trace) -> None:
    written = completion.part.tokens
    assert written is not None
    inputs = plain_inputs(model, session)
    with torch.inference_mode():
        expected = plain_network(model.checkpoint.folder)(**inputs).logits[0].float()
    prompt = len(expected) - len(written)
    positions = plain_positions(model, inputs)
    logits, fed = trace.logits[id(session._cache)], trace.positions[id(session._cache)]
    # Every uncached token of the prompt went through, and all that was written but perhaps the last.
    assert set(range(completion.usage.cached, prompt)) <= set(fed)
    for index in range(completion.usage.cached, prompt):
        assert torch.equal(fed[index], positions[:, index]), index
        assert (logits[index] - expected[index]).abs().max() <= TOLERANCE, index
    masked = expected.clone()
    masked[:, model.checkpoint.never] = -torch.inf
    for index in range(prompt, len(expected) - 1):
        if index in fed and index < session._cache.length:
            assert torch.equal(fed[index], positions[:, index]), index
            assert (logits[index] - expected[index]).abs().max() <= TOLERANCE, index
    assert masked[prompt - 1 : prompt - 1 + len(written)].argmax(-1).tolist() == list(written)

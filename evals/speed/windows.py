"""The two ways to keep within the window: what each computes, and how far eviction strays from the rebuilt session."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from model.base import Image, Message, Sampling
from model.qwen2vl.answer import Answer
from model.qwen2vl.history import Window, policy_named
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession

SCREENS = {"phone, 1080 × 2400": (2400, 1080), "desktop, 1920 × 1080": (1080, 1920)}
_CALL = 45
"""Tokens of a step besides its screenshot: a short thought, a call and its frame."""


@dataclass(frozen=True, slots=True)
class Strayed:
    """A step after screenshots were dropped: divergence (nats) of the next token's distribution under eviction from
    that of the rebuilt session, whether the likeliest token agrees, and seconds of both until it is known."""

    dropped: int
    divergence: float
    agrees: bool
    evict_seconds: float
    rebuild_seconds: float


def compare(model: Qwen2VL, steps: int, tokens: int, side: int = 280) -> list[Strayed]:
    """Lead one session a policy through the same screenshots in a window of `tokens` tokens."""
    evict, rebuild = (
        QwenSession(model.batch, Window(tokens, 64, policy_named(policy), model.checkpoint.positions))
        for policy in ("evict", "rebuild")
    )
    rng = np.random.default_rng(0)
    found = []
    for step in range(steps):
        screen = Image(rng.integers(0, 256, (side, side, 3), dtype=np.uint8))
        for session in (evict, rebuild):
            session.append(Message.of("user" if step == 0 else "assistant", f"step {step}: ", screen, "\n"))
        (old, fast), (new, slow) = (_next(model, session) for session in (evict, rebuild))
        if rebuild.dropped:
            # KL(rebuild || evict): how surprised the rebuilt session is by what eviction says.
            divergence = float((new.exp() * (new - old)).sum())
            found.append(Strayed(evict.dropped, divergence, bool(old.argmax() == new.argmax()), fast, slow))
        answer = rebuild.fork().complete(Sampling(max_tokens=8, temperature=0.0)).part
        for session in (evict, rebuild):
            session.append(Message.of("assistant", replace(answer)))
    return found


def _next(model: Qwen2VL, session: QwenSession) -> tuple[torch.Tensor, float]:
    """Log-probabilities of the next token, and the seconds it took to know them."""
    started = time.perf_counter()
    task = session.begin(Sampling(max_tokens=1, temperature=0.0, lookup=0), _Overheard)
    answer = task.answer
    assert isinstance(answer, _Overheard)
    while answer.finish is None:
        model.batch.engine.step([task])
    seconds = time.perf_counter() - started
    # The prompt stays in the cache; the token chosen does not join the history.
    session.abandon()
    assert answer.heard is not None
    return answer.heard.log_softmax(-1), seconds


class _Overheard(Answer):
    """Keeps the logits it last chose from."""

    heard: torch.Tensor | None = None

    def _choose(self, logits: torch.Tensor) -> int:
        self.heard = logits.clone()
        return super()._choose(logits)


@dataclass(frozen=True, slots=True)
class Span:
    """How long a window lasts on a kind of screen: tokens and positions of a step, and steps until each runs out."""

    screen: str
    tokens: int
    positions: int
    kept: int
    until_positions_end: int


def spans(model: Qwen2VL, window: int = 32768) -> Sequence[Span]:
    """For a phone and a desktop, at the model's pixel cap."""
    preprocessor = model.checkpoint.encoder.preprocessor
    found = []
    for name, (height, width) in SCREENS.items():
        grid = preprocessor.grid(Image(np.zeros((height, width, 3), np.uint8)))
        tokens = grid.tokens(preprocessor.merge) + 2 + _CALL
        positions = max(grid.h, grid.w) // preprocessor.merge + 2 + _CALL
        found.append(Span(name, tokens, positions, window // tokens, window // positions))
    return found

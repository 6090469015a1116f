"""Choosing the next token and knowing when to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from model.base import Sampling


@dataclass(frozen=True, slots=True)
class StopMatch:
    """Where the earliest stop string lies in a text."""

    stop: str
    start: int
    end: int


def find_stop(text: str, stops: Sequence[str]) -> StopMatch | None:
    """The earliest stop string in `text`; of two at one place, the longer."""
    found = [StopMatch(stop, at, at + len(stop)) for stop in stops if stop and (at := text.find(stop)) >= 0]
    return min(found, key=lambda match: (match.start, -match.end), default=None)


class Sampler:
    """Greedy or random choice by the checkpoint's generation config, overridden where `Sampling` says so.

    Args:
        generation: a transformers GenerationConfig.
        never: ids that must not be written: vision placeholders, and rows past the end of the tokenizer.
    """

    def __init__(self, sampling: Sampling, generation: Any, never: torch.Tensor, start: int) -> None:
        asked = sampling.temperature is not None or getattr(generation, "do_sample", False)
        self.temperature = _choose(sampling.temperature, getattr(generation, "temperature", None), 1.0)
        # Qwen2-VL's own top_k of 1 would make every temperature greedy: who asks for one takes its limits out of force.
        own = generation if sampling.temperature is None else None
        self.top_k = int(_choose(sampling.top_k, getattr(own, "top_k", None), 0))
        self.top_p = float(_choose(sampling.top_p, getattr(own, "top_p", None), 1.0))
        self.greedy = not asked or self.temperature <= 0 or self.top_k == 1
        self.penalty = sampling.repetition_penalty
        self._never = never
        # The same seed at another place of the conversation draws other numbers.
        self._generator = torch.Generator().manual_seed((sampling.seed * 1_000_003 + start) % 2**63)

    def choose(
        self, logits: torch.Tensor, seen: Sequence[int], mask: Callable[[torch.Tensor], None] | None = None
    ) -> int:
        """The next id from float logits of shape (vocabulary,).

        Args:
            seen: the ids so far, for the penalty.
            mask: sets the logits of ids that a grammar refuses to -inf, in place.
        """
        logits = logits.float().cpu().clone()
        logits[self._never] = -torch.inf
        if mask is not None:
            mask(logits)
        if self.penalty != 1.0 and seen:
            ids = torch.tensor(sorted(set(seen)))
            old = logits[ids]
            logits[ids] = torch.where(old > 0, old / self.penalty, old * self.penalty)
        if self.greedy:
            return int(logits.argmax())
        logits = logits / self.temperature
        if 0 < self.top_k < len(logits):
            logits[logits < logits.topk(self.top_k).values[-1]] = -torch.inf
        chances = logits.softmax(-1)
        if self.top_p < 1.0:
            ordered, ids = chances.sort(descending=True)
            # A token stays when the mass before it is below top_p: the most likely one always does.
            gone = (ordered.cumsum(-1) - ordered) >= self.top_p
            gone[0] = False
            ordered[gone] = 0.0
            chances = torch.zeros_like(chances).scatter(0, ids, ordered)
        return int(torch.multinomial(chances, 1, generator=self._generator))


def _choose(asked: float | None, configured: float | None, default: float) -> float:
    return asked if asked is not None else configured if configured is not None else default

"""What a session did, checked against plain transformers run from scratch on the same tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import Qwen2VLForConditionalGeneration

from evals.speed.exact import TOLERANCE, complete
from model.base import GREEDY, Completion, Sampling
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession


@lru_cache(maxsize=4)
def plain_network(folder: Path) -> Any:
    """transformers' own module of a checkpoint, in float32."""
    return Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()


def complete_and_check(model: Qwen2VL, session: QwenSession, sampling: Sampling = GREEDY) -> Completion:
    """Complete, then assert tokens, logits and positions against plain transformers from scratch."""
    return complete_many_and_check(model, [session], sampling)[0]


def complete_many_and_check(
    model: Qwen2VL, sessions: Sequence[QwenSession], sampling: Sampling = GREEDY
) -> list[Completion]:
    """The same for several sessions completed together."""
    found = complete(model, plain_network(model.checkpoint.folder), sessions, sampling)
    for _, agreement in found:
        assert agreement.positions
        assert agreement.tokens
        assert agreement.distance <= TOLERANCE
    return [completion for completion, _ in found]

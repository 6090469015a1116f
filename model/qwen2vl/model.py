"""A Qwen2-VL checkpoint as a Model: opens sessions that share its weights and its memory of screenshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
import transformers

from model.base import Completion, ModelError, Sampling
from model.qwen2vl.batching import Batch
from model.qwen2vl.engine import Engine
from model.qwen2vl.history import Window
from model.qwen2vl.session import QwenSession, bounded
from model.qwen2vl.weights import LoadOptions, load


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What decides how a checkpoint runs."""

    load: LoadOptions = field(default_factory=LoadOptions)
    window: Window = field(default_factory=Window)


class Qwen2VL:
    """The model in process. Sessions may interleave freely; those of several threads are completed together.

    Raises ModelError when the checkpoint cannot be used, or is asked for a window beyond its own positions.
    """

    dialect = "qwen"
    constrains = True

    def __init__(self, name: str, options: EngineOptions = EngineOptions()) -> None:
        self.name = name
        self.checkpoint = load(name, options.load)
        most = self.checkpoint.positions
        self.window = replace(options.window, positions=min(most, options.window.positions or most))
        if self.window.tokens > most:
            raise ModelError(f"a window of {self.window.tokens} tokens is beyond the {most} positions of {name}")
        self.batch = Batch(Engine(self.checkpoint))

    def session(self, min_pixels: int | None = None, max_pixels: int | None = None) -> QwenSession:
        """A new conversation; bounds of its own replace the model's."""
        if min_pixels is None and max_pixels is None:
            return QwenSession(self.batch, self.window)
        return QwenSession(self.batch, self.window, bounded(self.checkpoint.encoder, min_pixels, max_pixels))

    def complete_many(self, sessions: Sequence[QwenSession], samplings: Sequence[Sampling]) -> list[Completion]:
        """Complete several of this model's sessions together: each pass reads the weights once for all of them.

        The completions are those of one at a time; `Batch.complete` says what happens when one fails.
        """
        return self.batch.complete(sessions, samplings)

    def describe(self) -> dict[str, Any]:
        checkpoint = self.checkpoint
        preprocessor = checkpoint.encoder.preprocessor
        return {
            "engine": "visuomotor/qwen2vl",
            "model": self.name,
            "parameters": checkpoint.parameters,
            "dtype": str(checkpoint.language.dtype).removeprefix("torch."),
            "weights": checkpoint.storage,
            "kernels": checkpoint.kernels.name,
            "device": str(checkpoint.language.device),
            "min_pixels": preprocessor.min_pixels,
            "max_pixels": preprocessor.max_pixels,
            "window": self.window.tokens,
            "window_policy": self.window.policy,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }

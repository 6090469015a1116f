"""A Qwen2-VL checkpoint as a Model: opens sessions that share its weights and its memory of screenshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
import transformers

from model.base import ModelError
from model.qwen2vl.history import Window
from model.qwen2vl.session import QwenSession
from model.qwen2vl.vision import VisionEncoder
from model.qwen2vl.weights import LoadOptions, load


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What decides how a checkpoint runs."""

    load: LoadOptions = field(default_factory=LoadOptions)
    window: Window = field(default_factory=Window)


class Qwen2VL:
    """The model in process. Not for several threads at once; sessions may interleave freely in one.

    Raises ModelError when the checkpoint cannot be used, or is asked for a window beyond its own positions.
    """

    dialect = "qwen"

    def __init__(self, name: str, options: EngineOptions = EngineOptions()) -> None:
        self.name = name
        self.checkpoint = load(name, options.load)
        self.window = options.window
        most = self.checkpoint.network.config.get_text_config().max_position_embeddings
        if self.window.tokens > most:
            raise ModelError(f"a window of {self.window.tokens} tokens is beyond the {most} positions of {name}")
        self.vision = VisionEncoder(
            self.checkpoint.network, self.checkpoint.encoder.preprocessor, self.checkpoint.device
        )

    def session(self) -> QwenSession:
        return QwenSession(self.checkpoint, self.vision, self.window)

    def describe(self) -> dict[str, Any]:
        preprocessor = self.checkpoint.encoder.preprocessor
        return {
            "engine": "visuomotor/qwen2vl",
            "model": self.name,
            "parameters": sum(parameter.numel() for parameter in self.checkpoint.network.parameters()),
            "dtype": str(self.checkpoint.dtype).removeprefix("torch."),
            "device": str(self.checkpoint.device),
            "min_pixels": preprocessor.min_pixels,
            "max_pixels": preprocessor.max_pixels,
            "window": self.window.tokens,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }

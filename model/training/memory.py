"""How much memory a fine-tuning needs, before it is started."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from accelerate import init_empty_weights
from transformers import AutoConfig, Qwen2VLForConditionalGeneration

from model.qwen2vl.weights import locate, read_config
from model.registry import find_checkpoint
from model.training.trainer import TrainOptions, freeze


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes of one process without activations: weights, gradients and AdamW's two moments."""

    parameters: int
    trainable: int
    bytes: int

    def sentence(self) -> str:
        return (
            f"{self.parameters / 1e6:,.1f} M parameters, {self.trainable / 1e6:,.1f} M of them trained: "
            f"{self.bytes / 2**30:,.2f} GiB for weights, gradients and optimizer, and activations on top"
        )


def estimate(checkpoint: str, options: TrainOptions) -> MemoryEstimate:
    """The estimate for a checkpoint, from its config alone: no weight is read.

    All of them are float32; `bf16` makes the arithmetic cheaper, not the state.
    """
    folder = locate(find_checkpoint(checkpoint))
    read_config(folder)  # refuses what is no Qwen2-VL
    config = AutoConfig.from_pretrained(folder)
    return estimate_config(config, options)


def estimate_config(config: object, options: TrainOptions) -> MemoryEstimate:
    """The same from a configuration."""
    with init_empty_weights():
        network = Qwen2VLForConditionalGeneration(config)
    network.tie_weights()
    trainable = freeze(network, options.freeze)
    total = sum(parameter.numel() for parameter in network.parameters())
    return MemoryEstimate(total, trainable, torch.float32.itemsize * (total + 3 * trainable))

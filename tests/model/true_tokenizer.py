"""A tiny random network behind the true Qwen2-VL tokenizer."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import GenerationConfig, Qwen2VLForConditionalGeneration

from evals.speed.tokenizer import true_tokenizer
from model.training.scratch import SPECIAL_TOKENS, SmallQwen2VL, configuration, write_preprocessor_config


def build_checkpoint(folder: Path) -> Path:
    """A tiny random network with the true vocabulary size and ids."""
    tokenizer = true_tokenizer()
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS}
    torch.manual_seed(0)
    shape = SmallQwen2VL(
        hidden=64, layers=2, heads=4, kv_heads=2, feed_forward=96, vision_width=32, vision_depth=1, vision_heads=4,
        initializer_range=0.1, rope_theta=1e6, mrope_section=(2, 3, 3),
    )  # fmt: skip
    network = Qwen2VLForConditionalGeneration(configuration(shape, ids, 151936))
    network.generation_config = GenerationConfig(
        do_sample=True, temperature=0.01, top_k=1, eos_token_id=[151645, 151643]
    )
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_preprocessor_config(folder, 3136, 12845056)
    return folder

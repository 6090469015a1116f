"""A new, small, genuine Qwen2-VL checkpoint: configuration, tokenizer, chat template, random weights.

What comes out is a folder that plain `Qwen2VLForConditionalGeneration.from_pretrained` loads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2VLConfig, Qwen2VLForConditionalGeneration

SPECIAL_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
"""Qwen2-VL's control tokens in its own order."""

# Numbers and signs stay whole and apart, keywords stay whole, and prose may merge across words: a declaration that
# never changes then costs a few tokens, while what the model reads and writes stays composed of its parts.
_PIECES = r"✿[A-Z]+✿| ?\d+| ?[-+*/()=]|\.|\n|[^\d\n.✿+*/()=-]+?(?= ?[-+*/()=\d]|[\n.✿]|$)|✿"

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True, slots=True)
class SmallQwen2VL:
    """The size of a checkpoint made from scratch.

    Width takes the last, slowest M-RoPE frequencies. At Qwen2-VL's own theta of 1e6 and a head this small they turn by
    under 2e-4 a column, so that neighbouring image tokens cannot be told apart; a small theta gives every axis
    frequencies that can.
    """

    hidden: int = 192
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 512
    vision_width: int = 128
    vision_depth: int = 2
    vision_heads: int = 4
    initializer_range: float = 0.04
    vocabulary: int = 1024
    window: int = 32768
    rope_theta: float = 20.0
    mrope_section: tuple[int, int, int] = (4, 8, 12)
    max_pixels: int = 116 * 116  # a little over 112 × 112, which rounding would miss: 300 × 300 becomes 16 tokens
    min_pixels: int = 56 * 56


def train_tokenizer(corpus: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE over `corpus` with Qwen2-VL's control tokens; any text can be encoded."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=400,
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=list(SPECIAL_TOKENS[1:]),
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def create_checkpoint(folder: Path, shape: SmallQwen2VL, corpus: Iterable[str], seed: int) -> None:
    """Write an untrained checkpoint of this shape into `folder`."""
    tokenizer = train_tokenizer(corpus, shape.vocabulary)
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS}
    torch.manual_seed(seed)
    model = Qwen2VLForConditionalGeneration(configuration(shape, ids, len(tokenizer)))
    model.generation_config = GenerationConfig(
        do_sample=False,
        eos_token_id=[ids["<|im_end|>"], ids["<|endoftext|>"]],
        pad_token_id=ids["<|endoftext|>"],
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_preprocessor_config(folder, shape.min_pixels, shape.max_pixels)


def configuration(shape: SmallQwen2VL, ids: dict[str, int], vocabulary: int) -> Qwen2VLConfig:
    """The transformers configuration of a shape, given the ids of the control tokens."""
    return Qwen2VLConfig(
        text_config={
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "vocab_size": vocabulary,
            "max_position_embeddings": shape.window,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": shape.rope_theta,
                "mrope_section": list(shape.mrope_section),
            },
            "initializer_range": shape.initializer_range,
            "tie_word_embeddings": True,
            "bos_token_id": ids["<|endoftext|>"],
            "eos_token_id": ids["<|im_end|>"],
            "pad_token_id": ids["<|endoftext|>"],
        },
        vision_config={
            "depth": shape.vision_depth,
            "embed_dim": shape.vision_width,
            "num_heads": shape.vision_heads,
            "hidden_size": shape.hidden,
            "mlp_ratio": 4,
            "initializer_range": shape.initializer_range,
        },
        tie_word_embeddings=True,
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
    )


def write_preprocessor_config(folder: Path, min_pixels: int, max_pixels: int) -> None:
    """The preprocessor_config.json of Qwen2-VL with other pixel bounds."""
    config = {
        "min_pixels": min_pixels,
        "max_pixels": max_pixels,
        "size": {"shortest_edge": min_pixels, "longest_edge": max_pixels},
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2VLProcessor",
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

"""The model every engine of the speed benchmark runs: random weights that nevertheless write one known call.

Everything is random and computed as it stands, except that greedy decoding answers every turn with `ANSWER`, whatever
was seen, so that all engines write the same text and their seconds compare. Four heads of the first layer look 0, 1, 2
and 3 tokens back (constant queries and keys, turned against each other by the rotary embedding) and write, from what
they find there, the embedding of the token that comes next in the answer. Later layers only add a little noise. The
embedding stays tied, as in Qwen2-VL-2B, and no other library sees anything unusual in the checkpoint.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2VLForConditionalGeneration

from actions.call import FunctionCall
from actions.dialects.hermes import HermesDialect
from actions.point import Point
from actions.space import Action, ActionSpace
from evals.speed.tokenizer import true_tokenizer
from model.training.scratch import SPECIAL_TOKENS, SmallQwen2VL, configuration, write_preprocessor_config

MIDSIZE = SmallQwen2VL(
    hidden=768, layers=8, heads=12, kv_heads=2, feed_forward=3072, vision_width=640, vision_depth=8, vision_heads=8,
    initializer_range=0.02, rope_theta=1e6, mrope_section=(8, 12, 12), max_pixels=1280 * 28 * 28,
)  # fmt: skip
"""233 M parameters; as fast on two cores as the 2B would be on a machine ten times theirs."""

FULL = SmallQwen2VL(
    hidden=1536, layers=28, heads=12, kv_heads=2, feed_forward=8960, vision_width=1280, vision_depth=32,
    vision_heads=16, initializer_range=0.02, rope_theta=1e6, mrope_section=(16, 24, 24), max_pixels=1280 * 28 * 28,
)  # fmt: skip
"""Qwen2-VL-2B-Instruct's own sizes."""

VOCABULARY = 151936
"""Rows of Qwen2-VL's embedding; its tokenizer has 151,657 tokens."""


@dataclass(frozen=True, slots=True)
class Click(Action, name="click"):
    """Press at a point."""

    point: Point


@dataclass(frozen=True, slots=True)
class Swipe(Action, name="swipe"):
    """Drag from one point to another."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Write(Action, name="type"):
    """Type into the field that has the focus."""

    text: str


SPACE = ActionSpace([Click, Swipe, Write])
"""What the answer is a call of."""

CALL = FunctionCall("click", {"point": [348, 607]})
ANSWER = HermesDialect().render(CALL) + HermesDialect().stop[0]
"""What the model writes, 32 tokens, before it ends its turn."""

_LEAD = "<|im_end|>\n<|im_start|>assistant\n"
_BACK = 4  # tokens that decide the next one: all of the answer's runs of four differ
_PAIRS = 8  # rotary pairs that find a distance: enough that no other one up to 32,768 looks like it
_SHARPNESS = 60.0  # of the attention to that distance: the runner-up weighs under exp(-30)
_STRENGTH = 0.5  # r.m.s. of what the four heads write, against 0.02 of an embedding
_QUIET = 0.1  # what other outputs into the residual stream are scaled by
_LOGITS = 3.0  # weight of the last norm


def create_midsize(folder: Path, seed: int = 0, answer: str | None = ANSWER) -> None:
    """Write the 233 M float32 checkpoint with the true tokenizer into `folder`."""
    create(folder, MIDSIZE, true_tokenizer(), VOCABULARY, answer, seed)


def create_2b(folder: Path, seed: int = 0, answer: str | None = ANSWER) -> None:
    """Write the 2.2 B float32 checkpoint, 8.8 GB, with the true tokenizer into `folder`; it takes as much memory."""
    create(folder, FULL, true_tokenizer(), VOCABULARY, answer, seed)


def create(
    folder: Path,
    shape: SmallQwen2VL,
    tokenizer: PreTrainedTokenizerFast,
    vocabulary: int,
    answer: str | None,
    seed: int,
) -> None:
    """Write a checkpoint of any shape whose greedy answer is `answer`, or whatever comes of its random weights if None.

    Raises ValueError where it cannot be taught.
    """
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS}
    torch.manual_seed(seed)
    network = Qwen2VLForConditionalGeneration(configuration(shape, ids, vocabulary))
    if answer is not None:
        lead = tokenizer.encode(_LEAD, add_special_tokens=False)
        written = tokenizer.encode(answer, add_special_tokens=False, split_special_tokens=True)
        with torch.no_grad():
            teach(network, lead, [*written, ids["<|im_end|>"]])
    network.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=[ids["<|im_end|>"], ids["<|endoftext|>"]], pad_token_id=ids["<|endoftext|>"]
    )
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_preprocessor_config(folder, shape.min_pixels, shape.max_pixels)


def teach(network: Any, lead: Sequence[int], answer: Sequence[int]) -> None:
    """Make a freshly initialised network write `answer` greedily after `lead`, whatever stands before.

    Raises ValueError when two runs of four tokens are equal but go on differently, or the network is too small.
    """
    text = network.config.get_text_config()
    width = text.hidden_size // text.num_attention_heads
    if text.num_attention_heads // text.num_key_value_heads < _BACK:
        raise ValueError(f"the first {_BACK} query heads must share a key head")
    if text.rope_parameters["mrope_section"][0] < _PAIRS:
        raise ValueError(f"the first {_PAIRS} rotary pairs must turn with time")
    sequence = [*lead, *answer]
    tokens = sorted(set(sequence))
    if len(tokens) > width:
        raise ValueError(f"{len(tokens)} different tokens do not fit a head of {width}")
    next_token = _solve(sequence, tokens, len(lead))
    language = network.model.language_model
    directions = torch.linalg.qr(torch.randn(text.hidden_size, len(tokens)))[0]  # one column a token, orthonormal
    language.embed_tokens.weight[tokens] = text.initializer_range * math.sqrt(text.hidden_size) * directions.T
    for layer in language.layers:
        layer.self_attn.o_proj.weight *= _QUIET
        layer.mlp.down_proj.weight *= _QUIET
    codes = torch.linalg.qr(torch.randn(width, width))[0][:, : len(tokens)]  # what stands for a token inside a head
    attention = language.layers[0].self_attn
    attention.v_proj.weight[:width] = codes @ directions.T / math.sqrt(text.hidden_size)
    strength = _STRENGTH * math.sqrt(text.hidden_size)
    for back in range(_BACK):
        head = slice(back * width, (back + 1) * width)
        attention.o_proj.weight[:, head] = strength * directions @ next_token[back].T @ codes.T
    _look_back(attention, width, text.rope_parameters["rope_theta"])
    language.norm.weight.fill_(_LOGITS)


def _solve(sequence: Sequence[int], tokens: Sequence[int], lead: int) -> torch.Tensor:
    """Weights of shape (back, token seen there, token that comes next) whose sums name the next token."""
    seen, follows = [], []
    for position in range(lead, len(sequence)):
        row = torch.zeros(_BACK, len(tokens), dtype=torch.float64)
        for back in range(_BACK):
            row[back, tokens.index(sequence[position - 1 - back])] = 1
        seen.append(row.flatten())
        follows.append(tokens.index(sequence[position]))
    states = torch.stack(seen)
    wanted = torch.nn.functional.one_hot(torch.tensor(follows), len(tokens)).double()
    weights = torch.linalg.pinv(states) @ wanted
    if (states @ weights - wanted).abs().max() > 1e-6:
        raise ValueError(f"the last {_BACK} tokens do not decide the next one everywhere in this answer")
    return weights.float().view(_BACK, len(tokens), len(tokens))


def _look_back(attention: Any, width: int, theta: float) -> None:
    """Constant keys in the first key head, and queries whose score peaks 0, 1, 2 and 3 tokens back."""
    size = math.sqrt(_SHARPNESS * math.sqrt(width))
    angles = theta ** (-2 * torch.arange(_PAIRS) / width)
    attention.k_proj.weight[:width] = 0
    attention.k_proj.bias[:_PAIRS] = size
    for back in range(_BACK):
        start = back * width
        attention.q_proj.weight[start : start + width] = 0
        attention.q_proj.bias[start : start + _PAIRS] = size * torch.cos(back * angles)
        attention.q_proj.bias[start + width // 2 : start + width // 2 + _PAIRS] = -size * torch.sin(back * angles)


def write_legacy_copy(folder: Path, copy: Path) -> None:
    """A second folder for libraries written for transformers 4: flat config.json, old tokenizer class, same weights.

    The weights are linked, not copied.
    """
    copy.mkdir(parents=True, exist_ok=True)
    for source in folder.iterdir():
        target = copy / source.name
        target.unlink(missing_ok=True)
        if source.suffix == ".safetensors":
            target.symlink_to(source.resolve())
        else:
            shutil.copyfile(source, target)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text, vision = config.pop("text_config"), config["vision_config"]
    rope = text.pop("rope_parameters")
    flat = {name: value for name, value in text.items() if name not in ("model_type", "layer_types", "dtype")}
    config |= flat | {
        "rope_theta": rope["rope_theta"],
        "rope_scaling": {"type": "mrope", "mrope_section": rope["mrope_section"]},
        "tie_word_embeddings": config["tie_word_embeddings"],
        "torch_dtype": config.pop("dtype", "float32"),
        "vision_config": {
            "model_type": "qwen2_vl", "in_chans": 3, "spatial_patch_size": vision["patch_size"],
            **{name: vision[name] for name in ("depth", "embed_dim", "num_heads", "hidden_size", "mlp_ratio")},
        },
    }  # fmt: skip
    (copy / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    path = copy / "tokenizer_config.json"
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    tokenizer["tokenizer_class"] = "Qwen2Tokenizer"
    path.write_text(json.dumps(tokenizer, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

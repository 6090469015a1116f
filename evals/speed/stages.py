"""Each stage of a step by itself: encoding, prefill, and decoding after a short and a long past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from evals.speed.ceilings import middle
from model.qwen2vl.cache import KVCache
from model.qwen2vl.language import Feed
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.preprocess import Grid

PHONE = Grid(1, 66, 28)
"""A 1080 × 2400 screenshot at 500 tokens: 462."""

_PREFILL = 500
_TURN = 510
"""New tokens of a step: a screenshot and a line of text."""

TURNS = (_TURN + 35, 23 * (_TURN + 35))
"""What stands before the new tokens of steps 2 and 24."""

_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Decode:
    """One token after `past` others: seconds, and the bytes of weights and cache it reads at least."""

    past: int
    tokens: int
    seconds: float
    read: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The prefill of a step's new tokens after `past` others, in seconds."""

    past: int
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stages:
    """Seconds and floating point operations of encoding and prefill; decoding and a step's new tokens at several
    lengths of the past."""

    encode_seconds: float
    encode_flop: int
    prefill_seconds: float
    prefill_flop: int
    decode: Sequence[Decode]
    turns: Sequence[Turn]


@torch.inference_mode()
def measure(model: Qwen2VL, pasts: Sequence[int] = (64, 4096, 16384, 32000), tokens: Sequence[int] = (1, 4)) -> Stages:
    """Measure one model. The past is random: only its length counts."""
    checkpoint = model.checkpoint
    language, tower = checkpoint.language, checkpoint.tower
    patches = torch.randn(PHONE.h * PHONE.w, tower.patch_values)
    encode = middle(lambda: tower.encode(patches, [PHONE]), 3)
    rows, places = torch.randn(_PREFILL, language.hidden) * 0.02, torch.arange(_PREFILL).expand(3, -1)

    def prefill() -> None:
        cache = KVCache(language.cache_shape, checkpoint.kernels, _PREFILL)
        language.logits(language.forward([Feed(rows, places, cache)])[-1:])

    seconds = middle(prefill, _REPEATS)
    turns = [_turn(model, past) for past in TURNS]
    cache = KVCache(language.cache_shape, checkpoint.kernels, max(pasts) + 16)
    found = []
    for past in pasts:
        _lengthen(model, cache, past)
        for count in tokens:
            here = torch.full((3, count), past)

            def decode(here: torch.Tensor = here, count: int = count, past: int = past) -> None:
                language.logits(language.forward([Feed(language.embed([5] * count), here, cache)]))
                cache.keep(past)

            read = language.weight_bytes + past * language.cache_shape.token_bytes
            found.append(Decode(past, count, middle(decode, 2 * _REPEATS), read))
    return Stages(encode, tower.flop(PHONE), seconds, language.flop(_PREFILL), found, turns)


def _turn(model: Qwen2VL, past: int) -> Turn:
    language = model.checkpoint.language
    cache = KVCache(language.cache_shape, model.checkpoint.kernels, past + _TURN)
    _lengthen(model, cache, past)
    rows, places = torch.randn(_TURN, language.hidden) * 0.02, torch.arange(past, past + _TURN).expand(3, -1)

    def work() -> None:
        language.logits(language.forward([Feed(rows, places, cache)])[-1:])
        cache.keep(past)

    return Turn(past, _TURN, middle(work, 3))


def _lengthen(model: Qwen2VL, cache: KVCache, length: int) -> None:
    """Fill the cache up to `length` tokens with random keys and values."""
    shape = model.checkpoint.language.cache_shape
    while cache.length < length:
        count = min(2048, length - cache.length)
        rows = torch.randn(count, shape.kv_heads * shape.head_dim)
        for piece in cache.grow(count):
            new = rows[piece.first : piece.last]
            for layer in range(shape.layers):
                model.checkpoint.kernels.write(piece.segment, layer, piece.at, new, new)

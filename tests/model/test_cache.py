"""The KV cache against a plain list of tokens: grow, keep, remove and fork in any order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch

from model.qwen2vl.cache import KVCache
from model.qwen2vl.kernels.base import CacheShape, Heads, Kernels
from model.qwen2vl.kernels.native import NativeKernels
from model.qwen2vl.kernels.plain import PlainKernels

CPU = torch.device("cpu")
SHAPE = CacheShape(layers=2, kv_heads=2, head_dim=8, dtype=torch.float32, devices=(CPU, CPU))
HEADS = Heads(2, 2, 8)
WINDOW = 3000


@pytest.fixture(params=[NativeKernels, PlainKernels])
def kernels(request: pytest.FixtureRequest) -> Kernels:
    made: Kernels = request.param()
    return made


def token(number: int) -> torch.Tensor:
    """A token's keys, which are its values too: no two alike."""
    return torch.randn(16, generator=torch.Generator().manual_seed(number))


def add(cache: KVCache, kernels: Kernels, tokens: list[int]) -> None:
    rows = torch.stack([token(number) for number in tokens])
    for piece in cache.grow(len(tokens)):
        for layer in range(2):
            kernels.write(
                piece.segment, layer, piece.at, rows[piece.first : piece.last] + layer, rows[piece.first : piece.last]
            )


def same(cache: KVCache, kernels: Kernels, tokens: list[int]) -> bool:
    """Whether attention over the cache is attention over those tokens."""
    q = torch.randn(1, 16, generator=torch.Generator().manual_seed(7))
    values = torch.stack([token(number) for number in tokens])
    for layer in range(2):
        found = kernels.attend_cached(q, HEADS, kernels.plan(cache.segments), layer)
        k, v = ((values + layer).view(-1, 2, 8).transpose(0, 1), values.view(-1, 2, 8).transpose(0, 1))
        expected = torch.nn.functional.scaled_dot_product_attention(q.view(2, 1, 8), k, v).reshape(1, 16)
        if not torch.allclose(found, expected, atol=1e-5):
            return False
    return cache.length == len(tokens)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_moves(kernels: Kernels, seed: int) -> None:
    rng = random.Random(seed)
    pairs: list[tuple[KVCache, list[int]]] = [(KVCache(SHAPE, kernels, WINDOW), [])]
    for step in range(40):
        cache, tokens = rng.choice(pairs)
        move = rng.random()
        if move < 0.5 or not tokens:
            new = [step * 1000 + n for n in range(rng.choice((1, 3, 100, 300)))]
            if len(tokens) + len(new) <= WINDOW:
                add(cache, kernels, new)
                tokens += new
        elif move < 0.65:
            length = rng.randrange(1, len(tokens) + 1)
            cache.keep(length)
            del tokens[length:]
        elif move < 0.85:
            start = rng.randrange(len(tokens))
            stop = rng.randrange(start, len(tokens) + 1)
            cache.remove(start, stop)
            del tokens[start:stop]
        elif len(pairs) < 4:
            pairs.append((cache.fork(), list(tokens)))
        for other, expected in pairs:
            assert other.length == len(expected)
    for cache, tokens in pairs:
        assert not tokens or same(cache, kernels, tokens)


def test_a_fork_shares_blocks_until_it_writes() -> None:
    kernels = NativeKernels()
    cache = KVCache(SHAPE, kernels, WINDOW)
    add(cache, kernels, list(range(600)))
    twin = cache.fork()
    assert [id(block) for block in twin.blocks] == [id(block) for block in cache.blocks]
    add(twin, kernels, [9000])
    add(cache, kernels, [9001])
    shared = {id(block) for block in cache.blocks} & {id(block) for block in twin.blocks}
    assert len(shared) == 2  # the full ones; each has a copy of the last of its own, but for one who keeps it
    assert same(cache, kernels, [*range(600), 9001])
    assert same(twin, kernels, [*range(600), 9000])


def test_appending_moves_nothing() -> None:
    kernels = NativeKernels()
    cache = KVCache(SHAPE, kernels, WINDOW)
    add(cache, kernels, list(range(300)))
    before = [block.keys[0].data_ptr() for block in cache.blocks]
    for number in range(300, 900):
        add(cache, kernels, [number])
    assert [block.keys[0].data_ptr() for block in cache.blocks][: len(before)] == before


def test_what_is_removed_is_released() -> None:
    kernels = NativeKernels()
    cache = KVCache(SHAPE, kernels, 10**6)
    sizes = []
    for step in range(60):
        add(cache, kernels, list(range(step * 1000, step * 1000 + 700)))
        cache.remove(step * 10, step * 10 + 690)  # ten tokens of each seven hundred stay
        sizes.append(cache.nbytes)
    assert cache.length == 600
    assert max(sizes) <= 6 * (256 * SHAPE.token_bytes + 256)
    assert same(cache, kernels, [n for step in range(60) for n in range(step * 1000 + 690, step * 1000 + 700)])


def test_the_true_2b_fits_its_bytes() -> None:
    """32K tokens of Qwen2-VL-2B: 28 layers of 2 key-value heads of 128."""
    shape = CacheShape(28, 2, 128, torch.float32, (CPU,) * 28)
    block = NativeKernels().block(shape, 256)
    assert 128 * block.nbytes <= 1.9 * 2**30
    # On a CPU the native kernels compute, and keep, float32; torch's keep what the checkpoint is in.
    half = PlainKernels().block(replace(shape, dtype=torch.bfloat16), 1024)
    assert sum(tensor.nbytes for tensor in (*half.keys, *half.values)) == half.nbytes
    assert 32 * half.nbytes <= 0.95 * 2**30

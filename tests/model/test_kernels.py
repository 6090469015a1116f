"""The compiled kernels against torch's, and what they promise: a row's value does not depend on its company."""

from __future__ import annotations

import gc
import mmap
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from model.base import ModelError
from model.qwen2vl.kernels import build, pages
from model.qwen2vl.kernels.base import CacheShape, Heads, Kernels, Segment
from model.qwen2vl.kernels.build import NoCompilerError
from model.qwen2vl.kernels.choose import VARIABLE, choose_kernels
from model.qwen2vl.kernels.native import NativeKernels
from model.qwen2vl.kernels.plain import PlainKernels

CPU = torch.device("cpu")
NATIVE, PLAIN = NativeKernels(), PlainKernels()
SIZES = [(1, 8, 16), (3, 40, 33), (6, 384, 48), (7, 385, 50), (130, 1000, 96), (5, 17, 1)]
HEADS = [Heads(4, 2, 16), Heads(12, 2, 64), Heads(6, 6, 8), Heads(7, 1, 40)]


def normal(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize(("rows", "width", "out"), SIZES)
@pytest.mark.parametrize("biased", [True, False])
def test_a_linear_map_is_the_linear_map(rows: int, width: int, out: int, biased: bool) -> None:
    x, weight, bias = normal(rows, width), normal(out, width) / width**0.5, normal(out) if biased else None
    linear = NATIVE.linear(weight, bias, "float32")
    expected = torch.nn.functional.linear(x, weight, bias)
    assert torch.allclose(linear(x), expected, atol=2e-5)
    onto = normal(rows, out)
    assert torch.allclose(linear(x, onto=onto.clone()), onto + expected, atol=2e-5)
    ids = torch.tensor([0, out - 1, out // 2])
    assert torch.equal(NATIVE.embedding(linear, ids), weight[ids])


@pytest.mark.parametrize("storage", ["bfloat16", "int8"])
def test_stored_small_it_computes_with_exactly_what_is_stored(storage: str) -> None:
    x, weight = normal(9, 200), normal(50, 200)
    linear = NATIVE.linear(weight, None, storage)
    stored = NATIVE.embedding(linear, torch.arange(50))
    assert torch.allclose(linear(x), x @ stored.t(), atol=2e-4)
    if storage == "bfloat16":
        assert torch.equal(stored, weight.bfloat16().float())
    else:
        # Half a step of the group's own scale, which is its largest weight over 127.
        groups = torch.nn.functional.pad(weight, (0, 56)).view(50, 4, 64).abs().amax(2) / 127
        assert ((stored - weight).abs() <= 0.51 * groups.repeat_interleave(64, 1)[:, :200]).all()
    assert linear.nbytes < 0.6 * weight.nbytes * 64 / 50


@pytest.mark.parametrize("storage", ["float32", "bfloat16", "int8"])
def test_a_row_is_bitwise_the_same_in_any_company(storage: str) -> None:
    x = normal(150, 700)
    linear = NATIVE.linear(normal(80, 700), normal(80), storage)
    together = linear(x)
    for start, stop in ((0, 1), (3, 9), (120, 150), (149, 150)):
        assert torch.equal(linear(x[start:stop]), together[start:stop])


def test_a_row_is_bitwise_the_same_with_any_number_of_threads() -> None:
    x, linear, qkv = normal(33, 300), NATIVE.linear(normal(160, 300), None, "float32"), normal(700, 3 * 64)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = linear(x), NATIVE.attend(qkv, Heads(4, 4, 16))
        torch.set_num_threads(2)
        shared = linear(x), NATIVE.attend(qkv, Heads(4, 4, 16))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(alone, shared, strict=True))


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize("rows", [1, 2, 50, 300])
def test_attention_of_all_to_all(heads: Heads, rows: int) -> None:
    width = (heads.queries + 2 * heads.keys) * heads.dim
    if heads.queries != heads.keys:
        pytest.skip("a vision tower shares no keys")
    qkv = normal(rows, width)
    assert torch.allclose(NATIVE.attend(qkv.clone(), heads), PLAIN.attend(qkv, heads), atol=1e-5)


def table(kernels: Kernels, heads: Heads, lengths: Sequence[tuple[int, int]]) -> tuple[list[Segment], int]:
    """Segments [start, stop) of blocks filled with the same random tokens whatever the kernels, and their number."""
    shape = CacheShape(2, heads.keys, heads.dim, torch.float32, (CPU, CPU))
    segments = []
    for number, (start, stop) in enumerate(lengths):
        segment = Segment(kernels.block(shape, 256), start, stop)
        for layer in range(2):
            keys, values = (normal(stop, heads.keys * heads.dim) + 0.1 * number + layer + k for k in range(2))
            kernels.write(segment, layer, 0, keys, values)
        segments.append(segment)
    return segments, sum(len(segment) for segment in segments)


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize(
    "lengths", [[(0, 5)], [(0, 256), (0, 17)], [(3, 250), (130, 131), (17, 256), (0, 256), (0, 256), (0, 200)]]
)
@pytest.mark.parametrize("layer", [0, 1])
def test_attention_over_a_table_of_blocks(heads: Heads, lengths: list[tuple[int, int]], layer: int) -> None:
    (native, total), (plain, _) = table(NATIVE, heads, lengths), table(PLAIN, heads, lengths)
    for tokens in (1, 2, 5):
        q = normal(tokens, heads.queries * heads.dim)
        found = NATIVE.attend_cached(q, heads, NATIVE.plan(native), layer)
        expected = PLAIN.attend_cached(q, heads, PLAIN.plan(plain), layer)
        assert tokens <= total
        assert torch.allclose(found, expected, atol=2e-5)


def test_what_was_never_written_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = torch.empty
    monkeypatch.setattr(torch, "empty", lambda *size, **kwargs: empty(*size, **kwargs).fill_(torch.nan))
    heads = Heads(4, 2, 16)
    shape = CacheShape(1, 2, 16, torch.float32, (CPU,))
    for start, count in ((16, 40), (5, 40), (130, 60), (0, 17)):
        block = NATIVE.block(shape, 256)
        segment = Segment(block, start, start + count)
        NATIVE.write(segment, 0, start, normal(count, 32), normal(count, 32))
        found = NATIVE.attend_cached(normal(3, 64), heads, NATIVE.plan([segment]), 0)
        assert torch.isfinite(found).all()


def test_a_query_attends_bitwise_alike_alone_and_among_others() -> None:
    heads = Heads(12, 2, 64)
    segments, _ = table(NATIVE, heads, [(0, 256)] * 8 + [(0, 100)])
    q = normal(60, 12 * 64)
    together = NATIVE.attend_cached(q, heads, NATIVE.plan(segments), 0)
    for index in (0, 31, 59):
        shorter = [*segments[:-1], Segment(segments[-1].block, 0, 100 - 59 + index)]
        alone = NATIVE.attend_cached(q[index : index + 1], heads, NATIVE.plan(shorter), 0)
        assert torch.equal(alone[0], together[index])


def test_extreme_scores_neither_overflow_nor_vanish() -> None:
    qkv = normal(40, 48) * 60
    found, expected = NATIVE.attend(qkv.clone(), Heads(1, 1, 16)), PLAIN.attend(qkv, Heads(1, 1, 16))
    assert torch.isfinite(found).all()
    assert torch.allclose(found, expected, atol=1e-3)


def test_compiled_is_the_same() -> None:
    compiled, x, weight = PlainKernels(compiled=True), normal(7, 64), normal(64)
    assert torch.allclose(compiled.rms_norm(x, weight, 1e-6), PLAIN.rms_norm(x, weight, 1e-6), atol=1e-6)
    assert torch.allclose(compiled.swiglu(x), PLAIN.swiglu(x), atol=1e-6)


@pytest.mark.parametrize("rows", [1, 37])
def test_the_rest_agrees_with_torch(rows: int) -> None:
    x, weight, bias = normal(rows, 64) * 3, normal(64), normal(64).roll(1)
    half = normal(rows, 8)
    for name, call in {
        "rms_norm": lambda k: k.rms_norm(x, weight, 1e-6),
        "layer_norm": lambda k: k.layer_norm(x, weight, bias, 1e-6),
        "swiglu": lambda k: k.swiglu(x * 20),
        "quick_gelu": lambda k: k.quick_gelu(x.clone() * 20),
        "rotate": lambda k: k.rotate(x.clone(), 3, half.cos(), half.sin()),
    }.items():
        assert torch.allclose(call(NATIVE), call(PLAIN), atol=2e-5, rtol=1e-5), name


def test_move_copies_tokens_wherever_they_lie() -> None:
    rng, heads = random.Random(0), Heads(4, 2, 16)
    shape = CacheShape(2, 2, 16, torch.float32, (CPU, CPU))
    for kernels in (NATIVE, PLAIN):
        (source,), _ = table(kernels, heads, [(0, 256)])
        for _ in range(10):
            start = rng.randrange(200)
            part = Segment(source.block, start, rng.randrange(start + 1, 257))
            target, at = kernels.block(shape, 256), rng.randrange(0, 257 - len(part))
            kernels.move(part, target, at)
            q = normal(1, 64)
            moved = kernels.attend_cached(q, heads, kernels.plan([Segment(target, at, at + len(part))]), 1)
            assert torch.allclose(moved, kernels.attend_cached(q, heads, kernels.plan([part]), 1), atol=1e-6)


# Building and choosing.


def test_without_a_compiler_torch_serves_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("model.qwen2vl.kernels.native._library", _no_library)
    assert choose_kernels(CPU).name == "torch"
    assert "g++" in caplog.text
    with pytest.raises(NoCompilerError, match="install g"):
        choose_kernels(CPU, "native")


def _no_library() -> None:
    raise NoCompilerError("no C++ compiler was found; install g++")


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(NoCompilerError, match="apt install"):
        build.compiler()


def test_a_compiler_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken-compiler"
    broken.write_text("#!/bin/sh\necho no such flag >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CXX", str(broken))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(NoCompilerError, match="no such flag"):
        build.library()
    assert not list((tmp_path / "visuomotor").glob("*.so"))


def test_it_is_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    build.library()
    (built,) = (tmp_path / "visuomotor").glob("*.so")
    os.utime(built, (1, 1))
    build.library()
    assert built.stat().st_mtime == 1


def test_the_environment_may_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "torch")
    assert choose_kernels(CPU).name == "torch"
    assert choose_kernels(CPU, "native").name == "native"
    monkeypatch.setenv(VARIABLE, "fast")
    with pytest.raises(ModelError, match="auto, native, torch or compiled"):
        choose_kernels(CPU)


@pytest.mark.parametrize("shape", [(3, 5), (130, 4096, 2)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int8])
def test_pages_are_zeros_that_outlive_their_maker(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    found = pages.zeros(shape, dtype)[1:]
    gc.collect()
    assert found.shape == (shape[0] - 1, *shape[1:])
    assert found.dtype == dtype
    assert not found.any()
    found.fill_(3)
    assert bool((found == 3).all())


def test_a_system_without_huge_pages_gives_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(mmap.mmap):
        def madvise(self, *_: Any) -> None:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(pages.mmap, "mmap", Refusing)
    assert not pages.zeros((1024, 1024), torch.float32).any()
    monkeypatch.delattr(pages.mmap, "MADV_HUGEPAGE", raising=False)
    assert not pages.zeros((1024, 1024), torch.float32).any()

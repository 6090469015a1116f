"""Torch's own kernels behind the Kernels protocol: any device and dtype, and wherever there is no compiler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.nn.attention.bias import causal_lower_right

from model.qwen2vl.kernels.base import Block, CacheShape, Heads, Linear, Segment

_QUERIES = 512
"""Queries a call where a mask must be written out: bounds what the mask and the scores take."""


class PlainLinear:
    """A weight as torch keeps it, (out, in)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self.weight, self.bias = weight, bias

    @property
    def nbytes(self) -> int:
        return self.weight.nbytes

    def __call__(self, x: torch.Tensor, onto: torch.Tensor | None = None) -> torch.Tensor:
        y = F.linear(x, self.weight, self.bias)
        return y if onto is None else onto.add_(y)


@dataclass(frozen=True, slots=True)
class _Plan:
    segments: tuple[Segment, ...]


class PlainKernels:
    """See the module. A session's cache is one block as long as its window, reserved at its first token: attention then
    reads it as it lies, where several blocks would have to be put together for every token. What is appended moves
    nothing; a fork that is written to, and a picture that is evicted, copy what stays. Widen the window with care.

    Args:
        compiled: let torch.compile fuse what lies between the matrix products (it takes a C++ compiler or Triton, and
            some seconds at the first call).
    """

    name = "torch"

    def __init__(self, compiled: bool = False) -> None:
        if compiled:
            self.name = "torch, compiled"
            for fused in ("rms_norm", "layer_norm", "swiglu", "quick_gelu"):
                setattr(self, fused, torch.compile(getattr(self, fused), dynamic=True))

    def compute(self, dtype: torch.dtype) -> torch.dtype:
        return dtype

    def linear(self, weight: torch.Tensor, bias: torch.Tensor | None, storage: str) -> PlainLinear:
        return PlainLinear(weight, bias)

    def embedding(self, linear: Linear, ids: torch.Tensor) -> torch.Tensor:
        assert isinstance(linear, PlainLinear)
        return F.embedding(ids.to(linear.weight.device), linear.weight)

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
        wide = x.float()
        return weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)).to(x.dtype)

    def layer_norm(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, epsilon: float) -> torch.Tensor:
        return F.layer_norm(x, (x.shape[1],), weight, bias, epsilon)

    def swiglu(self, gate_up: torch.Tensor) -> torch.Tensor:
        gate, up = gate_up.chunk(2, dim=1)
        return F.silu(gate) * up

    def quick_gelu(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(1.702 * x)

    def rotate(self, x: torch.Tensor, heads: int, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        half = cos.shape[1]
        view = x[:, : heads * 2 * half].view(len(x), heads, 2, half)
        low, high = view[:, :, 0].float(), view[:, :, 1].float()
        c, s = cos[:, None], sin[:, None]
        view[:, :, 0], view[:, :, 1] = (low * c - high * s).to(x.dtype), (high * c + low * s).to(x.dtype)
        return x

    def block_tokens(self, window: int) -> int:
        return window

    def block(self, shape: CacheShape, tokens: int) -> Block:
        size = (shape.kv_heads, tokens, shape.head_dim)
        keys, values = (
            tuple(torch.empty(size, dtype=shape.dtype, device=device) for device in shape.devices) for _ in range(2)
        )
        return Block(keys, values, tokens, 2 * sum(layer.nbytes for layer in keys))

    def write(self, segment: Segment, layer: int, at: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        for room, new in ((segment.block.keys[layer], keys), (segment.block.values[layer], values)):
            room[:, at : at + len(new)] = new.view(len(new), room.shape[0], -1).transpose(0, 1)

    def move(self, source: Segment, target: Block, at: int) -> None:
        pairs = zip((*source.block.keys, *source.block.values), (*target.keys, *target.values), strict=True)
        for old, new in pairs:
            new[:, at : at + len(source)] = old[:, source.start : source.stop].clone()

    def plan(self, segments: Sequence[Segment]) -> _Plan:
        return _Plan(tuple(segments))

    def attend_cached(self, q: torch.Tensor, heads: Heads, plan: _Plan, layer: int) -> torch.Tensor:
        keys = [s.block.keys[layer][:, s.start : s.stop] for s in plan.segments]
        values = [s.block.values[layer][:, s.start : s.stop] for s in plan.segments]
        k = keys[0] if len(keys) == 1 else torch.cat(keys, dim=1)
        v = values[0] if len(values) == 1 else torch.cat(values, dim=1)
        queries = q[:, : heads.queries * heads.dim].view(len(q), heads.queries, heads.dim).transpose(0, 1)
        if len(q) == 1:
            # The query heads that share a key head become its queries: nothing is repeated, nothing is masked.
            out = F.scaled_dot_product_attention(queries.reshape(heads.keys, -1, heads.dim), k, v)
            return out.reshape(1, -1)
        return torch.cat([_causal(part, k, v, start, len(q)) for start, part in _parts(queries)])

    def attend(self, qkv: torch.Tensor, heads: Heads) -> torch.Tensor:
        widths = [heads.queries * heads.dim, heads.keys * heads.dim, heads.keys * heads.dim]
        q, k, v = (part.view(len(qkv), -1, heads.dim).transpose(0, 1)[None] for part in qkv.split(widths, dim=1))
        out = F.scaled_dot_product_attention(q, k, v)
        return out[0].transpose(0, 1).reshape(len(qkv), -1)


def _parts(queries: torch.Tensor) -> list[tuple[int, torch.Tensor]]:
    return [(start, queries[:, start : start + _QUERIES]) for start in range(0, queries.shape[1], _QUERIES)]


def _causal(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, start: int, tokens: int) -> torch.Tensor:
    """Queries [start, …) of the last `tokens` of the keys; returns (queries, heads · dim)."""
    seen = k.shape[1] - tokens + start + q.shape[1]
    # Said this way, and not as a mask, it is FlashAttention's to compute where there is one; a CPU writes the mask out.
    bias = causal_lower_right(q.shape[1], seen)
    out = F.scaled_dot_product_attention(q[None], k[None, :, :seen], v[None, :, :seen], attn_mask=bias, enable_gqa=True)
    return out[0].transpose(0, 1).reshape(q.shape[1], -1)

"""What the network asks of the arithmetic: compiled for a CPU in `native`, torch's own on any device in `plain`.

Shapes: a row is a token. `x` is (rows, width), its last dimension contiguous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What a cache holds of a token: keys and values of (kv_heads, head_dim) in every layer.

    `devices`: one a layer.
    """

    layers: int
    kv_heads: int
    head_dim: int
    dtype: torch.dtype
    devices: tuple[torch.device, ...]

    @property
    def token_bytes(self) -> int:
        return 2 * self.layers * self.kv_heads * self.head_dim * self.dtype.itemsize


@dataclass(slots=True, eq=False)
class Block:
    """Room for `tokens` tokens: keys and values by layer, laid out as the kernels that made it like."""

    keys: tuple[torch.Tensor, ...]
    values: tuple[torch.Tensor, ...]
    tokens: int
    nbytes: int


@dataclass(slots=True)
class Segment:
    """Tokens [start, stop) of a block. `own`: no other cache sees the block, so it may be written to."""

    block: Block
    start: int
    stop: int
    own: bool = True

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Heads:
    """Query heads, the key-value heads they share, and the width of one."""

    queries: int
    keys: int
    dim: int


class Linear(Protocol):
    """A weight (out, in) and perhaps a bias, stored as its kernels like it."""

    @property
    def nbytes(self) -> int: ...

    def __call__(self, x: torch.Tensor, onto: torch.Tensor | None = None) -> torch.Tensor:
        """x·Wᵀ + bias, (rows, out); added to `onto` in place and returned, if one is given."""
        ...


class Kernels(Protocol):
    """One way to compute."""

    name: str

    def compute(self, dtype: torch.dtype) -> torch.dtype:
        """The dtype of activations and of the cache over weights loaded as `dtype`."""
        ...

    def linear(self, weight: torch.Tensor, bias: torch.Tensor | None, storage: str) -> Linear:
        """Take a weight over. `storage`: float32, bfloat16 or int8 where the kernels know how, else ignored."""
        ...

    def embedding(self, linear: Linear, ids: torch.Tensor) -> torch.Tensor:
        """Rows `ids` of the weight of a linear map, (ids, in): embeddings tied to the output head are stored once."""
        ...

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor: ...

    def layer_norm(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, epsilon: float) -> torch.Tensor: ...

    def swiglu(self, gate_up: torch.Tensor) -> torch.Tensor:
        """silu(first half) · second half of every row."""
        ...

    def quick_gelu(self, x: torch.Tensor) -> torch.Tensor:
        """x · sigmoid(1.702 x); `x` may be overwritten."""
        ...

    def rotate(self, x: torch.Tensor, heads: int, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        """Rotary embedding of the first `heads` heads of each row; cos and sin are (rows, head_dim / 2). In place."""
        ...

    def block(self, shape: CacheShape, tokens: int) -> Block:
        """An empty block. `tokens` is what the cache would like; the block says what it holds."""
        ...

    def block_tokens(self, window: int) -> int:
        """How many tokens a block should hold in a cache of at most `window` tokens."""
        ...

    def write(self, segment: Segment, layer: int, at: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Put (tokens, kv_heads · head_dim) keys and values into the block from its token `at` on."""
        ...

    def move(self, source: Segment, target: Block, at: int) -> None:
        """Copy a segment's tokens, all layers, to the token `at` of another block."""
        ...

    def plan(self, segments: Sequence[Segment]) -> Any:
        """What `attend_cached` needs to know of the segments, found once for all layers of a pass."""
        ...

    def attend_cached(self, q: torch.Tensor, heads: Heads, plan: Any, layer: int) -> torch.Tensor:
        """Causal attention of (tokens, width) queries, whose heads come first in a row, to all tokens of the plan.

        The queries are the last tokens of the plan. Returns (tokens, queries · dim).
        """
        ...

    def attend(self, qkv: torch.Tensor, heads: Heads) -> torch.Tensor:
        """Attention of every row to every row, of rows [queries | keys | values]; (rows, queries · dim)."""
        ...

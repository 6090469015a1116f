"""The compiled kernels of native.cpp behind the Kernels protocol: float32 arithmetic on a CPU.

Bitwise the same for a row whatever is computed beside it (native.cpp says how).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812 - its usual name

from model.base import ModelError
from model.qwen2vl.kernels import pages
from model.qwen2vl.kernels.base import Block, CacheShape, Heads, Linear, Segment
from model.qwen2vl.kernels.build import library

_PANEL = 16
_GROUP = 64
_CHUNK = 128
_BLOCK = 2 * _CHUNK
_SLACK = _PANEL
"""Values past the end of a block that a tile may read, never use."""

_STORAGES = {"float32": 0, "bfloat16": 1, "int8": 2}

_P, _I, _D = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
_SIGNATURES = {
    "linear": [_I, _P, _P, _P, _P, _I, _P, _I, _I, _I, _I, _I],
    "attend": [_P, _I, _P, _I, _I, _I, _I, _I, _I, _D, _I, _P, _P, _P, _P, _I, _I, _I, _I],
    "store_keys": [_P, _I, _I, _I, _I, _P, _I, _I],
    "store_values": [_P, _I, _I, _I, _I, _P, _I, _I],
    "rotate": [_P, _I, _I, _I, _I, _P, _P],
    "normalise": [_P, _I, _P, _I, _I, _P, _P, _D],
    "swiglu": [_P, _I, _P, _I, _I],
    "quick_gelu": [_P, _I, _I, _I],
}


@cache
def _library() -> ctypes.CDLL:
    found = library()
    for name, types in _SIGNATURES.items():
        function = getattr(found, name)
        function.argtypes, function.restype = types, None
    return found


class PackedLinear:
    """A weight as panels of 16 outputs, (panels, in, 16)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, storage: str) -> None:
        out, self.width = weight.shape
        self.out = out
        self.panels = -(-out // _PANEL)
        self._storage = _STORAGES[storage]
        padded = torch.zeros(self.panels * _PANEL, dtype=torch.float32)
        if bias is not None:
            padded[:out] = bias.float()
        self._bias = padded if bias is not None else None
        self._scales: torch.Tensor | None = None
        if storage == "int8":
            codes, self._scales = _quantised(self._panelled(weight.float()))
            # (…, rows / 2, two rows, halves, 8) to words of two rows and both halves: see native.cpp.
            pairs = F.pad(codes, (0, 0, 0, self.width % 2)).view(self.panels, -1, 2, 2, _PANEL // 2)
            self._data = _laid(pairs.permute(0, 1, 4, 2, 3))
        elif storage == "bfloat16":
            halves = self._panelled(weight.to(torch.bfloat16)).view(self.panels, self.width, 2, _PANEL // 2)
            self._data = _laid(halves.transpose(2, 3))
        else:
            self._data = self._panelled(weight.float())

    def _panelled(self, weight: torch.Tensor) -> torch.Tensor:
        whole = weight.shape[0] // _PANEL
        packed = pages.zeros((self.panels, self.width, _PANEL), weight.dtype)
        packed[:whole] = weight[: whole * _PANEL].view(whole, _PANEL, self.width).transpose(1, 2)
        if whole < self.panels:
            packed[whole, :, : self.out - whole * _PANEL] = weight[whole * _PANEL :].t()
        return packed

    @property
    def nbytes(self) -> int:
        return self._data.nbytes + (self._scales.nbytes if self._scales is not None else 0)

    def __call__(self, x: torch.Tensor, onto: torch.Tensor | None = None) -> torch.Tensor:
        rows = x.shape[0]
        if onto is not None and self.out % _PANEL:
            return onto.add_(self(x))
        y = onto if onto is not None else x.new_empty((rows, self.panels * _PANEL))
        _library().linear(
            self._storage, self._data.data_ptr(), _pointer(self._scales), _pointer(self._bias), x.data_ptr(),
            x.stride(0), y.data_ptr(), y.stride(0), rows, self.width, self.panels, onto is not None,
        )  # fmt: skip
        return y if y.shape[1] == self.out else y[:, : self.out]

    def rows(self, ids: torch.Tensor) -> torch.Tensor:
        """Rows of the weight as float32, (ids, in)."""
        panels, lanes = ids // _PANEL, ids % _PANEL
        if self._data.ndim == 3:
            return self._data[panels, :, lanes]
        column, half = lanes % (_PANEL // 2), lanes // (_PANEL // 2)
        if self._scales is None:
            return self._data[panels, :, column, half].float()
        scales = self._scales[panels, :, lanes].repeat_interleave(_GROUP, dim=1)[:, : self.width]
        return self._data[panels, :, column, :, half].flatten(1)[:, : self.width].float() * scales


def _laid(view: torch.Tensor) -> torch.Tensor:
    """A copy in the order of the view's dimensions."""
    return pages.zeros(view.shape, view.dtype).copy_(view)


def _quantised(packed: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """int8 panels and float32 scales (panels, groups of 64 inputs, 16): symmetric, the largest weight becomes ±127."""
    panels, width, lanes = packed.shape
    groups = -(-width // _GROUP)
    padded = packed.new_zeros((panels, groups * _GROUP, lanes))
    padded[:, :width] = packed
    grouped = padded.view(panels, groups, _GROUP, lanes)
    scales = (grouped.abs().amax(2) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    codes = (grouped / scales[:, :, None]).round().to(torch.int8)
    return codes.view(panels, -1, lanes)[:, :width].contiguous(), scales.contiguous()


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where a sequence lies. `table`: int64 (4, segments): addresses of the first layer's keys and values, bounds.

    `key_head`, `value_head`: floats of a block in one head of one layer.
    """

    table: NDArray[np.int64]
    key_head: int
    value_head: int

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int]], keys: torch.Tensor, values: torch.Tensor) -> _Plan:
        """Of blocks like the one these layers belong to."""
        return cls(np.ascontiguousarray(np.array(rows, np.int64).T), keys.stride(0), values.stride(0))


class NativeKernels:
    """See the module. Raises NoCompilerError when the kernels cannot be built here."""

    name = "native"

    def __init__(self) -> None:
        _library()

    def compute(self, dtype: torch.dtype) -> torch.dtype:
        return torch.float32

    def linear(self, weight: torch.Tensor, bias: torch.Tensor | None, storage: str) -> PackedLinear:
        return PackedLinear(weight, bias, storage)

    def embedding(self, linear: Linear, ids: torch.Tensor) -> torch.Tensor:
        assert isinstance(linear, PackedLinear)
        return linear.rows(ids)

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
        return _normalise(x, weight, None, epsilon)

    def layer_norm(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, epsilon: float) -> torch.Tensor:
        return _normalise(x, weight, bias, epsilon)

    def swiglu(self, gate_up: torch.Tensor) -> torch.Tensor:
        rows, width = gate_up.shape
        y = gate_up.new_empty((rows, width // 2))
        _library().swiglu(gate_up.data_ptr(), gate_up.stride(0), y.data_ptr(), rows, width // 2)
        return y

    def quick_gelu(self, x: torch.Tensor) -> torch.Tensor:
        _library().quick_gelu(x.data_ptr(), x.stride(0), *x.shape)
        return x

    def rotate(self, x: torch.Tensor, heads: int, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        dim = 2 * cos.shape[1]
        _library().rotate(x.data_ptr(), x.stride(0), x.shape[0], heads, dim, cos.data_ptr(), sin.data_ptr())
        return x

    def block_tokens(self, window: int) -> int:
        return _BLOCK

    def block(self, shape: CacheShape, tokens: int) -> Block:
        if shape.head_dim % 8:
            raise ModelError(f"the native kernels take head widths that are multiples of 8, not {shape.head_dim}")
        keys = _slab((shape.layers, *_keys_shape(shape.kv_heads, tokens, shape.head_dim)))
        values = _slab((shape.layers, *_values_shape(shape.kv_heads, tokens, shape.head_dim)))
        nbytes = keys.untyped_storage().nbytes() + values.untyped_storage().nbytes()
        return Block(tuple(keys), tuple(values), tokens, nbytes)

    def write(self, segment: Segment, layer: int, at: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        block = segment.block
        heads, _, dim, _ = block.keys[layer].shape
        _store(_library().store_keys, keys, heads, dim, block.keys[layer], at)
        _store(_library().store_values, values, heads, dim, block.values[layer], at)

    def move(self, source: Segment, target: Block, at: int) -> None:
        of = slice(source.start, source.stop)
        for layer, (keys, values) in enumerate(zip(source.block.keys, source.block.values, strict=True)):
            heads, _, dim, _ = keys.shape
            k = keys.permute(1, 3, 0, 2).reshape(-1, heads * dim)[of]
            v = values.permute(1, 3, 0, 2, 4).reshape(source.block.tokens, heads, -1)[of, :, :dim].reshape(len(k), -1)
            _store(_library().store_keys, k, heads, dim, target.keys[layer], at)
            _store(_library().store_values, v, heads, dim, target.values[layer], at)

    def plan(self, segments: Sequence[Segment]) -> _Plan:
        rows = [(s.block.keys[0].data_ptr(), s.block.values[0].data_ptr(), s.start, s.stop) for s in segments]
        block = segments[0].block
        return _Plan.of(rows, block.keys[0], block.values[0])

    def attend_cached(self, q: torch.Tensor, heads: Heads, plan: _Plan, layer: int) -> torch.Tensor:
        return _attend(q, heads, plan, layer, causal=True)

    def attend(self, qkv: torch.Tensor, heads: Heads) -> torch.Tensor:
        rows, dim = qkv.shape[0], heads.dim
        tokens = -(-rows // _CHUNK) * _CHUNK
        keys, values = _slab(_keys_shape(heads.keys, tokens, dim)), _slab(_values_shape(heads.keys, tokens, dim))
        _store(_library().store_keys, qkv[:, heads.queries * dim :], heads.keys, dim, keys, 0)
        _store(_library().store_values, qkv[:, (heads.queries + heads.keys) * dim :], heads.keys, dim, values, 0)
        plan = _Plan.of([(keys.data_ptr(), values.data_ptr(), 0, rows)], keys, values)
        return _attend(qkv, heads, plan, 0, causal=False)


def _keys_shape(heads: int, tokens: int, dim: int) -> tuple[int, ...]:
    """A block's keys in one layer, as native.cpp reads them: panels of 16 tokens."""
    return heads, tokens // _PANEL, dim, _PANEL


def _values_shape(heads: int, tokens: int, dim: int) -> tuple[int, ...]:
    """A block's values in one layer, as native.cpp reads them: chunks of tokens, panels of 16 columns in each."""
    return heads, tokens // _CHUNK, -(-dim // _PANEL), _CHUNK, _PANEL


def _attend(q: torch.Tensor, heads: Heads, plan: _Plan, layer: int, causal: bool) -> torch.Tensor:
    at, segments = plan.table.ctypes.data, plan.table.shape[1]
    keys, values, starts, stops = (at + row * 8 * segments for row in range(4))
    out = q.new_empty((q.shape[0], heads.queries * heads.dim))
    _library().attend(
        q.data_ptr(), q.stride(0), out.data_ptr(), out.stride(0), q.shape[0], heads.queries, heads.keys, heads.dim,
        causal, heads.dim**-0.5, segments, keys, values, starts, stops, layer * heads.keys * plan.key_head,
        layer * heads.keys * plan.value_head, plan.key_head, plan.value_head,
    )  # fmt: skip
    return out


def _store(store: Any, rows: torch.Tensor, heads: int, dim: int, block: torch.Tensor, at: int) -> None:
    """Put keys or values (tokens, heads · dim) into a block's layer from its token `at` on."""
    store(rows.data_ptr(), rows.stride(0), rows.shape[0], heads, dim, block.data_ptr(), block.stride(0), at)


def _normalise(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, epsilon: float) -> torch.Tensor:
    rows, dim = x.shape
    y = x.new_empty((rows, dim))
    _library().normalise(x.data_ptr(), x.stride(0), y.data_ptr(), rows, dim, weight.data_ptr(), _pointer(bias), epsilon)
    return y


def _pointer(tensor: torch.Tensor | None) -> int | None:
    return None if tensor is None else tensor.data_ptr()


def _slab(shape: tuple[int, ...]) -> torch.Tensor:
    """Uninitialised float32 with readable room behind it."""
    size = int(np.prod(shape))
    return torch.empty(size + _SLACK)[:size].view(shape)

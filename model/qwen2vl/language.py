"""The language model: rows of any number of sequences through the layers, each sequence over its own cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from model.qwen2vl.cache import KVCache, Piece
from model.qwen2vl.kernels.base import CacheShape, Heads, Kernels, Linear
from model.qwen2vl.rotary import Angles, TextRotary


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """New tokens of one sequence: embeddings (tokens, hidden), positions (3, tokens), and the cache they join."""

    embeddings: torch.Tensor
    places: torch.Tensor
    cache: KVCache

    def __len__(self) -> int:
        return len(self.embeddings)


@dataclass(frozen=True, slots=True)
class _Layer:
    input_norm: torch.Tensor
    qkv: Linear
    out: Linear
    post_norm: torch.Tensor
    gate_up: Linear
    down: Linear
    device: torch.device


@dataclass(frozen=True, slots=True)
class _Row:
    """A sequence's place in a pass: rows [start, stop), where they are written, and what they see."""

    start: int
    stop: int
    pieces: Sequence[Piece]
    plan: Any


class LanguageModel:
    """Takes transformers' language model and head over, weight by weight; the modules are empty afterwards.

    Args:
        network: a Qwen2VLForConditionalGeneration, its layers on one device or several.
        storage: how linear weights are kept: "float32", "bfloat16", "int8" (native kernels only).
    """

    def __init__(self, network: Any, kernels: Kernels, storage: str) -> None:
        text, config = network.model.language_model, network.config.get_text_config()
        self._kernels = kernels
        self._epsilon = config.rms_norm_eps
        self.dtype = kernels.compute(text.norm.weight.dtype)
        self._norm = text.norm.weight.detach().to(self.dtype)
        self.hidden, self._inner = config.hidden_size, config.intermediate_size
        dim = config.hidden_size // config.num_attention_heads
        self.heads = Heads(config.num_attention_heads, config.num_key_value_heads, dim)
        self._rotary = TextRotary(
            text.rotary_emb.inv_freq, config.rope_parameters["mrope_section"], text.rotary_emb.attention_scaling
        )
        tied = network.lm_head.weight is text.embed_tokens.weight
        self._embedding = text.embed_tokens.weight.detach() if not tied else None
        self._head = kernels.linear(network.lm_head.weight.detach(), None, storage)
        self._head_device = network.lm_head.weight.device
        self.vocabulary = network.lm_head.out_features
        network.lm_head, text.embed_tokens = nn.Module(), nn.Module()
        self._layers = [self._take(text.layers.pop(0), storage) for _ in range(len(text.layers))]
        self.device = self._layers[0].device
        self.cache_shape = CacheShape(
            len(self._layers), self.heads.keys, dim, self.dtype, tuple(layer.device for layer in self._layers)
        )

    def _take(self, layer: Any, storage: str) -> _Layer:
        attention, mlp = layer.self_attn, layer.mlp
        make = self._kernels.linear
        projections = [attention.q_proj, attention.k_proj, attention.v_proj]
        return _Layer(
            layer.input_layernorm.weight.detach().to(self.dtype),
            make(_stacked([p.weight for p in projections]), _stacked([p.bias for p in projections]), storage),
            make(attention.o_proj.weight.detach(), None, storage),
            layer.post_attention_layernorm.weight.detach().to(self.dtype),
            make(_stacked([mlp.gate_proj.weight, mlp.up_proj.weight]), None, storage),
            make(mlp.down_proj.weight.detach(), None, storage),
            layer.input_layernorm.weight.device,
        )

    @property
    def weight_bytes(self) -> int:
        """Bytes of weights read for one decoded token."""
        layers = sum(m.nbytes for layer in self._layers for m in (layer.qkv, layer.out, layer.gate_up, layer.down))
        return layers + self._head.nbytes

    def flop(self, tokens: int, past: int = 0) -> int:
        """Floating point operations of a prefill of `tokens` tokens after `past`, the head's for the last one alone."""
        heads = 2 * (self.heads.queries + self.heads.keys) * self.heads.dim
        weights = len(self._layers) * self.hidden * (heads + 3 * self._inner)
        # Scores and sums of every query head over the keys up to its own token.
        attention = len(self._layers) * self.heads.queries * self.heads.dim * tokens * (2 * past + tokens + 1)
        return 2 * (tokens * weights + attention + self.hidden * self.vocabulary)

    def embed(self, ids: Sequence[int]) -> torch.Tensor:
        """Embeddings (ids, hidden)."""
        index = torch.tensor(ids, dtype=torch.long)
        if self._embedding is not None:
            return self._embedding[index.to(self._embedding.device)].to(self.device, self.dtype)
        return self._kernels.embedding(self._head, index).to(self.device, self.dtype)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Float32 logits (rows, vocabulary) on the CPU, of rows that `forward` returned."""
        return self._head(hidden.to(self._head_device)).float().cpu()

    def forward(self, feeds: Sequence[Feed]) -> torch.Tensor:
        """One pass over the new tokens of every feed; returns their last hidden states, (all tokens, hidden).

        Each cache then holds its feed's tokens. When anything goes wrong, none of them does.
        """
        before = [feed.cache.length for feed in feeds]
        try:
            return self._pass(feeds)
        except BaseException:
            for feed, length in zip(feeds, before, strict=True):
                feed.cache.keep(length)
            raise

    def _pass(self, feeds: Sequence[Feed]) -> torch.Tensor:
        x = torch.cat([feed.embeddings for feed in feeds])
        angles = self._rotary.angles(torch.cat([feed.places for feed in feeds], dim=1)).to(self.device)
        rows, at = [], 0
        for feed in feeds:
            pieces = feed.cache.grow(len(feed))
            rows.append(_Row(at, at + len(feed), pieces, self._kernels.plan(feed.cache.segments)))
            at += len(feed)
        for index, layer in enumerate(self._layers):
            if x.device != layer.device:
                x, angles = x.to(layer.device), angles.to(layer.device)
            x = self._layer(layer, index, x, angles, rows)
        return self._kernels.rms_norm(x, self._norm.to(x.device), self._epsilon)

    def _layer(self, layer: _Layer, index: int, x: torch.Tensor, angles: Angles, rows: Sequence[_Row]) -> torch.Tensor:
        kernels, heads = self._kernels, self.heads
        qkv = layer.qkv(kernels.rms_norm(x, layer.input_norm, self._epsilon))
        kernels.rotate(qkv, heads.queries + heads.keys, angles.cos, angles.sin)
        keys = qkv[:, heads.queries * heads.dim : (heads.queries + heads.keys) * heads.dim]
        values = qkv[:, (heads.queries + heads.keys) * heads.dim :]
        seen = []
        for row in rows:
            for piece in row.pieces:
                new = slice(row.start + piece.first, row.start + piece.last)
                kernels.write(piece.segment, index, piece.at, keys[new], values[new])
            seen.append(kernels.attend_cached(qkv[row.start : row.stop], heads, row.plan, index))
        x = layer.out(seen[0] if len(seen) == 1 else torch.cat(seen), onto=x)
        gate_up = layer.gate_up(kernels.rms_norm(x, layer.post_norm, self._epsilon))
        return layer.down(kernels.swiglu(gate_up), onto=x)


def _stacked(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach() for tensor in tensors])

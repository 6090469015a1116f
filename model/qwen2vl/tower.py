"""The vision tower: patches of any number of pictures to features, each picture attending to itself alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812 - its usual name

from model.qwen2vl.kernels.base import Heads, Kernels, Linear
from model.qwen2vl.preprocess import Grid
from model.qwen2vl.rotary import Angles, vision_angles

_BAND = 4096
"""Rows whose widest activations are held at once, so that a 4K screenshot needs no gigabytes."""


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: torch.Tensor
    bias: torch.Tensor
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Block:
    norm1: _Norm
    qkv: Linear
    out: Linear
    norm2: _Norm
    up: Linear
    down: Linear


class VisionTower:
    """Takes transformers' `visual` module over, weight by weight; the module is empty afterwards.

    Args:
        storage: how weights are kept: "float32" or "bfloat16".
    """

    def __init__(self, visual: Any, kernels: Kernels, storage: str) -> None:
        config = visual.config
        self._kernels = kernels
        self._merge = config.spatial_merge_size
        self._heads = Heads(config.num_heads, config.num_heads, config.embed_dim // config.num_heads)
        self._inner, self._hidden = visual.blocks[0].mlp.fc1.out_features, config.hidden_size
        embedding = visual.patch_embed.proj.weight.detach()
        self.patch_values = embedding[0, :, 0].numel()
        self.dtype, self.device = kernels.compute(embedding.dtype), embedding.device
        # A still picture is each of its own frames: one frame's values under the sum of all frames' weights.
        self._patch = kernels.linear(embedding.float().sum(2).flatten(1).to(self.dtype), None, "float32")
        self._blocks = [self._take(visual.blocks.pop(0), storage) for _ in range(len(visual.blocks))]
        self._norm = self._norm_of(visual.merger.ln_q)
        self._merge_up = _linear(kernels, visual.merger.mlp[0], storage)
        self._merge_down = _linear(kernels, visual.merger.mlp[2], storage)
        visual.merger = visual.patch_embed = torch.nn.Module()

    def _take(self, block: Any, storage: str) -> _Block:
        make = [_linear(self._kernels, m, storage) for m in (block.attn.qkv, block.attn.proj)]
        mlp = [_linear(self._kernels, m, storage) for m in (block.mlp.fc1, block.mlp.fc2)]
        return _Block(self._norm_of(block.norm1), make[0], make[1], self._norm_of(block.norm2), mlp[0], mlp[1])

    def _norm_of(self, module: Any) -> _Norm:
        return _Norm(module.weight.detach().to(self.dtype), module.bias.detach().to(self.dtype), module.eps)

    def flop(self, grid: Grid) -> int:
        """Floating point operations of encoding one picture."""
        rows, width = grid.t * grid.h * grid.w, self._heads.queries * self._heads.dim
        block = rows * width * (4 * width + 2 * self._inner) + 2 * rows * rows * width
        merged, wide = rows // self._merge**2, width * self._merge**2
        return 2 * (
            len(self._blocks) * block + rows * self.patch_values * width + merged * wide * (wide + self._hidden)
        )

    def encode(self, patches: torch.Tensor, grids: Sequence[Grid]) -> list[torch.Tensor]:
        """One (tokens, hidden) tensor a picture, each with memory of its own.

        Args:
            patches: float32 (all patches, channels · patch · patch), one frame of each, picture after picture.
        """
        x = self._patch(patches.to(self.device, self.dtype))
        angles = [vision_angles(grid, self._merge, self._heads.dim).to(self.device) for grid in grids]
        bounds = [0]
        for grid in grids:
            bounds.append(bounds[-1] + grid.t * grid.h * grid.w)
        turned = Angles(torch.cat([a.cos for a in angles]), torch.cat([a.sin for a in angles]))
        for block in self._blocks:
            x = self._block(block, x, turned, bounds)
        merged = self._normed(x, self._norm).view(-1, self._merge**2 * x.shape[1])
        features = self._merge_down(F.gelu(self._merge_up(merged)))
        unit = self._merge**2
        return [features[a // unit : b // unit].clone() for a, b in pairwise(bounds)]

    def _block(self, block: _Block, x: torch.Tensor, angles: Angles, bounds: Sequence[int]) -> torch.Tensor:
        kernels, heads = self._kernels, self._heads
        qkv = block.qkv(self._normed(x, block.norm1))
        kernels.rotate(qkv, 2 * heads.queries, angles.cos, angles.sin)
        seen = [kernels.attend(qkv[a:b], heads) for a, b in pairwise(bounds)]
        del qkv
        x = block.out(seen[0] if len(seen) == 1 else torch.cat(seen), onto=x)
        for start in range(0, len(x), _BAND):
            band = x[start : start + _BAND]
            block.down(kernels.quick_gelu(block.up(self._normed(band, block.norm2))), onto=band)
        return x

    def _normed(self, x: torch.Tensor, norm: _Norm) -> torch.Tensor:
        return self._kernels.layer_norm(x, norm.weight, norm.bias, norm.epsilon)


def _linear(kernels: Kernels, module: Any, storage: str) -> Linear:
    bias = module.bias.detach() if module.bias is not None else None
    return kernels.linear(module.weight.detach(), bias, storage)

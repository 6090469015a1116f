"""Rotary angles: the text's three-axis M-RoPE and the vision tower's two axes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from model.qwen2vl.preprocess import Grid


@dataclass(frozen=True, slots=True)
class Angles:
    """cos and sin, float32 of shape (rows, head_dim / 2)."""

    cos: torch.Tensor
    sin: torch.Tensor

    def to(self, device: torch.device) -> Angles:
        return Angles(self.cos.to(device), self.sin.to(device))


class TextRotary:
    """M-RoPE: each frequency turns with one of time, height and width, in contiguous sections (report, 2.1).

    Args:
        frequencies: (head_dim / 2,), as transformers computes them.
        sections: how many frequencies each axis has; their sum is head_dim / 2.
        scale: transformers' attention_scaling, 1 but for scaled variants.
    """

    def __init__(self, frequencies: torch.Tensor, sections: list[int], scale: float = 1.0) -> None:
        self._frequencies = frequencies.float().cpu()
        self._axis = torch.repeat_interleave(torch.arange(3), torch.tensor(sections))
        self._scale = scale

    def angles(self, places: torch.Tensor) -> Angles:
        """Of int64 positions (3, rows)."""
        turned = places[self._axis].t().float() * self._frequencies
        return Angles((turned.cos() * self._scale).contiguous(), (turned.sin() * self._scale).contiguous())


def vision_angles(grid: Grid, merge: int, head_dim: int, theta: float = 10000.0) -> Angles:
    """Of an image's patches in the order of the processor: first half of the frequencies by row, second by column."""
    frequencies = 1.0 / theta ** (torch.arange(0, head_dim // 2, 2, dtype=torch.float32) / (head_dim // 2))
    rows, columns = torch.meshgrid(torch.arange(grid.h), torch.arange(grid.w), indexing="ij")
    places = torch.stack([_by_block(axis, grid, merge) for axis in (rows, columns)], dim=1)
    turned = (places[:, :, None].float() * frequencies).flatten(1).repeat(grid.t, 1)
    return Angles(turned.cos().contiguous(), turned.sin().contiguous())


def _by_block(axis: torch.Tensor, grid: Grid, merge: int) -> torch.Tensor:
    return axis.reshape(grid.h // merge, merge, grid.w // merge, merge).transpose(1, 2).flatten()

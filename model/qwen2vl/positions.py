"""M-RoPE positions: a (time, height, width) triple a token, computed from the runs of a sequence.

Text counts up on all three axes at once; an image or a video of merged grid t × h × w spans (t, h, w) from the current
position and then advances it by max(h, w) (Qwen2-VL report, 2.1; transformers' `get_rope_index` agrees, tested).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch

from model.qwen2vl.preprocess import Grid


@dataclass(frozen=True, slots=True)
class Skip:
    """Positions passed over: those of tokens that are no longer there."""

    count: int


Run = int | Grid | Skip
"""A run of one modality: a number of text tokens, the unmerged grid of an image or video, or a gap."""


@dataclass(frozen=True, slots=True)
class Positions:
    """`ids`: int64 of shape (3, tokens); `end`: the position of the next text token."""

    ids: torch.Tensor
    end: int


def positions(runs: Iterable[Run], merge: int, start: int = 0) -> Positions:
    """Positions of consecutive runs, the first token at `start`."""
    pieces, at = [], start
    for run in runs:
        if isinstance(run, int):
            pieces.append(torch.arange(at, at + run).expand(3, -1))
        elif isinstance(run, Grid):
            axes = torch.arange(run.t), torch.arange(run.h // merge), torch.arange(run.w // merge)
            pieces.append(torch.stack([axis.flatten() for axis in torch.meshgrid(*axes, indexing="ij")]) + at)
        at += advance(run, merge)
    return Positions(torch.cat(pieces, dim=1) if pieces else torch.zeros((3, 0), dtype=torch.long), at)


def advance(run: Run, merge: int) -> int:
    """How far a run moves the position of what follows it."""
    if isinstance(run, Grid):
        return max(run.h, run.w) // merge
    return run.count if isinstance(run, Skip) else run

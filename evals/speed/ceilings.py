"""What this machine can do at most, measured in the same run as everything that is held against it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from model.qwen2vl.kernels import pages

_SIDE = 4096
_READ = 2**28


@dataclass(frozen=True, slots=True)
class Ceilings:
    """`gemm`: float32 multiply-adds a second times two, of torch's own 4096³ product; `read`: bytes a second of
    summing 1 GiB, in huge pages like our weights. Medians of several runs."""

    gemm: float
    read: float


def measure(repeats: int = 5) -> Ceilings:
    """Take both, with the threads torch has now."""
    matrix, long = torch.randn(_SIDE, _SIDE), pages.zeros((_READ,), torch.float32).fill_(1)
    product, read = middle(lambda: matrix @ matrix, repeats), middle(lambda: long.sum(), repeats)
    return Ceilings(2 * _SIDE**3 / product, long.nbytes / read)


def middle(work: Callable[[], object], repeats: int) -> float:
    """The median of the seconds `work` takes, after one run that does not count."""
    work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[len(seconds) // 2]

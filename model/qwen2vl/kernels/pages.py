"""Memory for weights in huge pages, where the system has them to give.

Decoding reads every weight once a token. In pages of 2 MiB that takes 7 to 13 % less time than in pages of 4 KiB, whose
addresses are more to look up (measured in pairs on a virtual machine, where a look-up takes twice the steps).
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from contextlib import suppress
from math import prod

import torch

_HUGE = 2**21
"""Bytes of a huge page on x86-64 and, with pages of 4 KiB, on arm64."""


def zeros(shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    """A tensor of zeros on the CPU; in huge pages if it fills one and the system allows it, which is no promise."""
    size = prod(shape) * dtype.itemsize
    if size < _HUGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return torch.zeros(shape, dtype=dtype)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a system built without them: the memory is as good, only slower
        memory.madvise(mmap.MADV_HUGEPAGE)
    return torch.frombuffer(memory, dtype=dtype).view(*shape)  # the tensor keeps the mapping

"""Pillow's bicubic resize of RGB images, to the last bit, in a fraction of its time (resize.cpp).

Pillow itself serves where nothing compiles, and where the installed one turns out to compute something else.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.qwen2vl.kernels.build import NoCompilerError, library

SOURCE = Path(__file__).with_name("resize.cpp")

_BITS = 22
_SUPPORT = 2.0
_A = -0.5
_P, _I = ctypes.c_void_p, ctypes.c_int64
_AXIS = (_I, _I, _I, _P, _P, _P)

Order = Callable[[int, int, int, int], bool]
"""Whether the height's pass is the first: (height, width) from, (height, width) to."""


def resize(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """What `PIL.Image.resize((width, height), BICUBIC)` makes of RGB: uint8 (h, w, 3) to uint8 (height, width, 3).

    Pixels that have the size already are returned as they are, not copied.
    """
    if pixels.shape[:2] == (height, width):
        return pixels
    order = _order()
    if order is None:
        return _by_pillow(pixels, height, width)
    height_first = order(pixels.shape[0], pixels.shape[1], height, width)
    return _natively(pixels, height, width, height_first)


def _by_pillow(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))


def _natively(pixels: NDArray[np.uint8], height: int, width: int, height_first: bool) -> NDArray[np.uint8]:
    pixels = np.ascontiguousarray(pixels)
    resized = np.empty((height, width, 3), np.uint8)
    rows, columns = (windows(*sizes) for sizes in zip(pixels.shape[:2], (height, width), strict=True))
    _library().resize(
        pixels.ctypes.data, resized.ctypes.data,
        pixels.shape[0], height, *rows.pointers(), pixels.shape[1], width, *columns.pointers(), height_first,
    )  # fmt: skip
    return resized


@cache
def _library() -> ctypes.CDLL:
    """Raises NoCompilerError."""
    found = library(SOURCE)
    found.resize.argtypes, found.resize.restype = [_P, _P, *_AXIS, *_AXIS, _I], None
    return found


# The order of the two passes matters, as each ends in whole levels, and Pillow has changed it: the width was always
# the first, but since 13 the height is where it loses more than twice as many pixels. The rule is found by asking.


def _width_first(_from_height: int, _from_width: int, _height: int, _width: int) -> bool:
    return False


def _costlier_first(from_height: int, from_width: int, height: int, width: int) -> bool:
    return from_height - height > max(0, 2 * (from_width - width))


_PROBES = ((9, 9, 5, 7), (10, 9, 5, 7), (10, 9, 5, 5), (9, 5, 8, 7), (5, 7, 9, 5), (40, 30, 12, 17))


@cache
def _order() -> Order | None:
    """The rule of the installed Pillow, or None where it is to be called itself."""
    noise = np.random.default_rng(0).integers(0, 2, (40, 30, 3), np.uint8) * np.uint8(255)
    try:
        for order in (_costlier_first, _width_first):
            if all(_agrees(order, noise[:h, :w], height, width) for h, w, height, width in _PROBES):
                return order
    except NoCompilerError as error:
        logging.getLogger(__name__).info("Pillow resizes, as resize.cpp is not to be had: %s", error)
        return None
    logging.getLogger(__name__).warning("Pillow resizes, slowly: this version of it computes what resize.cpp does not")
    return None


def _agrees(order: Order, pixels: NDArray[np.uint8], height: int, width: int) -> bool:
    height_first = order(pixels.shape[0], pixels.shape[1], height, width)
    return np.array_equal(_natively(pixels, height, width, height_first), _by_pillow(pixels, height, width))


@dataclass(frozen=True, slots=True)
class Windows:
    """One axis: output i is the sum over j < counts[i] of input starts[i] + j times weights[i, j] / 2**22.

    All int32; weights are of shape (out, taps) and 0 past the counts.
    """

    starts: NDArray[np.int32]
    counts: NDArray[np.int32]
    weights: NDArray[np.int32]

    def pointers(self) -> tuple[int, int, int, int]:
        """Taps and the three addresses, as resize.cpp takes them."""
        return self.weights.shape[1], self.starts.ctypes.data, self.counts.ctypes.data, self.weights.ctypes.data


@lru_cache(32)
def windows(size: int, wanted: int) -> Windows:
    """Those that Pillow computes to make `wanted` pixels of `size`, in its order of operations (Resample.c)."""
    scale = size / wanted
    stretch = max(scale, 1.0)
    support = _SUPPORT * stretch
    centers = (np.arange(wanted) + 0.5) * scale
    starts = np.maximum((centers - support + 0.5).astype(np.int64), 0)
    counts = np.minimum((centers + support + 0.5).astype(np.int64), size) - starts
    taps = np.arange(counts.max())
    values = _bicubic((taps + starts[:, None] - centers[:, None] + 0.5) * (1.0 / stretch))
    values[taps >= counts[:, None]] = 0.0
    values /= values.cumsum(axis=1)[:, -1:]  # not sum(), which adds in an order of its own
    weights = (values * (1 << _BITS) + np.copysign(0.5, values)).astype(np.int32)
    return Windows(starts.astype(np.int32), counts.astype(np.int32), weights)


def _bicubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.abs(x)
    near = ((_A + 2.0) * x - (_A + 3.0)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * _A
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))

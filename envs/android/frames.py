"""What `screencap` sends, as pixels."""

from __future__ import annotations

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

Pixels = NDArray[np.uint8]

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST = 64_000_000
"""Pixels of a frame at most; more is a broken header."""
# PixelFormat of android.graphics: how the four bytes of a pixel stand.
_RGBA_8888, _RGBX_8888, _BGRA_8888 = 1, 2, 5
_ORDERS = {_RGBA_8888: (0, 1, 2), _RGBX_8888: (0, 1, 2), _BGRA_8888: (2, 1, 0)}
_HEADERS = (12, 16)
"""Bytes before the pixels: width, height, format, and since Android 9 the colour space."""


class FrameError(ValueError):
    """What came is no frame."""


def decode(data: bytes) -> Pixels:
    """A frame as uint8 RGB of shape (height, width, 3), from PNG or raw. Raises FrameError."""
    start = data.find(_PNG, 0, 4096)  # a phone with two displays warns about them in front of the picture
    return _png(data[start:]) if start >= 0 else _raw(data)


def header_of(data: bytes) -> tuple[int, int]:
    """Bytes before the pixels of a raw frame and its pixel format; zeros for a PNG. The frame is one that decodes."""
    if data.find(_PNG, 0, 4096) >= 0:
        return 0, 0
    width, height, form = struct.unpack_from("<III", data)
    return len(data) - 4 * width * height, form


def _png(data: bytes) -> Pixels:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > _MOST:
                raise FrameError(f"a frame of {image.width} x {image.height} pixels")
            return np.array(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FrameError(f"a broken PNG ({error})") from error


def _raw(data: bytes) -> Pixels:
    if len(data) < _HEADERS[0]:
        raise FrameError(f"no frame but {data[:60]!r}")
    width, height, form = struct.unpack_from("<III", data)
    # The header has grown once and names no length of its own: what is left over is the header.
    if not 0 < width * height <= _MOST or len(data) - 4 * width * height not in _HEADERS:
        raise FrameError(f"no frame but {data[:60]!r}")
    if form not in _ORDERS:
        raise FrameError(f"a frame in the pixel format {form}")
    pixels = np.frombuffer(data, np.uint8, offset=len(data) - 4 * width * height).reshape(height, width, 4)
    return np.ascontiguousarray(pixels[..., list(_ORDERS[form])] if form == _BGRA_8888 else pixels[..., :3])


_BLACK = 4
_TOP, _BOTTOM = 0.05, 0.07
"""Parts of the longer side that the status bar and the navigation bar take: they show above a protected window."""


def is_black(frame: Pixels) -> bool:
    """Whether nothing is shown between the bars of the system: a protected window, or a display that is off."""
    height, width = frame.shape[:2]
    top, bottom = int(_TOP * max(height, width)), int(_BOTTOM * max(height, width))
    side = bottom if width > height else 0  # a phone that lies has its buttons there
    inner = frame[top : height - bottom, side : width - side]
    return bool(inner.size) and int(inner.max()) <= _BLACK

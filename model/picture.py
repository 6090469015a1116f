"""Image files and bytes of any common kind, decoded to what a model sees."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageOps, UnidentifiedImageError

from model.base import Image, ModelError

# What Pillow's decoders raise on damaged data.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError, struct.error)
_BOMBS = (PILImage.DecompressionBombError, PILImage.DecompressionBombWarning)


def read_image(source: Path | bytes, max_pixels: int | None = None) -> Image:
    """Decode a picture: turned upright as its EXIF says, transparency over white, the first frame of an animation.

    Args:
        source: a file, or the bytes of one.
        max_pixels: a cap on the area it is encoded at; see Image.

    Raises:
        ModelError: there is no picture, it is damaged or too large (Pillow's limit against decompression bombs), or
            its values have no known range; the message names the file.
    """
    where = str(source) if isinstance(source, Path) else f"an image of {len(source)} bytes"
    try:
        data = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise ModelError(f"{where} cannot be read: {error.strerror or error}") from error
    if not data:
        raise ModelError(f"{where} is empty: there is no picture in it")
    try:
        with PILImage.open(io.BytesIO(data)) as picture:
            if picture.format == "EPS":  # Pillow would run Ghostscript on it
                raise ModelError(f"{where} is a program (EPS), not a picture; convert it to PNG")
            if 0 in picture.size:
                raise ModelError(f"{where} is {picture.width}×{picture.height}: there is no picture in it")
            picture.load()
            pixels = _rgb(ImageOps.exif_transpose(picture), where)
    except UnidentifiedImageError as error:
        raise ModelError(f"{where} is no picture of a kind that can be read; it begins with {data[:16]!r}") from error
    except _BOMBS as error:
        raise ModelError(f"{where} is too large to decode: {error}") from error
    except _DAMAGE as error:
        raise ModelError(f"{where} is damaged or of a kind that cannot be decoded: {error}") from error
    return Image(pixels, max_pixels)


def _rgb(picture: PILImage.Image, where: str) -> NDArray[np.uint8]:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _deep_gray(np.asarray(picture), where)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = PILImage.alpha_composite(PILImage.new("RGBA", picture.size, "white"), picture)
    return np.array(picture.convert("RGB"))


def _deep_gray(levels: NDArray[np.generic], where: str) -> NDArray[np.uint8]:
    """Sixteen bits to eight, scaled: Pillow's own conversion clips at 255."""
    wide = levels.astype(np.int64)
    if levels.dtype.kind == "f" or wide.min() < 0 or wide.max() > 65535:
        raise ModelError(f"{where} holds {levels.dtype} values of no known range; save it with 8 or 16 bits a channel")
    gray = ((wide * 255 + 32767) // 65535).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)

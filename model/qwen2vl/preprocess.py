"""Naive dynamic resolution: pixels to the patch rows of the vision tower, as Qwen2-VL's processor makes them.

Equal to transformers' `Qwen2VLImageProcessorPil` (tested); written out because that class costs several times as
much per image and because the size rule is needed before any pixel is touched, to budget tokens.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from model.base import Image, ModelError

DEFAULT_MAX_PIXELS = 1280 * 28 * 28
_DEFAULT_MIN_PIXELS = 56 * 56
_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
_MAX_RATIO = 200


@dataclass(frozen=True, slots=True)
class Grid:
    """An image's patches: t frames of h × w, before the 2×2 merge."""

    t: int
    h: int
    w: int

    def tokens(self, merge: int) -> int:
        """Tokens the language model sees."""
        return self.t * self.h * self.w // merge**2


@dataclass(frozen=True, slots=True)
class Preprocessor:
    """The checkpoint's preprocessor_config.json, with the pixel bounds in force."""

    patch: int = 14
    merge: int = 2
    temporal: int = 2
    min_pixels: int = _DEFAULT_MIN_PIXELS
    max_pixels: int = DEFAULT_MAX_PIXELS
    mean: tuple[float, ...] = _CLIP_MEAN
    std: tuple[float, ...] = _CLIP_STD

    def size(self, height: int, width: int, max_pixels: int | None = None) -> tuple[int, int]:
        """(height, width) an image is resized to: multiples of patch·merge, the area within bounds, the ratio kept.

        The rule is smart_resize of transformers' Qwen2-VL image processor, Python's rounding to even included.
        Raises ModelError for a side ratio above 200.
        """
        factor, most = self.patch * self.merge, min(self.max_pixels, max_pixels or self.max_pixels)
        if max(height, width) / min(height, width) > _MAX_RATIO:
            raise ModelError(
                f"an image of {width}×{height} is too narrow: one side is over {_MAX_RATIO} times the other"
            )
        h, w = round(height / factor) * factor, round(width / factor) * factor
        if h * w > most:
            shrink = math.sqrt(height * width / most)
            h = max(factor, math.floor(height / shrink / factor) * factor)
            w = max(factor, math.floor(width / shrink / factor) * factor)
        elif h * w < self.min_pixels:
            grow = math.sqrt(self.min_pixels / (height * width))
            h = math.ceil(height * grow / factor) * factor
            w = math.ceil(width * grow / factor) * factor
        return h, w

    def grid(self, image: Image) -> Grid:
        """The grid an image will have, without looking at its pixels."""
        h, w = self.size(image.pixels.shape[0], image.pixels.shape[1], image.max_pixels)
        return Grid(1, h // self.patch, w // self.patch)

    def patches(self, image: Image) -> NDArray[np.float32]:
        """float32 of shape (t·h·w, 3·temporal·patch·patch), patches of one merge block next to each other."""
        grid, p, m = self.grid(image), self.patch, self.merge
        pixels = image.pixels
        if pixels.shape[:2] != (grid.h * p, grid.w * p):
            resized = PILImage.fromarray(pixels).resize((grid.w * p, grid.h * p), PILImage.Resampling.BICUBIC)
            pixels = np.asarray(resized)
        mean, std = np.asarray(self.mean, np.float32), np.asarray(self.std, np.float32)
        scaled = (pixels.astype(np.float32) * np.float32(1 / 255) - mean) / std
        blocks = scaled.reshape(grid.h // m, m, p, grid.w // m, m, p, 3).transpose(0, 3, 1, 4, 6, 2, 5)
        # A still image is its own second frame.
        frames = np.repeat(blocks[:, :, :, :, :, None], self.temporal, axis=5)
        return np.ascontiguousarray(frames.reshape(grid.h * grid.w, -1))


def load_preprocessor(folder: Path, min_pixels: int | None = None, max_pixels: int | None = None) -> Preprocessor:
    """Read preprocessor_config.json in either spelling of the bounds (`max_pixels` or `size.longest_edge`).

    The cap in force is `max_pixels` if given, else the checkpoint's but at most 1280·28·28: hub files say 16384·28·28,
    at which one 4K screenshot is 10,549 tokens. Raises ModelError on a file that cannot be read.
    """
    path = folder / "preprocessor_config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); fetch the checkpoint again") from error
    size = config.get("size") or {}
    highest = config.get("max_pixels") or size.get("longest_edge") or DEFAULT_MAX_PIXELS
    lowest = min_pixels or config.get("min_pixels") or size.get("shortest_edge") or _DEFAULT_MIN_PIXELS
    cap = min(highest, DEFAULT_MAX_PIXELS) if max_pixels is None else max_pixels
    if cap < lowest:
        raise ModelError(f"max_pixels ({cap}) is below min_pixels ({lowest}); raise one or lower the other")
    return Preprocessor(
        patch=config.get("patch_size", 14),
        merge=config.get("merge_size", 2),
        temporal=config.get("temporal_patch_size", 2),
        min_pixels=lowest,
        max_pixels=cap,
        mean=tuple(config.get("image_mean", _CLIP_MEAN)),
        std=tuple(config.get("image_std", _CLIP_STD)),
    )


def save_bounds(source: Path, folder: Path, preprocessor: Preprocessor) -> None:
    """Write `source`'s preprocessor_config.json into `folder` with the bounds in force instead of its own."""
    config = json.loads((source / "preprocessor_config.json").read_text(encoding="utf-8"))
    low, high = preprocessor.min_pixels, preprocessor.max_pixels
    config |= {"min_pixels": low, "max_pixels": high, "size": {"shortest_edge": low, "longest_edge": high}}
    (folder / "preprocessor_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

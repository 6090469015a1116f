"""Encodes screenshots, each distinct one once while it is remembered."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from model.base import Image
from model.qwen2vl.preprocess import Grid, Preprocessor
from model.qwen2vl.tower import VisionTower

_REMEMBERED_BYTES = 512 * 2**20

_PACKED = 16384
"""Most patches in one call: what several pictures share is the reading of weights, which so many make up for."""

Key = tuple[str, int, int]


class VisionEncoder:
    """The vision tower behind a memory of features by pixel digest and size, bounded in bytes.

    Shared by the sessions of a model. `encoded` counts pictures that went through the tower; `preprocessing` and
    `encoding` are the seconds that took.
    """

    def __init__(self, tower: VisionTower, limit: int = _REMEMBERED_BYTES) -> None:
        self._tower = tower
        self._limit = limit
        self._features: OrderedDict[Key, torch.Tensor] = OrderedDict()
        self._bytes = 0
        self.encoded = 0
        self.preprocessing = 0.0
        self.encoding = 0.0

    def features(self, images: Sequence[Image], preprocessor: Preprocessor) -> list[torch.Tensor]:
        """One (tokens, hidden) tensor an image; those not remembered are encoded, several in one call."""
        keys = [self._key(image, preprocessor.grid(image)) for image in images]
        known = {key: self._features[key] for key in keys if key in self._features}
        missing = {key: image for key, image in zip(keys, images, strict=True) if key not in known}
        for batch in _packs(list(missing.values()), preprocessor):
            found = self._encode(batch, preprocessor)
            known |= {self._key(i, preprocessor.grid(i)): f for i, f in zip(batch, found, strict=True)}
        for key in keys:
            self._remember(key, known[key])
        return [known[key] for key in keys]

    def forget(self) -> None:
        """Drop every remembered feature."""
        self._features.clear()
        self._bytes = 0

    def _key(self, image: Image, grid: Grid) -> Key:
        return image.digest, grid.h, grid.w

    def _encode(self, images: Sequence[Image], preprocessor: Preprocessor) -> list[torch.Tensor]:
        started = time.perf_counter()
        patches = np.concatenate([preprocessor.frame_patches(image) for image in images])
        ready = time.perf_counter()
        with torch.inference_mode():
            found = self._tower.encode(torch.from_numpy(patches), [preprocessor.grid(image) for image in images])
        self.preprocessing += ready - started
        self.encoding += time.perf_counter() - ready
        self.encoded += len(images)
        return found

    def _remember(self, key: Key, features: torch.Tensor) -> None:
        if key in self._features:
            self._features.move_to_end(key)
            return
        self._features[key] = features
        self._bytes += features.nbytes
        while self._bytes > self._limit and len(self._features) > 1:
            _, oldest = self._features.popitem(last=False)
            self._bytes -= oldest.nbytes


def _packs(images: Sequence[Image], preprocessor: Preprocessor) -> Iterator[list[Image]]:
    pack: list[Image] = []
    patches = 0
    for image in images:
        grid = preprocessor.grid(image)
        size = grid.t * grid.h * grid.w
        if pack and patches + size > _PACKED:
            yield pack
            pack, patches = [], 0
        pack.append(image)
        patches += size
    if pack:
        yield pack

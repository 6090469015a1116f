"""Encodes screenshots, each distinct one once while it is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from model.base import Image
from model.qwen2vl.preprocess import Preprocessor

_REMEMBERED_BYTES = 512 * 2**20


class VisionEncoder:
    """The vision tower behind a memory of features by pixel digest and size, bounded in bytes.

    Shared by the sessions of a model. `encoded` counts images that went through the tower.
    """

    def __init__(
        self, network: Any, preprocessor: Preprocessor, device: torch.device, limit: int = _REMEMBERED_BYTES
    ) -> None:
        self._network = network
        self._preprocessor = preprocessor
        self._device = device
        self._limit = limit
        self._features: OrderedDict[tuple[str, int, int], torch.Tensor] = OrderedDict()
        self._bytes = 0
        self.encoded = 0

    def features(self, images: Sequence[Image]) -> list[torch.Tensor]:
        """One (tokens, hidden) tensor an image; those not remembered are encoded in one call."""
        keys = [self._key(image) for image in images]
        known = {key: self._features[key] for key in keys if key in self._features}
        missing = {key: image for key, image in zip(keys, images, strict=True) if key not in known}
        if missing:
            known |= dict(zip(missing, self._encode(list(missing.values())), strict=True))
        for key in keys:
            self._remember(key, known[key])
        return [known[key] for key in keys]

    def _key(self, image: Image) -> tuple[str, int, int]:
        grid = self._preprocessor.grid(image)
        return image.digest, grid.h, grid.w

    def _encode(self, images: Sequence[Image]) -> list[torch.Tensor]:
        grids = [self._preprocessor.grid(image) for image in images]
        patches = np.concatenate([self._preprocessor.patches(image) for image in images])
        with torch.inference_mode():
            output = self._network.model.get_image_features(
                torch.from_numpy(patches).to(self._device),
                torch.tensor([[grid.t, grid.h, grid.w] for grid in grids], device=self._device),
                return_dict=True,
            )
        self.encoded += len(images)
        # split() gives views of one tensor; a clone each lets one be forgotten without the others.
        return [features.clone() for features in output.pooler_output]

    def _remember(self, key: tuple[str, int, int], features: torch.Tensor) -> None:
        if key in self._features:
            self._features.move_to_end(key)
            return
        self._features[key] = features
        self._bytes += features.nbytes
        while self._bytes > self._limit and len(self._features) > 1:
            _, oldest = self._features.popitem(last=False)
            self._bytes -= oldest.nbytes

"""The KV cache: grows in place, can be cropped to a prefix and copied for a fork."""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

_FIRST_CAPACITY = 256


class GrowingLayer(DynamicLayer):
    """Keys and values of one layer in a buffer that doubles, so that a decoded token copies nothing of the past."""

    def __init__(self) -> None:
        super().__init__()
        self.length = 0
        self._keys: torch.Tensor | None = None
        self._values: torch.Tensor | None = None

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        """Add (1, heads, new, head_dim) keys and values; returns all of them, (1, heads, length, head_dim)."""
        end = self.length + key_states.shape[-2]
        self._keys = self._room(self._keys, key_states, end)
        self._values = self._room(self._values, value_states, end)
        self._keys[:, :, self.length : end] = key_states
        self._values[:, :, self.length : end] = value_states
        self.length = end
        self.is_initialized = True
        return self._keys[:, :, :end], self._values[:, :, :end]

    def _room(self, buffer: torch.Tensor | None, like: torch.Tensor, needed: int) -> torch.Tensor:
        capacity = 0 if buffer is None else buffer.shape[2]
        if buffer is not None and capacity >= needed:
            return buffer
        capacity = max(_FIRST_CAPACITY, capacity)
        while capacity < needed:
            capacity *= 2
        grown = like.new_empty((like.shape[0], like.shape[1], capacity, like.shape[3]))
        if buffer is not None:
            grown[:, :, : self.length] = buffer[:, :, : self.length]
        return grown

    def get_seq_length(self) -> int:
        return self.length

    def keep(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        self.length = min(self.length, length)

    def copy(self) -> GrowingLayer:
        """An independent layer with the same content."""
        twin = GrowingLayer()
        twin.length, twin.is_initialized = self.length, self.is_initialized
        if self._keys is not None and self._values is not None:
            twin._keys, twin._values = self._keys.clone(), self._values.clone()
        return twin


class KVCache(Cache):
    """One sequence's cache over all layers, in the form transformers' modules update."""

    def __init__(self, layers: list[GrowingLayer] | None = None) -> None:
        if layers is None:
            super().__init__(layer_class_to_replicate=GrowingLayer)
        else:
            super().__init__(layers=layers)

    @property
    def length(self) -> int:
        """Tokens held."""
        return self.layers[0].get_seq_length() if self.layers else 0

    def keep(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        for layer in self.layers:
            layer.keep(length)

    def fork(self) -> KVCache:
        """An independent copy."""
        return KVCache([layer.copy() for layer in self.layers]) if self.layers else KVCache()

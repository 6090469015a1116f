"""Small repeating pictures for large faces."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class Texture(Enum):
    """What a face is covered with; the value is its place in `pictures`."""

    PLANKS = 0
    TILES = 1
    WOOD = 2
    STONE = 3
    WALL = 4
    PRINT = 5

    @property
    def metres(self) -> float:
        """How long one repeat is."""
        return (1.2, 0.6, 0.5, 0.5, 1.5, 0.24)[self.value]


@cache
def pictures() -> tuple[Picture, ...]:
    """One picture a texture, in their order; the same on every machine."""
    rng = np.random.default_rng(7)
    return (_planks(rng), _tiles(rng), _wood(rng), _stone(rng), _wall(rng), _print(rng))


def _tinted(level: NDArray[np.floating[Any]], colour: tuple[int, int, int]) -> Picture:
    picture: Picture = np.clip(level[..., None] * np.array(colour), 0, 255).astype(np.uint8)
    return picture


def _planks(rng: np.random.Generator) -> Picture:
    level = np.repeat(rng.uniform(0.88, 1.04, 6), 16)[:, None] + rng.normal(0, 0.012, (1, 96)) + np.zeros((96, 96))
    level[::16] *= 0.72
    for row in range(6):
        level[row * 16 : row * 16 + 16, (row * 37) % 96] *= 0.75
    return _tinted(level, (186, 148, 108))


def _tiles(rng: np.random.Generator) -> Picture:
    level = np.kron(rng.uniform(0.94, 1.02, (2, 2)), np.ones((32, 32)))
    level[::32] = level[:, ::32] = 0.78
    return _tinted(level, (214, 214, 208))


def _wood(rng: np.random.Generator) -> Picture:
    waves = np.sin(np.linspace(0, 10 * np.pi, 64)) * 0.03 + rng.normal(0, 0.015, 64)
    return _tinted(1 + waves[None, :] + np.zeros((64, 64)), (176, 132, 88))


def _stone(rng: np.random.Generator) -> Picture:
    return _tinted(1 + rng.normal(0, 0.05, (48, 48)), (168, 162, 156))


def _wall(rng: np.random.Generator) -> Picture:
    return _tinted(1 + rng.normal(0, 0.008, (48, 48)), (222, 216, 204))


def _print(rng: np.random.Generator) -> Picture:
    level = np.ones((48, 48))
    for row in range(4, 46, 5):
        level[row : row + 2, 4 : int(rng.integers(30, 45))] = 0.45
    return _tinted(level, (224, 222, 214))

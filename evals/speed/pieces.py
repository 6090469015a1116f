"""The small pieces of a step by themselves: a mask of the grammar, and preprocessing beside transformers' own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch

from actions.android import android_space
from actions.dialects.registry import make_dialect
from evals.speed.ceilings import middle
from model.base import Image
from model.qwen2vl.model import Qwen2VL

_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Pieces:
    """Seconds: a mask over the vocabulary (median, and the slowest of some two hundred of an answer), and a
    1080 × 2400 screenshot made into patches by us and by transformers' processor."""

    mask: float
    slowest: float
    preprocess: float
    transformers: float


def measure(model: Qwen2VL) -> Pieces:
    """Measure with the vocabulary and the pixel bounds of a model."""
    from transformers import Qwen2VLImageProcessorPil

    masks = _masks(model)
    preprocessor = model.checkpoint.encoder.preprocessor
    pixels = np.random.default_rng(0).integers(0, 256, (2400, 1080, 3), dtype=np.uint8)
    image = Image(pixels)
    peer = Qwen2VLImageProcessorPil(
        size={"shortest_edge": preprocessor.min_pixels, "longest_edge": preprocessor.max_pixels}
    )
    ours = middle(lambda: preprocessor.patches(image), 9)
    theirs = middle(lambda: peer(images=[pixels], return_tensors="np", input_data_format="channels_last"), 9)
    return Pieces(median(masks), max(masks), ours, theirs)


def _masks(model: Qwen2VL) -> list[float]:
    """Seconds of every mask of an answer of random logits."""
    engine, dialect = model.batch.engine, make_dialect(model.dialect)
    constraint = engine.constraint(dialect.grammar(android_space()), 512)
    assert constraint is not None
    generator = torch.Generator().manual_seed(0)
    seconds: list[float] = []
    while not constraint.finished and len(seconds) < _TOKENS:
        logits = torch.rand(model.checkpoint.language.vocabulary, generator=generator)
        started = time.perf_counter()
        constraint.mask(logits)
        seconds.append(time.perf_counter() - started)
        constraint.commit(int(logits.argmax()))
    return seconds

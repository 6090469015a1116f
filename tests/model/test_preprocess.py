"""Pixels become the patches transformers' own processor makes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import Qwen2VLImageProcessorPil

from model.base import Image, ModelError
from model.qwen2vl.preprocess import DEFAULT_MAX_PIXELS, Preprocessor, load_preprocessor


def noise(height: int, width: int, seed: int = 0) -> Image:
    return Image(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


@settings(max_examples=40, deadline=None)
@given(st.integers(8, 700), st.integers(8, 700), st.sampled_from((56 * 56, 300 * 300, 1280 * 28 * 28)))
def test_grid_and_patches_equal_transformers(height: int, width: int, most: int) -> None:
    image = noise(height, width)
    theirs = Qwen2VLImageProcessorPil(size={"shortest_edge": 56 * 56, "longest_edge": most})(
        images=[image.pixels], return_tensors="np"
    )
    ours = Preprocessor(max_pixels=most)
    grid = ours.grid(image)
    assert [[grid.t, grid.h, grid.w]] == theirs["image_grid_thw"].tolist()
    assert np.abs(ours.patches(image) - theirs["pixel_values"]).max() < 1e-5


def test_a_cap_of_one_image_is_kept() -> None:
    image = Image(noise(600, 600).pixels, max_pixels=200 * 200)
    assert len(Preprocessor().patches(image)) * 14 * 14 <= 200 * 200


def test_a_sliver_is_refused() -> None:
    with pytest.raises(ModelError, match="too narrow"):
        Preprocessor().grid(noise(2, 500))


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_image_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ModelError, match="uint8 of shape"):
        Image(pixels)


def test_equal_pixels_are_equal_images() -> None:
    one, two = noise(20, 30), noise(20, 30)
    assert one == two
    assert hash(one) == hash(two)
    assert one != noise(30, 20)
    assert Image(one.pixels, max_pixels=3136) != one


@pytest.mark.parametrize(
    ("config", "cap"),
    [
        ({"max_pixels": 12845056, "min_pixels": 3136}, DEFAULT_MAX_PIXELS),
        ({"size": {"longest_edge": 50176, "shortest_edge": 3136}}, 50176),
        ({}, DEFAULT_MAX_PIXELS),
    ],
)
def test_both_spellings_of_the_bounds_are_read(tmp_path: Path, config: dict[str, object], cap: int) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(config))
    assert load_preprocessor(tmp_path).max_pixels == cap
    assert load_preprocessor(tmp_path, max_pixels=100_000).max_pixels == 100_000


def test_bounds_that_cross_are_refused(tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text("{}")
    with pytest.raises(ModelError, match="below min_pixels"):
        load_preprocessor(tmp_path, min_pixels=10_000, max_pixels=5_000)

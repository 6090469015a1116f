"""Pixels become the patches transformers' own processor makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from transformers import Qwen2VLImageProcessorPil

from model.base import Image, ModelError
from model.qwen2vl.kernels import resize as resizing
from model.qwen2vl.preprocess import DEFAULT_MAX_PIXELS, Preprocessor, load_preprocessor


def noise(height: int, width: int, seed: int = 0) -> Image:
    return Image(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


BOUNDS = ((56 * 56, 1280 * 28 * 28), (56 * 56, 300 * 300), (400 * 400, 500 * 500), (28 * 28, 28 * 28), (224**2, 224**2))


def some_image(rng: np.random.Generator, kind: int) -> Image:
    """Noise, hard edges or a gradient, of any size from a few pixels up and of any ratio that is taken."""
    height = int(np.exp(rng.uniform(0, np.log(1200))))
    ratio = np.exp(rng.uniform(-np.log(190), np.log(190)) * rng.random())
    width = int(np.clip(height * ratio, 1, 1200))
    if max(height, width) > 200 * min(height, width):
        width = height
    pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if kind == 1:
        pixels = (pixels // 128 * 255).astype(np.uint8)
    if kind == 2:
        ramp = np.linspace(0, 255, height)[:, None, None] + np.linspace(0, 255, width)[None, :, None]
        pixels = np.broadcast_to(ramp / 2, (height, width, 3)).astype(np.uint8)
    return Image(pixels)


def test_grid_and_patches_equal_transformers() -> None:
    """On 200 images: not within a level but within rounding."""
    rng = np.random.default_rng(0)
    for number in range(200):
        image, (least, most) = some_image(rng, number % 3), BOUNDS[number % len(BOUNDS)]
        theirs = Qwen2VLImageProcessorPil(size={"shortest_edge": least, "longest_edge": most})(
            images=[image.pixels], return_tensors="np", input_data_format="channels_last"
        )
        ours = Preprocessor(min_pixels=least, max_pixels=most)
        grid = ours.grid(image)
        assert [[grid.t, grid.h, grid.w]] == theirs["image_grid_thw"].tolist()
        assert np.abs(ours.patches(image) - theirs["pixel_values"]).max() < 1e-6


def test_what_need_not_be_resized_equals_transformers_exactly() -> None:
    image = noise(28 * 9, 28 * 20)
    theirs = Qwen2VLImageProcessorPil()(images=[image.pixels], return_tensors="np")["pixel_values"]
    assert np.abs(Preprocessor().patches(image) - theirs).max() < 1e-6


@pytest.mark.parametrize(("height", "width"), [(2400, 1080), (1080, 1920), (300, 300), (28, 56)])
def test_a_frame_is_half_of_what_a_still_image_is(height: int, width: int) -> None:
    ours, image = Preprocessor(), noise(height, width)
    frame, both = ours.frame_patches(image), ours.patches(image)
    assert (frame.dtype, frame.shape) == (np.float32, (len(both), 3 * 14 * 14))
    assert both.flags.c_contiguous
    assert both.dtype == np.float32
    halves = both.reshape(len(both), 3, 2, 14 * 14)
    assert np.array_equal(halves[:, :, 0].reshape(frame.shape), frame)
    assert np.array_equal(halves[:, :, 0], halves[:, :, 1])


@pytest.mark.parametrize("view", [lambda p: p[::-1], lambda p: p[:, :, ::-1], lambda p: p[3:, 5:], lambda p: p[::2]])
def test_any_view_of_pixels_will_do(view: Callable[[np.ndarray], np.ndarray]) -> None:
    pixels = view(noise(101, 77).pixels)
    frozen = np.ascontiguousarray(pixels)
    frozen.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = Preprocessor().patches(Image(pixels)), Preprocessor().patches(Image(frozen))
    assert np.array_equal(*ours)


def test_the_floor_of_one_image_is_kept_but_never_above_the_cap() -> None:
    ours, pixels = Preprocessor(), noise(100, 60).pixels
    assert ours.size(100, 60) == (112, 56)
    assert ours.size(100, 60, min_pixels=300_000) == (728, 448)
    assert ours.size(100, 60, max_pixels=200_000, min_pixels=300_000) == (560, 336)
    assert ours.size(100, 60, min_pixels=1) == ours.size(100, 60)
    for most in range(20_000, 400_000, 7919):
        height, width = ours.size(100, 60, max_pixels=most, min_pixels=most)
        assert height * width <= most
    for floor in (400_000, 90_000):  # the session's own gives way to one image's cap
        height, width = Preprocessor(min_pixels=floor).size(200, 200, max_pixels=100_000)
        assert floor // 5 < height * width <= 100_000
    grid = ours.grid(Image(pixels, min_pixels=300_000))
    assert (grid.h, grid.w) == (52, 32)
    assert Image(pixels, min_pixels=300_000) != Image(pixels)


def test_the_size_rule_needs_neither_torch_nor_a_compiler(tmp_path: Path) -> None:
    script = (
        "import sys, numpy; from model.base import Image; from model.qwen2vl.preprocess import Preprocessor\n"
        "print(Preprocessor().grid(Image(numpy.zeros((9, 9, 3), 'uint8'))).h, 'torch' in sys.modules)"
    )
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    assert subprocess.check_output([sys.executable, "-c", script], text=True, env=env).split() == ["4", "False"]
    assert not list(tmp_path.iterdir())


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


# The resize.


def by_pillow(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    return np.asarray(PIL.Image.fromarray(pixels).resize((width, height), PIL.Image.Resampling.BICUBIC))


def picture(kind: str, height: int, width: int, seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    match kind:
        case "constant":
            return np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)
        case "gradient":
            steps = rng.integers(-9, 10, (2, 3))
            return (np.arange(height)[:, None, None] * steps[0] + np.arange(width)[:, None] * steps[1]).astype(np.uint8)
        case "edges":  # overshoots on both ends of the scale
            return rng.choice(np.array([0, 255], np.uint8), (height, width, 3))
        case _:
            return rng.integers(0, 256, (height, width, 3), np.uint8)


kinds = st.sampled_from(["constant", "gradient", "edges", "noise"])
sides = st.one_of(st.integers(1, 40), st.integers(1, 700))


@settings(max_examples=300, deadline=None)
@given(kinds, sides, sides, sides, sides, st.integers(0, 99))
def test_resize_equals_pillow_to_the_bit(
    kind: str, height: int, width: int, to_height: int, to_width: int, seed: int
) -> None:
    pixels = picture(kind, height, width, seed)
    ours = resizing.resize(pixels, to_height, to_width)
    assert (ours.dtype, ours.shape) == (np.uint8, (to_height, to_width, 3))
    assert np.array_equal(ours, by_pillow(pixels, to_height, to_width))


@pytest.mark.parametrize("size", [(1, 5000, 28, 5012), (5000, 1, 28, 28), (3000, 2000, 1, 1), (1, 1, 300, 500)])
def test_resize_equals_pillow_at_extremes(size: tuple[int, int, int, int]) -> None:
    pixels = picture("noise", *size[:2], seed=0)
    assert np.array_equal(resizing.resize(pixels, *size[2:]), by_pillow(pixels, *size[2:]))


@settings(max_examples=100, deadline=None)
@given(kinds, sides, sides, sides, sides, st.booleans())
def test_either_order_of_the_passes_is_pillows_own(
    kind: str, height: int, width: int, to_height: int, to_width: int, height_first: bool
) -> None:
    """Pillow resizing one axis at a time leaves no choice of an order to its version."""
    pixels = picture(kind, height, width, 0)
    between = by_pillow(pixels, to_height, width) if height_first else by_pillow(pixels, height, to_width)
    ours = resizing._natively(pixels, to_height, to_width, height_first)
    assert np.array_equal(ours, by_pillow(between, to_height, to_width))


@pytest.fixture
def fresh() -> Iterator[None]:
    """No library is loaded and no order is known yet, nor afterwards."""
    for cached in (resizing._order, resizing._library):
        cached.cache_clear()
    yield
    for cached in (resizing._order, resizing._library):
        cached.cache_clear()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("rule", [resizing._width_first, resizing._costlier_first])
def test_the_order_of_the_installed_pillow_is_found_out(
    monkeypatch: pytest.MonkeyPatch, rule: Callable[[int, int, int, int], bool]
) -> None:
    def one_at_a_time(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
        first = (height, pixels.shape[1]) if rule(*pixels.shape[:2], height, width) else (pixels.shape[0], width)
        return by_pillow(by_pillow(pixels, *first), height, width)

    monkeypatch.setattr(resizing, "_by_pillow", one_at_a_time)
    assert resizing._order() is rule
    pixels = picture("noise", 300, 100, 0)
    assert np.array_equal(resizing.resize(pixels, 50, 70), one_at_a_time(pixels, 50, 70))


@pytest.mark.usefixtures("fresh")
def test_a_pillow_that_computes_something_else_is_called_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(resizing, "_by_pillow", lambda *arguments: by_pillow(*arguments) ^ 1)
    pixels = picture("noise", 30, 20, 0)
    assert np.array_equal(resizing.resize(pixels, 28, 28), by_pillow(pixels, 28, 28) ^ 1)
    assert "slowly" in caplog.text


@pytest.mark.usefixtures("fresh")
def test_pillow_serves_where_nothing_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CXX", raising=False)
    pixels = picture("noise", 30, 20, 0)
    assert np.array_equal(resizing.resize(pixels, 28, 28), by_pillow(pixels, 28, 28))
    assert resizing._order() is None


def test_what_has_the_size_is_not_copied() -> None:
    pixels = picture("noise", 28, 56, 0)
    assert resizing.resize(pixels, 28, 56) is pixels

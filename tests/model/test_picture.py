"""Pictures of every kind, as real bytes, come out as they look, or are refused with a reason."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from model.base import Image, ModelError
from model.picture import read_image
from model.qwen2vl.preprocess import Preprocessor

RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


def encoded(picture: PILImage.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def noise(height: int = 7, width: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def corner(image: Image) -> tuple[int, ...]:
    return tuple(int(level) for level in image.pixels[0, 0])


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, color: int, rows: bytes, *more: bytes) -> bytes:
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "BMP", "PPM", "TIFF", "TGA"])
def test_what_was_saved_is_what_is_read(form: str, tmp_path: Path) -> None:
    data = encoded(PILImage.fromarray(noise()), form)
    (tmp_path / "shot").write_bytes(data)
    for source in (data, tmp_path / "shot"):
        image = read_image(source, max_pixels=50_000)
        assert np.array_equal(image.pixels, noise())
        assert image.max_pixels == 50_000


@pytest.mark.parametrize(("orientation", "turn"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_a_photo_is_turned_upright(orientation: int, turn: int) -> None:
    exif = PILImage.Exif()
    exif[0x0112] = orientation
    data = encoded(PILImage.fromarray(noise()), "PNG", exif=exif)
    assert np.array_equal(read_image(data).pixels, np.rot90(noise(), turn))


@pytest.mark.parametrize(
    ("picture", "color"),
    [
        (PILImage.new("RGBA", (2, 2), (0, 0, 0, 0)), WHITE),
        (PILImage.new("RGBA", (2, 2), (255, 0, 0, 255)), RED),
        (PILImage.new("RGBA", (2, 2), (255, 0, 0, 51)), (255, 204, 204)),
        (PILImage.new("LA", (2, 2), (0, 0)), WHITE),
        (PILImage.new("LA", (2, 2), (100, 255)), (100, 100, 100)),
        (PILImage.new("L", (2, 2), 77), (77, 77, 77)),
        (PILImage.new("1", (2, 2), 1), WHITE),
        (PILImage.new("1", (2, 2), 0), BLACK),
        (PILImage.new("RGB", (2, 2), "red").convert("P"), RED),
        (PILImage.new("RGBA", (2, 2), (0, 0, 0, 0)).quantize(), WHITE),
    ],
)
def test_every_mode_of_png_looks_as_it_should(picture: PILImage.Image, color: tuple[int, int, int]) -> None:
    assert corner(read_image(encoded(picture))) == color


@pytest.mark.parametrize(("mode", "transparency"), [("RGB", BLACK), ("L", 0), ("P", 0)])
def test_a_color_that_is_named_transparent_is(mode: str, transparency: Any) -> None:
    data = encoded(PILImage.new(mode, (2, 2), 0), transparency=transparency)
    assert corner(read_image(data)) == WHITE


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_ink_is_turned_into_light(form: str) -> None:
    image = read_image(encoded(PILImage.new("CMYK", (8, 8), (0, 255, 255, 0)), form))
    assert np.abs(np.subtract(corner(image), RED)).max() <= 2


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(form: str) -> None:
    levels = np.array([[0, 257, 32768, 65535]], np.uint16)
    image = read_image(encoded(PILImage.fromarray(levels), form))
    assert image.pixels[0, :, 0].tolist() == [0, 1, 128, 255]
    assert np.array_equal(image.pixels[..., 0], image.pixels[..., 2])


def test_sixteen_bits_of_color_are_scaled() -> None:
    row = b"\x00" + struct.pack(">HHH", 65535, 32768, 0)
    assert corner(read_image(png(1, 1, 16, 2, row))) == (255, 128, 0)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_shows_its_first_frame(form: str) -> None:
    frames = [PILImage.new("RGB", (8, 8), color) for color in ("red", "lime", "blue")]
    lossless = {"lossless": True} if form == "WEBP" else {}
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], **lossless)
    with PILImage.open(io.BytesIO(data)) as written:
        assert getattr(written, "n_frames", 1) == 3
    assert corner(read_image(data)) == RED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<html>no picture</html>", "no picture of a kind"),
        (b"\x89PNG\r\n\x1a\n", "an image of 8 bytes"),
        (b"P6 0 0 255\n", "0 bytes|no picture|damaged"),
        (b"GIF89a\x00\x00\x00\x00\x00\x00\x00", "no picture|damaged"),
        (png(0, 0, 8, 2, b""), "no picture|damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", "EPS"),
        (encoded(PILImage.new("F", (2, 2), 0.5), "TIFF"), "no known range"),
        (encoded(PILImage.new("I", (2, 2), 70_000), "TIFF"), "no known range"),
        (encoded(PILImage.new("I", (2, 2), -1), "TIFF"), "no known range"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        read_image(data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM"])
def test_a_truncated_file_is_refused(form: str) -> None:
    data = encoded(PILImage.fromarray(noise(64, 64)), form)
    with pytest.raises(ModelError, match=f"an image of {len(data) // 2} bytes"):
        read_image(data[: len(data) // 2])


@given(st.data())
def test_damage_never_gets_past_as_another_error(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")))
    good = bytearray(encoded(PILImage.fromarray(noise(16, 16)), form))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ModelError):
        assert read_image(bytes(good)).pixels.dtype == np.uint8


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("share", [0.9, 0.4])
def test_a_decompression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Above Pillow's limit there is a warning, here made an error; above twice of it an error."""
    monkeypatch.setattr(PILImage, "MAX_IMAGE_PIXELS", int(60_000**2 * share))
    with pytest.raises(ModelError, match="too large to decode"):
        read_image(png(60_000, 60_000, 8, 2, b""))


def test_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"nonsense")
    for path in (tmp_path / "shot.png", tmp_path / "none.png", tmp_path):
        with pytest.raises(ModelError, match=path.name):
            read_image(path)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 200), (200, 1), (3, 600), (5000, 25)])
def test_extreme_sizes_work(height: int, width: int) -> None:
    image = read_image(encoded(PILImage.new("RGB", (width, height), "red")))
    assert image.pixels.shape == (height, width, 3)
    assert np.isfinite(Preprocessor().patches(image)).all()


def test_a_thread_of_pixels_is_decoded_but_not_encoded() -> None:
    image = read_image(encoded(PILImage.new("RGB", (1, 10_000))))
    with pytest.raises(ModelError, match="1×10000 is too narrow: one side is over 200 times"):
        Preprocessor().grid(image)

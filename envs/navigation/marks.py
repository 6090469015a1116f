"""Numbered markers and object boxes, drawn over a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from envs.navigation.skybox import Picture

PLACE, OBJECT = (20, 60, 200), (220, 90, 0)
_WHITE = (255, 255, 255)
_SIZE = 20
_Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbered disc at a point, in pixels."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A labelled box around an object, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def draw(picture: Picture, markers: list[Marker], frames: list[Frame]) -> Picture:
    """The picture with boxes, then markers. A label that would cover another is moved, with a line to its point."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    taken: list[_Rectangle] = []
    for frame in frames:
        pen.rectangle((frame.left, frame.top, frame.right, frame.bottom), outline=OBJECT, width=2)
    # All lines before all discs, so that no line crosses a number.
    ordered = sorted(markers, key=lambda one: (one.x, one.y))
    discs = [_disc(pen, image.size, marker, taken) for marker in ordered]
    for marker, disc in zip(ordered, discs, strict=True):
        _lead(pen, image.size, marker, disc)
    for marker, (left, top, right, bottom) in zip(ordered, discs, strict=True):
        pen.rounded_rectangle((left, top, right, bottom), radius=_SIZE * 0.7, fill=PLACE, outline=_WHITE, width=2)
        pen.text(((left + right) / 2, (top + bottom) / 2), marker.text, font=font(_SIZE), fill=_WHITE, anchor="mm")
    for frame in frames:
        _label(pen, image.size, frame, taken)
    return np.array(image, dtype=np.uint8)


def _disc(pen: ImageDraw.ImageDraw, size: tuple[int, int], marker: Marker, taken: list[_Rectangle]) -> _Rectangle:
    width = max(_SIZE * 1.4, pen.textlength(marker.text, font=font(_SIZE)) + 10)
    return _free((marker.x - width / 2, marker.y - _SIZE * 0.7, width, _SIZE * 1.4), size, taken)


def _lead(pen: ImageDraw.ImageDraw, size: tuple[int, int], marker: Marker, disc: _Rectangle) -> None:
    """A line from a marker's point to its disc, where that had to move away."""
    point = (min(max(marker.x, 3.0), size[0] - 3.0), min(max(marker.y, 3.0), size[1] - 3.0))
    left, top, right, bottom = disc
    if not left <= point[0] <= right or not top <= point[1] <= bottom:
        pen.line((*point, (left + right) / 2, (top + bottom) / 2), fill=PLACE, width=3)
        pen.ellipse((point[0] - 4, point[1] - 4, point[0] + 4, point[1] + 4), fill=PLACE, outline=_WHITE)


def _label(pen: ImageDraw.ImageDraw, size: tuple[int, int], frame: Frame, taken: list[_Rectangle]) -> None:
    width = pen.textlength(frame.text, font=font(_SIZE - 4)) + 6
    left, top, right, bottom = _free((frame.left, frame.top, width, float(_SIZE)), size, taken)
    pen.rectangle((left, top, right, bottom), fill=OBJECT)
    pen.text(((left + right) / 2, (top + bottom) / 2), frame.text, font=font(_SIZE - 4), fill=_WHITE, anchor="mm")


def _free(wish: _Rectangle, size: tuple[int, int], taken: list[_Rectangle]) -> _Rectangle:
    """Room for a label of (left, top, width, height) near where it is wished, inside the picture."""
    width, height = wish[2:]
    left = min(max(wish[0], 1.0), max(1.0, size[0] - width - 2))
    start = min(max(wish[1], 1.0), max(1.0, size[1] - height - 2))
    steps = [sign * k * (height + 2) for k in range(8) for sign in ((1, -1) if k else (1,))]
    for step in steps:
        place = (left, start + step, left + width, start + step + height)
        if place[1] >= 0 and place[3] < size[1] and not any(_overlap(place, other) for other in taken):
            break
    else:
        place = (left, start, left + width, start + height)
    taken.append(place)
    return place


def _overlap(a: _Rectangle, b: _Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font Pillow ships. Raises RuntimeError where Pillow cannot draw it."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; reinstall it from a wheel: pip install pillow")
    return found

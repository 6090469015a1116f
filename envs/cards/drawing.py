"""Draws the games on 300×300 RGB: tiles for cards, suits as shapes, text in the font Pillow ships.

Everything sits on a grid of 75-pixel cells, four by four, so that a card looks the same wherever it lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIZE = 300
CELL = 75
_TILE = 69
_MARGIN = 3
FELT = (53, 101, 77)
WHITE = (255, 255, 255)
_RED, _BLACK, _BLUE = (200, 20, 20), (15, 15, 15), (40, 70, 150)
RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
SUITS = ("clubs", "diamonds", "hearts", "spades")


@dataclass(frozen=True, slots=True)
class Card:
    """A playing card: a rank of RANKS and a suit of SUITS."""

    rank: str
    suit: str

    @property
    def value(self) -> int:
        """Ace 1, faces 10."""
        return 1 if self.rank == "A" else int(self.rank) if self.rank.isdigit() else 10


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; reinstall it from a wheel: pip install pillow")
    return font


def canvas(background: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (SIZE, SIZE), background)


def to_array(image: Image.Image) -> NDArray[np.uint8]:
    return np.array(image, dtype=np.uint8)


def write(image: Image.Image, text: str, x: float, y: float, size: int, fill: tuple[int, int, int]) -> None:
    ImageDraw.Draw(image).text((x, y), text, font=_font(size), fill=fill, stroke_width=max(1, size // 24))


def write_wrapped(image: Image.Image, words: Sequence[str], x: int, y: int, size: int) -> None:
    """White words on as many lines as the canvas needs; used for the formula so far."""
    font, line, top = _font(size), "", y
    for word in words:
        longer = f"{line} {word}".strip()
        if font.getlength(longer) > SIZE - 2 * x and line:
            write(image, line, x, top, size, WHITE)
            line, top = word, top + size + 4
        else:
            line = longer
    write(image, line, x, top, size, WHITE)


def place(image: Image.Image, card: Card | None, column: float, row: int) -> None:
    """Put a card (None: face down) into a cell; a fractional column lets a long hand overlap."""
    tile = _back() if card is None else _face(card.rank, card.suit)
    image.paste(tile, (round(column * CELL) + _MARGIN, row * CELL + _MARGIN))


def place_rows(image: Image.Image, cards: Sequence[Card], first_row: int, rows: int) -> None:
    """Lay cards left to right over `rows` rows; past four a row they overlap, each rank staying visible."""
    columns = max(4, -(-len(cards) // rows))
    pitch = 4 / columns if columns > 4 else 1.0
    for index, card in enumerate(cards):
        place(image, card, (index % columns) * pitch, first_row + index // columns)


@cache
def _face(rank: str, suit: str) -> Image.Image:
    tile = Image.new("RGB", (_TILE, _TILE), WHITE)
    colour = _RED if suit in ("diamonds", "hearts") else _BLACK
    draw = ImageDraw.Draw(tile)
    draw.rectangle((0, 0, _TILE - 1, _TILE - 1), outline=(120, 120, 120))
    size = 52 if len(rank) == 1 else 44
    draw.text((3, 22), rank, font=_font(size), fill=colour, stroke_width=2, anchor="lm")
    _suit(draw, suit, _TILE - 15, _TILE - 15, 11, colour)
    return tile


@cache
def _back() -> Image.Image:
    tile = Image.new("RGB", (_TILE, _TILE), _BLUE)
    draw = ImageDraw.Draw(tile)
    for offset in range(-_TILE, _TILE, 12):
        draw.line((offset, 0, offset + _TILE, _TILE), fill=WHITE, width=2)
        draw.line((offset + _TILE, 0, offset, _TILE), fill=WHITE, width=2)
    draw.rectangle((0, 0, _TILE - 1, _TILE - 1), outline=WHITE, width=4)
    return tile


def _suit(draw: ImageDraw.ImageDraw, suit: str, x: int, y: int, r: int, fill: tuple[int, int, int]) -> None:
    """A suit of radius r centred on (x, y), from circles and polygons."""

    def disc(cx: float, cy: float, radius: float) -> None:
        draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=fill)

    half = r / 2
    stem = [(x - half / 2, y + r), (x + half / 2, y + r), (x, y)]
    if suit == "diamonds":
        draw.polygon([(x, y - r), (x + 0.75 * r, y), (x, y + r), (x - 0.75 * r, y)], fill=fill)
    elif suit == "hearts":
        disc(x - half, y - half / 2, half)
        disc(x + half, y - half / 2, half)
        draw.polygon([(x - 0.95 * r, y), (x + 0.95 * r, y), (x, y + r)], fill=fill)
    elif suit == "spades":
        disc(x - half, y + half / 2, half)
        disc(x + half, y + half / 2, half)
        draw.polygon([(x - 0.95 * r, y + half / 4), (x + 0.95 * r, y + half / 4), (x, y - r)], fill=fill)
        draw.polygon(stem, fill=fill)
    else:
        disc(x, y - half, half)
        disc(x - half, y + half / 3, half)
        disc(x + half, y + half / 3, half)
        draw.polygon(stem, fill=fill)

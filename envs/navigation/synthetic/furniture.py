"""Furniture as boxes: what each piece is made of, before it stands anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Colour = tuple[int, int, int]
COLOURS: dict[str, Colour] = {
    "red": (200, 40, 40),
    "blue": (45, 85, 200),
    "green": (45, 140, 60),
    "yellow": (235, 200, 50),
    "white": (238, 238, 232),
    "black": (42, 42, 46),
    "purple": (130, 60, 160),
    "orange": (235, 130, 40),
    "pink": (235, 145, 180),
}
WOOD: Colour = (146, 100, 60)
STEEL: Colour = (170, 175, 180)


@dataclass(frozen=True, slots=True)
class Part:
    """A box of a piece: x along the wall from the piece's middle, y away from the wall, z up; low and high corners."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    colour: Colour
    texture: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """How large a piece is and how it is made; `paints` are the colours it comes in, none for those of its own."""

    noun: str
    width: float
    depth: float
    height: float
    make: Callable[[float, float, float, Colour], list[Part]]
    paints: tuple[str, ...] = tuple(COLOURS)
    hung: float = 0.0
    """The height it hangs at; 0 stands on the floor."""
    top: bool = False
    """Whether small things may stand on it."""


def _slab(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    return [Part((-width / 2, 0, 0), (width / 2, depth, height), colour)]


def _textured(texture: str) -> Callable[[float, float, float, Colour], list[Part]]:
    def make(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
        return [Part((-width / 2, 0, 0), (width / 2, depth, height), colour, texture)]

    return make


def _legs(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    thick, found = 0.06, []
    for x in (-width / 2, width / 2 - thick):
        for y in (0.0, depth - thick):
            found.append(Part((x, y, 0), (x + thick, y + thick, height), colour))
    return found


def _table(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    top = Part((-width / 2, 0, height - 0.05), (width / 2, depth, height), colour)
    return [top, *_legs(width, depth, height - 0.05, WOOD)]


def _chair(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    seat = Part((-width / 2, 0, 0.42), (width / 2, depth, 0.47), colour)
    back = Part((-width / 2, 0, 0.47), (width / 2, 0.06, height), colour)
    return [seat, back, *_legs(width, depth, 0.42, WOOD)]


def _sofa(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    dark: Colour = (colour[0] * 3 // 4, colour[1] * 3 // 4, colour[2] * 3 // 4)
    return [
        Part((-x, 0, 0.08), (x, depth, 0.42), colour),
        Part((-x, 0, 0.42), (x, 0.25, height), dark),
        Part((-x, 0.25, 0.42), (-x + 0.2, depth, 0.6), dark),
        Part((x - 0.2, 0.25, 0.42), (x, depth, 0.6), dark),
    ]


def _bed(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-x, 0, 0), (x, 0.08, height), WOOD),
        Part((-x, 0.08, 0), (x, depth, 0.3), WOOD),
        Part((-x + 0.03, 0.08, 0.3), (x - 0.03, depth - 0.02, 0.5), colour),
        Part((-x + 0.15, 0.12, 0.5), (x - 0.15, 0.5, 0.6), (250, 250, 250)),
    ]


def _bath(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x, rim = width / 2, 0.08
    return [
        Part((-x, 0, 0), (x, rim, height), colour),
        Part((-x, depth - rim, 0), (x, depth, height), colour),
        Part((-x, rim, 0), (-x + rim, depth - rim, height), colour),
        Part((x - rim, rim, 0), (x, depth - rim, height), colour),
        Part((-x + rim, rim, 0), (x - rim, depth - rim, height * 0.7), (150, 205, 230)),
    ]


def _toilet(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-x, 0, 0.38), (x, 0.18, height), colour),
        Part((-x * 0.8, 0.18, 0), (x * 0.8, depth, 0.38), colour),
        Part((-x * 0.5, 0.28, 0.38), (x * 0.5, depth - 0.08, 0.39), (90, 110, 130)),
    ]


def _basin(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-0.1, 0, 0), (0.1, 0.2, height - 0.15), colour),
        Part((-x, 0, height - 0.15), (x, depth, height), colour),
        Part((-x + 0.08, 0.1, height), (x - 0.08, depth - 0.06, height + 0.005), (150, 205, 230)),
        Part((-0.02, 0.02, height), (0.02, 0.06, height + 0.18), STEEL),
    ]


def _stove(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x, plates = width / 2, []
    for px in (-0.15, 0.15):
        for py in (0.18, 0.44):
            plates.append(Part((px - 0.08, py - 0.08, height), (px + 0.08, py + 0.08, height + 0.015), (30, 30, 30)))
    oven = Part((-x + 0.06, depth, 0.2), (x - 0.06, depth + 0.01, 0.65), (30, 30, 34))
    return [Part((-x, 0, 0), (x, depth, height), colour), oven, *plates]


def _cupboard(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    """Two doors with handles: wardrobes, fridges, counters."""
    x = width / 2
    return [
        Part((-x, 0, 0), (x, depth, height), colour),
        Part((-0.008, depth, 0.05), (0.008, depth + 0.006, height - 0.05), (60, 50, 45)),
        Part((-0.09, depth, height * 0.45), (-0.06, depth + 0.03, height * 0.58), STEEL),
        Part((0.06, depth, height * 0.45), (0.09, depth + 0.03, height * 0.58), STEEL),
    ]


def _counter(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    top = Part((-width / 2, 0, height - 0.05), (width / 2, depth, height), (225, 220, 205))
    return [*_cupboard(width, depth - 0.04, height - 0.05, colour), top]


def _plant(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x, leaf = width / 2, (40, 120, 50)
    return [
        Part((-x * 0.6, depth * 0.2, 0), (x * 0.6, depth * 0.8, 0.35), colour),
        Part((-0.03, depth / 2 - 0.03, 0.35), (0.03, depth / 2 + 0.03, 0.7), WOOD),
        Part((-x, 0, 0.65), (x, depth, height * 0.85), leaf),
        Part((-x * 0.6, depth * 0.2, height * 0.85), (x * 0.6, depth * 0.8, height), (60, 150, 70)),
    ]


def _lamp(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    y = depth / 2
    return [
        Part((-0.12, y - 0.12, 0), (0.12, y + 0.12, 0.04), STEEL),
        Part((-0.02, y - 0.02, 0.04), (0.02, y + 0.02, height - 0.3), STEEL),
        Part((-width / 2, 0, height - 0.3), (width / 2, depth, height), colour),
    ]


def _piano(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-x, 0, 0), (x, depth * 0.5, height), colour),
        Part((-x, depth * 0.5, 0.6), (x, depth, 0.72), colour),
        Part((-x + 0.08, depth * 0.55, 0.72), (x - 0.08, depth - 0.03, 0.735), (245, 245, 240), "keys"),
        Part((-x, depth - 0.08, 0), (-x + 0.08, depth, 0.6), colour),
        Part((x - 0.08, depth - 0.08, 0), (x, depth, 0.6), colour),
    ]


def _treadmill(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-x, 0, 0), (x, depth, 0.15), (50, 50, 55)),
        Part((-x + 0.08, 0.2, 0.15), (x - 0.08, depth, 0.17), (25, 25, 25)),
        Part((-x, 0, 0.15), (-x + 0.06, 0.06, height), STEEL),
        Part((x - 0.06, 0, 0.15), (x, 0.06, height), STEEL),
        Part((-x, 0, height - 0.25), (x, 0.12, height), colour),
    ]


def _crate(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x = width / 2
    return [
        Part((-x, 0, 0), (x, depth, height), colour),
        Part((-0.04, 0, 0), (0.04, depth + 0.003, height + 0.003), (225, 205, 160)),
    ]


def _teddy(width: float, depth: float, height: float, colour: Colour) -> list[Part]:
    x, y = width / 2, depth / 2
    return [
        Part((-x, 0, 0), (x, depth, height * 0.55), colour),
        Part((-x * 0.7, y * 0.3, height * 0.55), (x * 0.7, y * 1.7, height * 0.9), colour),
        Part((-x * 0.7, y * 0.7, height * 0.9), (-x * 0.3, y * 1.2, height), colour),
        Part((x * 0.3, y * 0.7, height * 0.9), (x * 0.7, y * 1.2, height), colour),
    ]


PLAIN = ("white",)
DESIGNS: dict[str, Design] = {
    one.noun: one
    for one in (
        Design("table", 1.3, 0.85, 0.75, _table, top=True),
        Design("desk", 1.3, 0.65, 0.75, _table, ("white", "black", "red", "blue"), top=True),
        Design("chair", 0.45, 0.45, 0.95, _chair),
        Design("armchair", 0.9, 0.8, 0.85, _sofa),
        Design("sofa", 1.9, 0.85, 0.8, _sofa),
        Design("bed", 1.5, 2.0, 0.95, _bed),
        Design("wardrobe", 1.2, 0.6, 2.0, _cupboard),
        Design("chest", 0.9, 0.45, 0.8, _cupboard, top=True),
        Design("counter", 1.6, 0.6, 0.9, _counter, ("blue", "green", "red", "white"), top=True),
        Design("fridge", 0.7, 0.65, 1.8, _cupboard, ("white", "black", "red")),
        Design("stove", 0.6, 0.6, 0.9, _stove, ("white", "red", "green")),
        Design("bathtub", 1.6, 0.75, 0.55, _bath, PLAIN),
        Design("toilet", 0.42, 0.65, 0.8, _toilet, PLAIN),
        Design("basin", 0.6, 0.45, 0.85, _basin, PLAIN),
        Design("bookcase", 1.2, 0.35, 1.9, _textured("books"), ()),
        Design("washing machine", 0.6, 0.6, 0.85, _textured("washer"), PLAIN),
        Design("laundry basket", 0.5, 0.4, 0.6, _slab),
        Design("plant", 0.5, 0.5, 1.3, _plant, ("red", "blue", "white", "yellow")),
        Design("floor lamp", 0.4, 0.4, 1.6, _lamp),
        Design("piano", 1.4, 0.6, 1.15, _piano, ("black", "white")),
        Design("treadmill", 0.75, 1.5, 1.3, _treadmill),
        Design("bench", 1.1, 0.4, 0.45, _table),
        Design("crate", 0.6, 0.5, 0.5, _crate),
        Design("toy chest", 0.8, 0.45, 0.5, _slab, top=True),
        Design("painting", 0.8, 0.03, 0.6, _textured("painting"), ("red", "blue", "green", "yellow", "purple"), 1.25),
        Design("mirror", 0.6, 0.03, 0.8, _textured("mirror"), (), 1.1),
        Design("clock", 0.4, 0.04, 0.4, _textured("clock"), (), 1.7),
        Design("television", 1.1, 0.06, 0.65, _textured("screen"), (), 1.0),
        Design("vase", 0.14, 0.14, 0.32, _slab),
        Design("teddy bear", 0.26, 0.22, 0.38, _teddy, ("orange", "pink", "white", "blue")),
        Design("kettle", 0.2, 0.2, 0.24, _slab, ("red", "blue", "black", "yellow")),
        Design("bowl", 0.28, 0.28, 0.12, _slab),
        Design("book", 0.22, 0.3, 0.07, _slab),
        Design("lamp", 0.26, 0.26, 0.45, _lamp),
    )
}
SMALL = ("vase", "teddy bear", "kettle", "bowl", "book", "lamp")

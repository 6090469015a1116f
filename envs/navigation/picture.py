"""The one image of a step: all around with markers, or a tile for each candidate and each object."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envs.navigation.angles import Direction, turn
from envs.navigation.marks import Frame, Marker, draw
from envs.navigation.objects import SeenObject
from envs.navigation.projection import Panorama, Perspective
from envs.navigation.skybox import Picture, Sphere

_PATCH = 28
_FOV = math.radians(60)
_GRIDS = ((2, 1), (3, 2), (4, 2), (4, 3), (5, 4), (7, 6), (10, 8))
"""Columns and rows of tiles; the real graphs have up to 13 candidates a viewpoint, and objects all around."""
_EMPTY = 40
_EDGE = 12.0
"""Pixels of a box that would lie outside."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a step shows: where the agent looks, the numbered directions it can go, and the marked objects."""

    heading: float
    places: Sequence[tuple[int, Direction]]
    objects: Sequence[tuple[str, SeenObject]]
    """Each with its label."""


def panorama_height(width: int) -> int:
    """Of a picture of about 35 degrees up and down, in whole patches of Qwen2-VL's 28 pixels."""
    return max(1, round(width * 0.225 / _PATCH)) * _PATCH


def tiles_height(width: int) -> int:
    return max(1, round(width * 0.45 / _PATCH)) * _PATCH


def panorama(sphere: Sphere, sight: Sight, width: int) -> Picture:
    """(panorama_height, width, 3): all around, straight ahead in the middle."""
    view = Panorama(sight.heading, width, panorama_height(width))
    markers = [Marker(str(number), *view.place(direction)) for number, direction in sight.places]
    frames = []
    for label, one in sight.objects:
        x = view.place(one.middle)[0]
        half = one.half_width * view.focal
        # What is above or below the picture is drawn at its edge: it can be meant.
        top = min(max(2.0, view.place(Direction(one.heading, one.high, 0))[1]), view.height - _EDGE)
        bottom = max(min(view.height - 3.0, view.place(Direction(one.heading, one.low, 0))[1]), top + _EDGE / 2)
        # What lies across the seam behind the agent is drawn at both ends.
        for shift in (-width, 0, width):
            left, right = x - half + shift, x + half + shift
            if right > 2 and left < width - 3:
                frames.append(Frame(label, max(left, 2.0), top, min(right, width - 3.0), bottom))
    return draw(sphere.look(view.rays()), markers, frames)


def beyond(one: SeenObject, width: int) -> str:
    """Where an object is that lies wholly outside a panorama of that width: above the picture, or below it; else ""."""
    view = Panorama(0.0, width, panorama_height(width))
    top, bottom = (view.place(Direction(one.heading, steep, 0))[1] for steep in (one.high, one.low))
    if bottom <= 0:
        return "above the picture"
    return "below the picture" if top >= view.height else ""


def tiles(sphere: Sphere, sight: Sight, width: int) -> Picture:
    """(tiles_height, width, 3): perspective views centred on each candidate and on objects that none of these shows.

    From left to right; every object has a frame in one of them.
    """
    height = tiles_height(width)
    for columns, rows in _GRIDS:
        across, down = width // columns, height // rows
        centres = _centres(sight, across - 4, down - 4)
        if len(centres) <= columns * rows:
            break
    sheet = np.full((height, width, 3), _EMPTY, np.uint8)
    ordered = sorted(centres, key=lambda centre: turn(centre[1].heading - sight.heading))
    for cell, (number, view) in enumerate(ordered[: columns * rows]):
        marker = [] if number is None else [Marker(str(number), view.width / 2, view.height / 2)]
        tile = draw(sphere.look(view.rays()), marker, _frames(view, sight.objects))
        top, left = cell // columns * down + 2, cell % columns * across + 2
        sheet[top : top + view.height, left : left + view.width] = tile
    return sheet


def _centres(sight: Sight, width: int, height: int) -> list[tuple[int | None, Perspective]]:
    """The views of the tiles of a size in pixels, with the candidate's number; None where only an object is shown."""
    found: list[tuple[int | None, Perspective]] = [
        (number, Perspective(direction.heading, direction.elevation, _FOV, width, height))
        for number, direction in sight.places
    ]
    for label, one in sight.objects:
        if not any(_frames(view, [(label, one)]) for _, view in found):
            found.append((None, Perspective(one.middle.heading, one.middle.elevation, _FOV, width, height)))
    return found


def _frames(view: Perspective, objects: Sequence[tuple[str, SeenObject]]) -> list[Frame]:
    found = []
    for label, one in objects:
        if math.cos(one.heading - view.heading) < math.cos(math.radians(35)):
            continue
        spots = [
            view.place(Direction(one.heading + side * one.half_width, steep, 0))
            for side in (-1, -0.5, 0, 0.5, 1)
            for steep in (one.low, one.middle.elevation, one.high)
        ]
        points = [spot for spot in spots if spot is not None]  # what lies behind is cut off, the rest is framed
        if not points:
            continue
        left, right = _clipped([x for x, _ in points], view.width)
        top, bottom = _clipped([y for _, y in points], view.height)
        if left < right and top < bottom:
            found.append(Frame(label, left, top, right, bottom))
    return found


def _clipped(values: Sequence[float], size: int) -> tuple[float, float]:
    """From least to greatest, at least a few pixels, inside a picture of that size; the wrong way round if outside."""
    least, greatest = min(values), max(values)
    pad = max(0.0, _EDGE / 2 - (greatest - least)) / 2
    return max(2.0, least - pad), min(size - 3.0, greatest + pad)

"""The one image of a step: all around with markers, or a tile for each candidate."""

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
_GRIDS = ((2, 1), (3, 2), (4, 2), (4, 3), (5, 4), (7, 6))
"""Columns and rows of tiles; the real graphs have up to 13 candidates a viewpoint."""
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


def tiles(sphere: Sphere, sight: Sight, width: int) -> Picture:
    """(tiles_height, width, 3): a perspective view centred on each candidate, from left to right."""
    height = tiles_height(width)
    columns, rows = next(grid for grid in _GRIDS if grid[0] * grid[1] >= len(sight.places) or grid is _GRIDS[-1])
    across, down = width // columns, height // rows
    sheet = np.full((height, width, 3), _EMPTY, np.uint8)
    ordered = sorted(sight.places, key=lambda place: turn(place[1].heading - sight.heading))
    for cell, (number, direction) in enumerate(ordered[: columns * rows]):
        view = Perspective(direction.heading, direction.elevation, _FOV, across - 4, down - 4)
        marker = [Marker(str(number), view.width / 2, view.height / 2)]
        tile = draw(sphere.look(view.rays()), marker, _frames(view, sight.objects))
        top, left = cell // columns * down + 2, cell % columns * across + 2
        sheet[top : top + view.height, left : left + view.width] = tile
    return sheet


def _frames(view: Perspective, objects: Sequence[tuple[str, SeenObject]]) -> list[Frame]:
    found = []
    for label, one in objects:
        if math.cos(one.heading - view.heading) < math.cos(math.radians(35)):
            continue
        corners = [
            view.place(Direction(one.heading + side * one.half_width, steep, 0))
            for side in (-1, 1)
            for steep in (one.low, one.high)
        ]
        points = [corner for corner in corners if corner is not None]
        if len(points) < len(corners):
            continue
        left, right = max(2.0, min(x for x, _ in points)), min(view.width - 3.0, max(x for x, _ in points))
        top, bottom = max(2.0, min(y for _, y in points)), min(view.height - 3.0, max(y for _, y in points))
        if left < right and top < bottom:
            found.append(Frame(label, left, top, right, bottom))
    return found

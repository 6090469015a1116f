"""The objects of REVERIE: which are seen from a viewpoint, where, and from where a target is seen."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from envs.base import EnvError
from envs.navigation.angles import VIEWS, Direction, elevation_of, heading_of, turn
from envs.navigation.projection import Perspective, Rays
from envs.navigation.views import FOV

_WIDTH, _HEIGHT = 640, 480


@dataclass(frozen=True, slots=True)
class SeenObject:
    """An object within three metres of a viewpoint, and the directions it spans in the world, in radians."""

    id: str
    name: str
    heading: float
    """Of its middle."""
    half_width: float
    """Heading to either side of the middle."""
    low: float
    high: float
    """Elevations."""
    views: tuple[int, ...] = ()
    """The discretised views that show it: REVERIE's visible_pos. None when empty, and then no goal."""

    @property
    def middle(self) -> Direction:
        return Direction(self.heading, (self.low + self.high) / 2, 0.0)


Seen = dict[str, tuple[SeenObject, ...]]


@lru_cache(maxsize=32)
def load_objects(file: Path) -> Seen:
    """The objects by viewpoint of a scan's file, packed as {viewpoint: {id: {name, visible_pos, bbox2d}}}.

    Raises:
        EnvError: which names the file, the viewpoint and the object.
    """
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EnvError(f"there are no object boxes: {file} is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise EnvError(f"{file} cannot be read as object boxes: {error}") from error
    if not isinstance(entries, dict) or not all(isinstance(objects, dict) for objects in entries.values()):
        raise EnvError(f"{file} is not made of objects by viewpoint")
    return {
        viewpoint: tuple(
            _seen(name, entry, f"{file}, {viewpoint[:64]!r}, object {name[:64]!r}") for name, entry in objects.items()
        )
        for viewpoint, objects in entries.items()
    }


def _seen(identity: str, entry: Any, where: str) -> SeenObject:
    try:
        name, views, boxes = str(entry["name"]), list(entry["visible_pos"]), list(entry["bbox2d"])
        if not all(0 <= int(view) < VIEWS for view in views):
            raise EnvError(f"{where} is seen in a view that is none of the {VIEWS}")
        corners = [_spans(int(view), *map(float, box)) for view, box in zip(views, boxes, strict=True)]
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise EnvError(f"{where} has no name, visible_pos and bbox2d that go together") from error
    if not corners:
        return SeenObject(identity, name, 0.0, 0.0, 0.0, 0.0)
    heading, half_width, low, high = _union(corners)
    return SeenObject(identity, name, heading, half_width, low, high, tuple(int(view) for view in views))


def _spans(view: int, x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """The left and right heading, and the least and greatest elevation, of a box of pixels in a view."""
    rays, middle = _rays(view), heading_of(view)
    columns = [min(max(int(at), 0), _WIDTH - 1) for at in (x, x + width / 2, x + width)]
    lines = [min(max(int(at), 0), _HEIGHT - 1) for at in (y, y + height / 2, y + height)]
    local = rays.columns[:, columns, None] + rays.rows[:, None, lines]
    sides = np.remainder(np.arctan2(local[0], local[1]) - middle + math.pi, 2 * math.pi) - math.pi
    steep = np.arctan2(local[2], np.hypot(local[0], local[1]))
    return middle + float(sides.min()), middle + float(sides.max()), float(steep.min()), float(steep.max())


@cache
def _rays(view: int) -> Rays:
    return Perspective(heading_of(view), elevation_of(view), FOV, _WIDTH, _HEIGHT).rays()


def _union(spans: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """Middle heading, half the width, least and greatest elevation of all spans together."""
    anchor = (spans[0][0] + spans[0][1]) / 2
    left = min(turn(span[0] - anchor) for span in spans)
    right = max(turn(span[1] - anchor) for span in spans)
    if right < left:
        left, right = -math.pi, math.pi
    return anchor + (left + right) / 2, (right - left) / 2, min(s[2] for s in spans), max(s[3] for s in spans)

"""Which things are seen from a viewpoint of a building, by lines of sight: the rule of REVERIE's boxes."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np

from envs.navigation.angles import Direction, direction_of, turn, view_of
from envs.navigation.objects import SeenObject
from envs.navigation.synthetic.building import Building
from envs.navigation.synthetic.furnish import Piece
from envs.navigation.synthetic.waypoints import graph

_FAR = 3.0
"""Metres: REVERIE marks objects that are no further (its README, section 5)."""


@lru_cache(maxsize=4096)
def objects(building: Building, viewpoint: str) -> tuple[SeenObject, ...]:
    """The things of the building that are seen from a viewpoint."""
    return tuple(seen for piece in building.pieces if (seen := see(building, viewpoint, piece)) is not None)


def goals(building: Building, piece: Piece) -> frozenset[str]:
    """The viewpoints a piece is seen from."""
    return frozenset(one for one in graph(building).ids if see(building, one, piece) is not None)


@lru_cache(maxsize=16384)
def see(building: Building, viewpoint: str, piece: Piece) -> SeenObject | None:
    """A piece as seen from a viewpoint; None when it is further than 3 m or hidden.

    It is seen when half of nine points of one of its boxes are in sight.
    """
    eye = graph(building).position(viewpoint)
    near = (min(max(eye[0], piece.area.x0), piece.area.x1), min(max(eye[1], piece.area.y0), piece.area.y1))
    if math.dist(near, (float(eye[0]), float(eye[1]))) > _FAR:
        return None
    if not any(building.clear(eye, _points(solid.low, solid.high, 0.8), piece.id).sum() >= 5 for solid in piece.solids):
        return None
    corners = np.concatenate([_points(solid.low, solid.high, 1.0)[:8] for solid in piece.solids])
    found = [direction_of(corner - eye) for corner in corners]
    anchor = direction_of(corners.mean(axis=0) - eye).heading
    sides = [turn(one.heading - anchor) for one in found]
    steep = [one.elevation for one in found]
    middle = anchor + (min(sides) + max(sides)) / 2
    views = _views(Direction(middle, (min(steep) + max(steep)) / 2, 0.0))
    half = (max(sides) - min(sides)) / 2
    return SeenObject(piece.id, piece.name, middle, half, min(steep), max(steep), views)


def _points(low: tuple[float, float, float], high: tuple[float, float, float], part: float) -> np.ndarray:
    """The corners of a box drawn together to a part of its size, (8, 3), and its middle."""
    middle, half = (np.array(low) + np.array(high)) / 2, (np.array(high) - np.array(low)) / 2 * part
    corners = [middle + half * np.array(signs) for signs in itertools.product((-1.0, 1.0), repeat=3)]
    return np.array([*corners, middle])


def _views(middle: Direction) -> tuple[int, ...]:
    return (view_of(middle.heading, middle.elevation),)

"""In or on what each thing lies, from the places alone: ALFRED's poses do not say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from envs.thor.standin import ids
from envs.thor.standin.kinds import Trait
from envs.thor.standin.thing import Thing

_FAR = 0.45  # metres beyond which a thing lies on the floor, or on something that is not known
_RANGES: dict[str, tuple[float, float, float, float, float]] = {
    # half the width; lowest and highest height from the id's position; nearest and farthest depth from it
    "Cabinet": (0.32, -0.56, 0.30, 0.0, 0.5),
    "Drawer": (0.30, -0.12, 0.03, -0.05, 0.45),
    "Fridge": (0.36, 0.30, 1.80, -0.32, 0.32),
    "Microwave": (0.24, -0.02, 0.25, -0.16, 0.16),
    "Safe": (0.22, -0.02, 0.35, -0.2, 0.2),
    "GarbageCan": (0.17, -0.02, 0.40, -0.17, 0.17),
    "LaundryHamper": (0.22, -0.02, 0.60, -0.2, 0.2),
    "SinkBasin": (0.30, -0.24, 0.06, -0.26, 0.26),
    "BathtubBasin": (0.72, -0.35, 0.25, -0.72, 0.72),
    "HandTowelHolder": (0.10, -0.35, 0.12, -0.12, 0.12),
    "TowelHolder": (0.30, -0.6, 0.12, -0.15, 0.15),
    "ToiletPaperHanger": (0.15, -0.3, 0.12, -0.15, 0.15),
    "CoffeeMachine": (0.20, -0.02, 0.15, -0.2, 0.2),
    "StoveBurner": (0.22, -0.05, 0.08, -0.2, 0.2),
    "Toilet": (0.50, 0.80, 1.20, -0.55, 0.55),
}


def parent(thing: Thing, receptacles: Sequence[Thing], told: str | None = None) -> Thing | None:
    """The receptacle a thing lies in or on, or None for the floor; `told` is its id, about, where somebody knows."""
    if told is not None:
        named = same(told, receptacles)
        if named is not None:
            return named
    best, least = None, _FAR
    for receptacle in receptacles:
        cost = distance(thing, receptacle)
        if cost < least:
            best, least = receptacle, cost
    return best


def same(object_id: str, receptacles: Iterable[Thing]) -> Thing | None:
    """The piece of furniture an id means: plans and files differ by a centimetre, and at basins by more."""
    named = ids.parse(object_id)
    best, least = None, 0.4 if named.kind.endswith("Basin") else 0.12
    for receptacle in receptacles:
        if receptacle.kind.name == named.kind:
            away = float(np.abs(receptacle.position - named.position).max())
            if away < least:
                best, least = receptacle, away
    return best


def distance(thing: Thing, receptacle: Thing) -> float:
    """How far, in metres, a thing is from where the receptacle's contents lie; infinite where it cannot be."""
    if receptacle.kind.takes and thing.kind.name not in receptacle.kind.takes:
        return math.inf
    if thing.size[1] > 0.35 and receptacle.kind.name in ("Cabinet", "Drawer"):
        return math.inf  # a plunger, a bat: these stand beside
    side, up, deep = receptacle.axes().T @ (thing.base + np.array([0, 0.005, 0]) - receptacle.position)
    if receptacle.kind.shape == "basin":  # nor is that of a basin always at its edge
        up = float(thing.base[1] - receptacle.base[1] - receptacle.size[1])
    if receptacle.kind.name == "Cabinet":  # its position may be at an edge of its door
        side = float((receptacle.axes().T @ (thing.base - receptacle.base))[0])
    if receptacle.kind.name in _RANGES:
        half, low, high, near, far = _RANGES[receptacle.kind.name]
        if receptacle.kind.name == "Drawer" and up > high + 0.04:
            return math.inf  # it lies on what is above
        out = np.array([max(abs(side) - half, 0), max(low - up, up - high, 0), max(near - deep, deep - far, 0)])
        first = -0.1 if receptacle.kind.takes else 0.02 if receptacle.kind.name == "Cabinet" else 0.0
        return float(np.linalg.norm(out) * (1 if out[1] == 0 else 2)) + first + 0.05 * abs(float(side))
    if not receptacle.has(Trait.RECEPTACLE) or receptacle.kind.shape == "none":
        return math.inf
    return _over(thing, receptacle)


def _over(thing: Thing, receptacle: Thing) -> float:
    """A surface: how far beside it, and how far above or below."""
    beside = receptacle.footprint().distance(float(thing.base[0]), float(thing.base[2]))
    bottom = float(thing.base[1])
    if receptacle.kind.anchor == "top":
        off = abs(bottom - receptacle.surface)
        near = 0.1 if receptacle.kind.shape == "counter" else 0.5  # counters are larger than anyone says
        return 0.02 + beside * near + max(0.0, off - 0.06) * 4 if off < 0.35 else math.inf
    above = bottom - float(receptacle.base[1])
    if above < 0.12:
        return math.inf
    usual = min(abs(above - receptacle.kind.surface), abs(bottom - float(receptacle.position[1])))
    return 0.04 + beside + 0.1 * usual

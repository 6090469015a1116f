"""Furniture and things from ids and poses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from envs.thor.standin import ids, kinds
from envs.thor.standin.ground import Ground
from envs.thor.standin.plan import Pose, ScenePlan, View
from envs.thor.standin.thing import Thing, box_of

_LEAST = {"CounterTop": 0.3, "Sink": 0.3, "SinkBasin": 0.3, "BathtubBasin": 0.2}
_STANDS = {"CounterTop": 0.8, "Sink": 0.72, "SinkBasin": 0.72, "BathtubBasin": 0.25, "Bathtub": 0.0}
_STANDING = frozenset({"bed", "chair", "cupboard", "table", "toilet"})


def fixed(object_id: str, view: View | None, ground: Ground) -> Thing:
    """A piece of furniture by its id. Raises ValueError for text that is not an id."""
    named = ids.parse(object_id)
    kind = kinds.find(named.kind)
    position = np.array(named.position)
    yaw = _facing(position, view, ground)
    if kind.shape in ("counter", "none"):
        yaw = 0.0
    base, size, pivot = box_of(kind, position, yaw)
    if kind.name == "FloorLamp" or (kind.shape in _STANDING and base[1] < 1.4):
        # The position of some is half-way up, or at the top: they stand on the floor all the same.
        base, pivot = base * [1, 0, 1], pivot + base * [0, 1, 0]
        if position[1] > 0.25:
            size = size * [1, max(position[1] / kind.surface, 1.0) if kind.surface else 1.0, 1]
    if position[1] < _LEAST.get(kind.name, -math.inf) or kind.name == "Bathtub":
        base = base * [1, 0, 1] + [0, _STANDS[kind.name], 0]  # the position may be that of the foot, or lower yet
        pivot = position - base
    name = f"{named.kind}_{abs(hash_of(object_id)):08x}"
    return Thing(object_id, kind, name, base, yaw, size, pivot, view=view)


def copied(old: Thing, new: Thing) -> Thing:
    """A piece of furniture made afresh, in the state it was in."""
    new.state = old.state
    return new


def good(pose: Pose) -> Thing:
    """A thing that can be carried, with an id made of where it lies."""
    kind = kinds.find(pose.kind)
    base, size, pivot = box_of(kind, np.array(pose.position), pose.rotation)
    return Thing(ids.write(pose.kind, *pose.position), kind, pose.name, base, pose.rotation, size, pivot)


def hash_of(text: str) -> int:
    """A number that is the same in every process: an object's name ends in one, as in AI2-THOR."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def _facing(position: np.ndarray[tuple[int, ...], np.dtype[np.float64]], view: View | None, ground: Ground) -> float:
    """Which way one who uses it looks, in degrees: as the view says, or from the nearest place to stand."""
    if view is not None:
        return view.rotation % 360
    x, z = ground.nearest(float(position[0]), float(position[2]))
    dx, dz = float(position[0]) - x, float(position[2]) - z
    if abs(dx) >= abs(dz):
        return 90.0 if dx >= 0 else 270.0
    return 0.0 if dz >= 0 else 180.0


def fittings(furniture: Sequence[Thing], plan: ScenePlan) -> Iterator[Thing]:
    """What belongs to a scene though no file says where: a faucet at each basin, and the sink around it."""
    named = {piece.kind.name for piece in furniture}
    for piece in furniture:
        if piece.kind.shape != "basin":
            continue
        around = "Sink" if piece.kind.name == "SinkBasin" else "Bathtub"
        x, y, z = (float(v) for v in piece.position)
        if around == "Sink" or "Bathtub" not in named:
            rim = fixed(ids.write(around, x, y, z), piece.view, plan.ground)
            rim.yaw = piece.yaw
            yield rim
        if "Faucet" not in named:
            back = piece.axes() @ np.array([0, 0, float(piece.size[2]) / 2 + 0.08])
            spot = piece.position + back
            top = y if y > 0.2 else float(piece.base[1] + piece.size[1])
            yield fixed(ids.write("Faucet", float(spot[0]), top, float(spot[2])), piece.view, plan.ground)

"""Where on a receptacle a thing is put down: a free spot, near the agent."""

from __future__ import annotations

import math

import numpy as np

from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.kinds import Trait
from envs.thor.standin.rect import Rect
from envs.thor.standin.thing import Floats, Thing
from envs.thor.standin.world import World

_STEP = 0.05
_NEAR = 0.75  # metres from the agent at which a spot is handiest


def find(world: World, held: Thing, receptacle: Thing, reach: float | None) -> Floats:
    """Bases, (n, 3), the best first, of a thing put into a receptacle. Raises FailedActionError if it does not fit."""
    kind = receptacle.kind
    if kind.takes and held.kind.name not in kind.takes:
        only = ", ".join(sorted(kind.takes))
        raise FailedActionError(f"{held.id} cannot be placed in {receptacle.id}: it takes only {only}.")
    contents = world.inside(receptacle)
    if len(contents) >= kind.capacity:
        raise FailedActionError(f"No valid positions to place object found: {receptacle.id} is full.")
    if not _fits(held, receptacle):
        raise FailedActionError(
            f"No valid positions to place object found: {held.id} is too large for {receptacle.id}."
        )
    if receptacle.has(Trait.PICKUPABLE) or kind.takes:
        return _upon(held, receptacle, len(contents))[None]
    found = spots(receptacle, held)
    if len(found) == 0:
        raise FailedActionError(f"No valid positions to place object found in {receptacle.id}.")
    away = np.hypot(found[:, 0] - world.agent.x, found[:, 2] - world.agent.z)
    if reach is not None and (away <= reach).any():
        found, away = found[away <= reach], away[away <= reach]
    crowding = np.zeros(len(found))
    for other in contents:
        room = (max(held.size[0], held.size[2]) + max(other.size[0], other.size[2])) / 2
        apart = np.hypot(found[:, 0] - other.base[0], found[:, 2] - other.base[2])
        same = np.abs(found[:, 1] - other.base[1]) < 0.15
        crowding += np.where(same, np.clip(room - apart, 0, None) / room, 0.0)
    return found[np.argsort(crowding * 4 + np.abs(away - _NEAR) * 0.3, kind="stable")]


def spread(candidates: Floats, most: int = 24, a_level: int = 6) -> list[Floats]:
    """The best spot and others well apart from those before it, a few on each level."""
    chosen: list[Floats] = []
    for spot in candidates:
        if all(float(np.abs(spot - other).max()) >= 0.1 for other in chosen):
            if sum(abs(float(spot[1] - other[1])) < 0.05 for other in chosen) < a_level:
                chosen.append(spot)
            if len(chosen) == most:
                break
    return chosen


def _fits(held: Thing, receptacle: Thing) -> bool:
    """Whether a thing is small enough; generous, since things can stand upright or lean."""
    if receptacle.kind.takes:
        return True
    room = (
        max(float(top.x1 - top.x0) for top in receptacle.tops()),
        max(float(top.z1 - top.z0) for top in receptacle.tops()),
    )
    least = sorted(float(side) for side in held.size)[:2]
    spare = 2.2 if receptacle.has(Trait.PICKUPABLE) else 1.4
    return least[0] <= max(room) * spare and least[1] <= max(room) * spare


def _upon(held: Thing, receptacle: Thing, already: int) -> Floats:
    """In a bowl, on a plate, on a hook: in the middle, one after the other around it."""
    turn = already * 2.4
    out = 0.25 * float(min(receptacle.size[0], receptacle.size[2])) * (already > 0)
    offset = np.array([math.cos(turn) * out, 0.0, math.sin(turn) * out])
    base, axes = receptacle.base, receptacle.axes()
    if receptacle.kind.name in ("HandTowelHolder", "TowelHolder", "ToiletPaperHanger"):
        hung = np.array([0.0, -float(held.size[1]) * 0.9, 0.0])
        return np.asarray(base + offset + hung - axes[:, 2] * 0.05)
    if receptacle.kind.name == "CoffeeMachine":
        return np.asarray(base + axes @ np.array([0, 0.025, -0.2 * float(receptacle.size[2])]))
    height = float(receptacle.size[1]) * (0.3 if receptacle.kind.shape in ("bowl", "pot", "cup", "mug") else 0.9)
    if receptacle.kind.shape == "carton":
        height = 0.02
    return np.asarray(base + offset + np.array([0.0, max(height, 0.005), 0.0]))


def spots(receptacle: Thing, held: Thing) -> Floats:
    """Candidate bases, (n, 3), on every top and, in a container, on every shelf."""
    found: list[Floats] = []
    margin = min(0.06, float(min(held.size[0], held.size[2])) / 2)
    for level in _levels(receptacle):
        for top in receptacle.tops():
            found.append(_grid(_inset(top, margin), level))
    for height, rect in receptacle.boards:
        found.append(_grid(_inset(rect, 0.05), height + 0.005))
    return np.concatenate(found) if found else np.zeros((0, 3))


def _levels(receptacle: Thing) -> list[float]:
    if receptacle.levels:
        low = float(receptacle.base[1])
        levels = [low + level + 0.004 for level in receptacle.levels]
        return [level for level in levels if level > 0.3] or levels if receptacle.kind.name == "Fridge" else levels
    return [receptacle.surface + 0.004]


def _inset(rect: Rect, margin: float) -> Rect:
    """A rectangle less a margin; never less than its middle."""
    x, z = (rect.x0 + rect.x1) / 2, (rect.z0 + rect.z1) / 2
    return Rect(
        min(rect.x0 + margin, x), min(rect.z0 + margin, z), max(rect.x1 - margin, x), max(rect.z1 - margin, z)
    )  # fmt: skip


def _grid(rect: Rect, height: float) -> Floats:
    columns = max(1, round((rect.x1 - rect.x0) / _STEP) + 1)
    rows = max(1, round((rect.z1 - rect.z0) / _STEP) + 1)
    x, z = np.meshgrid(np.linspace(rect.x0, rect.x1, columns), np.linspace(rect.z0, rect.z1, rows), indexing="ij")
    return np.stack([x.ravel(), np.full(x.size, height), z.ravel()], axis=1)

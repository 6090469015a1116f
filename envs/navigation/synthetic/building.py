"""A building by its seed: plan, furniture and shell, and what stands in the way of walking and seeing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from envs.base import EnvError
from envs.navigation.angles import Floats
from envs.navigation.synthetic.furnish import Piece, Solid, furnish
from envs.navigation.synthetic.plan import Plan, Room, draw_plan
from envs.navigation.synthetic.walls import shell

TRAIN, UNSEEN = range(200), range(200, 240)
EYE = 1.5
"""Metres above the floor."""
_PREFIX = "synthetic-"


@dataclass(frozen=True, eq=False)  # the same one by identity: it is what caches go by
class Building:
    """Rooms, things, and the boxes they are made of."""

    seed: int
    plan: Plan
    pieces: tuple[Piece, ...]
    shells: tuple[tuple[Solid, ...], ...]
    """Of each room."""

    @property
    def scan(self) -> str:
        return f"{_PREFIX}{self.seed:03d}"

    @property
    def rooms(self) -> tuple[Room, ...]:
        return self.plan.rooms

    def room_at(self, x: float, y: float) -> int:
        """The room a point is in. Raises ValueError when it is in none."""
        for number, room in enumerate(self.rooms):
            if room.area.holds(x, y):
                return number
        raise ValueError(f"({x:.2f}, {y:.2f}) is in no room")

    def pieces_in(self, room: int) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.room == room)

    @cached_property
    def _boxes(self) -> tuple[Floats, Floats, list[str]]:
        """Low and high corners of every box, (n, 3) each, and the piece it belongs to or ""."""
        solids = [(solid, "") for walls in self.shells for solid in walls]
        solids += [(solid, piece.id) for piece in self.pieces for solid in piece.solids]
        low, high = np.array([one.low for one, _ in solids]), np.array([one.high for one, _ in solids])
        return low, high, [owner for _, owner in solids]

    def clear(self, start: Floats, ends: Floats, but: str = "") -> NDArray[np.bool_]:
        """(n,) bool: whether nothing but the piece `but` is between a point (3,) and others (n, 3)."""
        low, high, owners = self._boxes
        others = np.array([owner != but or not owner for owner in owners])
        low, high = low[others], high[others]
        way = ends - start
        with np.errstate(divide="ignore", invalid="ignore"):
            one = (low[None] - start) / way[:, None]
            other = (high[None] - start) / way[:, None]
        enter = np.fmin(one, other).max(axis=2)
        leave = np.fmax(one, other).min(axis=2)
        met = (enter < leave) & (leave > 0) & (enter < 1)
        free: NDArray[np.bool_] = ~met.any(axis=1)
        return free


@lru_cache(maxsize=64)
def build(seed: int) -> Building:
    """The building of a seed, always the same."""
    rng = random.Random(f"building {seed}")
    plan = draw_plan(rng)
    pieces = furnish(plan, rng)
    shells = tuple(shell(plan, number, pieces, rng) for number in range(len(plan.rooms)))
    return Building(seed, plan, pieces, shells)


def seed_of(scan: str) -> int:
    """The seed in a scan's name. Raises EnvError when it names no building that ships."""
    number = scan.removeprefix(_PREFIX)
    if scan == number or not number.isdecimal() or len(number) != 3 or int(number) not in range(UNSEEN.stop):
        raise EnvError(f"there is no synthetic building {scan!r}; there are {_PREFIX}000 to {_PREFIX}{UNSEEN[-1]}")
    return int(number)

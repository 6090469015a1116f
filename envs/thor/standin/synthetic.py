"""Made-up rooms: a kitchen, living room, bedroom or bathroom from a scene's number, with no data at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from envs.thor.standin import furnish, ids, kinds, placing, settle
from envs.thor.standin.ground import GRID, Ground
from envs.thor.standin.plan import Pose, ScenePlan, View
from envs.thor.standin.rooms import BATHROOM, BEDROOM, KITCHEN, LIVING_ROOM, Room, Station
from envs.thor.standin.thing import Thing, box_of

_MARGIN = 0.22  # metres that the agent keeps from furniture
_GAP = 0.12  # metres between two stations at a wall


@dataclass(frozen=True, slots=True)
class _Wall:
    """A wall seen from inside: its left end, where it runs, and the way one looks at it in degrees."""

    x: float
    z: float
    along: tuple[float, float]
    yaw: float
    length: float


def room(name: str) -> ScenePlan:
    """The room of a scene's name, such as FloorPlan305, the same every time. Raises ValueError for other names."""
    number = int(name.removeprefix("FloorPlan"))
    kind = {0: KITCHEN, 2: LIVING_ROOM, 3: BEDROOM, 4: BATHROOM}[number // 100]
    rng = np.random.default_rng([number, 7])
    fixed, size = _furnished(kind, rng)
    ground = _ground(size, [furnish.fixed(key, view, Ground(np.zeros((1, 2)))) for key, view in fixed.items()])
    pieces = {key: furnish.fixed(key, view, ground) for key, view in fixed.items()}
    settle.settle(pieces, [], ground)
    goods = tuple(_goods(kind, list(pieces.values()), rng))
    x, z = ground.nearest(size[0] / 2, size[1] / 2)
    return ScenePlan(name, ground, fixed, goods, (x, z, float(rng.choice([0, 90, 180, 270]))))


def _furnished(kind: Room, rng: np.random.Generator) -> tuple[dict[str, View | None], tuple[float, float]]:
    """Ids of the furniture, and the room's width and depth; stations go round the walls in any order."""
    order = [kind.stations[i] for i in rng.permutation(len(kind.stations))]
    grown = 0.0
    while True:
        more = 0.25 * rng.integers(0, 3, 2) + grown
        size = kind.width + float(more[0]), kind.depth + float(more[1])
        placed = _round_the_walls(order, size)
        if placed is not None:
            return placed, size
        grown += 0.5


def _round_the_walls(order: Sequence[Station], size: tuple[float, float]) -> dict[str, View | None] | None:
    """Every station at a wall, clear of the corners; None where the walls are too short."""
    wide, deep = size
    corner = 0.75
    walls = [
        _Wall(corner, deep, (1, 0), 0.0, wide - 2 * corner),
        _Wall(wide, deep - corner, (0, -1), 90.0, deep - 2 * corner),
        _Wall(wide - corner, 0.0, (-1, 0), 180.0, wide - 2 * corner),
        _Wall(0.0, corner, (0, 1), 270.0, deep - 2 * corner),
    ]
    used = [0.0] * 4
    found: dict[str, View | None] = {}
    for station in order:
        free = [wall for wall in range(4) if used[wall] + station.width <= walls[wall].length]
        if not free:
            return None
        chosen = min(free, key=lambda wall: used[wall] / walls[wall].length)
        found.update(_stand(station, walls[chosen], used[chosen] + station.width / 2))
        used[chosen] += station.width + _GAP
    return found


def _stand(station: Station, wall: _Wall, at: float) -> Iterator[tuple[str, View]]:
    """The ids of a station's furniture at a place along a wall."""
    out = -math.sin(math.radians(wall.yaw)), -math.cos(math.radians(wall.yaw))
    for item in station.items:
        along = at + item.side
        x = wall.x + wall.along[0] * along + out[0] * item.deep
        z = wall.z + wall.along[1] * along + out[1] * item.deep
        stand = wall.x + wall.along[0] * along + out[0] * 1.25, wall.z + wall.along[1] * along + out[1] * 1.25
        view = View(round(stand[0] / GRID) * GRID, round(stand[1] / GRID) * GRID, wall.yaw, 30.0)
        key = ids.write(item.kind, x, item.height, z)
        if item.kind in ("SinkBasin", "BathtubBasin"):
            key = ids.write(item.kind.removesuffix("Basin"), x, item.height, z) + f"|{item.kind}"
        yield key, view


def _ground(size: tuple[float, float], furniture: Sequence[Thing]) -> Ground:
    """Grid points inside the walls and clear of what stands on the floor, all reachable from one another."""
    low = [piece for piece in furniture if piece.base[1] < 1.2 and piece.kind.shape not in ("none", "burner")]
    taken = [settle.nominal(piece) if piece.kind.shape == "counter" else piece.footprint() for piece in low]
    free = {
        (i, j)
        for i in range(math.ceil(0.25 / GRID), math.floor((size[0] - 0.25) / GRID) + 1)
        for j in range(math.ceil(0.25 / GRID), math.floor((size[1] - 0.25) / GRID) + 1)
        if not any(rect.holds(i * GRID, j * GRID, _MARGIN) for rect in taken)
    }
    best: set[tuple[int, int]] = set()
    while free:
        region, edge = set(), [free.pop()]
        while edge:
            i, j = edge.pop()
            region.add((i, j))
            for cell in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if cell in free:
                    free.remove(cell)
                    edge.append(cell)
        best = max(best, region, key=len)
    return Ground(np.array(sorted(best), dtype=float).reshape(-1, 2) * GRID)


def _goods(kind: Room, furniture: Sequence[Thing], rng: np.random.Generator) -> Iterator[Pose]:
    """One or two of each thing of the room, each somewhere it may lie."""
    taken: list[tuple[float, float, float]] = []
    for name, homes in kind.goods.items():
        row = kinds.find(name)
        for _ in range(int(rng.integers(1, 3))):
            places = [piece for piece in furniture if piece.kind.name in homes.split()]
            if not places:
                continue
            piece = places[int(rng.integers(len(places)))]
            base, size, pivot = box_of(row, np.zeros(3), 0.0)
            thing = Thing("", row, "", base, 0.0, size, pivot)
            spots = _apart(placing.spots(piece, thing), taken, max(float(size[0]), float(size[2])))
            if len(spots):
                spot = spots[int(rng.integers(len(spots)))]
                taken.append((float(spot[0]), float(spot[1]), float(spot[2])))
                at = spot + np.array([0, float(size[1]) / 2 if row.anchor == "centre" else 0.0, 0])
                label = f"{name}_{furnish.hash_of(f'{name}{len(taken)}') & 0xFFFFFFFF:08x}"
                yield Pose(name, label, (round(float(at[0]), 4), round(float(at[1]), 4), round(float(at[2]), 4)))


def _apart(
    spots: np.ndarray[tuple[int, ...], np.dtype[np.float64]], taken: Sequence[tuple[float, float, float]], size: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The spots at which nothing lies yet."""
    for other in taken:
        far = np.hypot(spots[:, 0] - other[0], spots[:, 2] - other[2]) > size / 2 + 0.12
        spots = spots[far | (np.abs(spots[:, 1] - other[1]) > 0.25)]
    return spots

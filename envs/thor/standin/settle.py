"""What lies in what, and furniture stretched to fit: sizes guessed by type are corrected by what lies where."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from envs.thor.standin import assign
from envs.thor.standin.ground import Ground, without
from envs.thor.standin.rect import Rect
from envs.thor.standin.thing import Floats, Thing

_PAD = 0.12
_NEXT = 1.0  # metres that a counter may go on beyond the last thing that lies on it
_SHELVES = (0.55, 0.95, 1.3)  # of a fridge, in metres
_SOLID = frozenset({"bed", "chair"})


def settle(
    furniture: Mapping[str, Thing], goods: Iterable[Thing], ground: Ground, told: Mapping[str, str] | None = None
) -> None:
    """Say what each thing lies in, and stretch the furniture so that it does.

    Args:
        told: the receptacles of things, by the things' ids, where somebody knows.
    """
    receptacles = list(furniture.values())
    _pair([piece for piece in receptacles if piece.kind.name == "Cabinet"])
    inside: dict[str, list[Thing]] = {}
    for thing in goods:
        holder = assign.parent(thing, receptacles, (told or {}).get(thing.id))
        thing.parent = None if holder is None else holder.id
        if holder is not None:
            inside.setdefault(holder.id, []).append(thing)
    for piece in receptacles:
        contents = inside.get(piece.id, [])
        match piece.kind.shape:
            case "counter":
                _counter(piece, contents, ground)
            case "shelf" | "table" | "cupboard" | "bed" | "chair":
                _surface(piece, contents)
            case "toilet":
                _toilet(piece, contents)
            case "cabinet" | "fridge" | "microwave":
                _container(piece, contents)
            case "drawer" | "can" | "basin":
                _around(piece, contents, up=piece.kind.shape != "can")
            case _:
                pass
    _sinks(receptacles)
    _fronts(receptacles)
    _rims(receptacles)
    _taps(receptacles)


def _spot(thing: Thing, pad: float = _PAD) -> Rect:
    x, z = float(thing.base[0]), float(thing.base[2])
    return Rect(x - pad, z - pad, x + pad, z + pad)


def _counter(piece: Thing, contents: Sequence[Thing], ground: Ground) -> None:
    """A top at the height of what lies on it, over all the floor around it on which nobody walks."""
    spots = [_spot(thing) for thing in contents]
    region = nominal(piece)
    left = list(spots)
    while near := [spot for spot in left if region.distance(spot.x0 + _PAD, spot.z0 + _PAD) < _NEXT]:
        left = [spot for spot in left if spot not in near]
        for spot in near:
            region = region.around(spot)
    if contents:
        piece.base = piece.base * [1, 0, 1] + [0, _level(contents) - float(piece.size[1]), 0]
    # What lies further off has only a board of its own under it.
    piece.patches = (*(ground.clear(region, spots) or (region,)), *left)


def nominal(piece: Thing) -> Rect:
    """How far a counter is thought to reach at least: its own size along the wall it is used at."""
    half = np.abs(Thing.axes(piece) if piece.view is None else _axes(piece.view.rotation)) @ (piece.size / 2)
    reach = (0.55, 0.55) if piece.view is None else (max(float(half[0]), 0.3), max(float(half[2]), 0.3))
    x, z = float(piece.base[0]), float(piece.base[2])
    return Rect(x - reach[0], z - reach[1], x + reach[0], z + reach[1])


def _axes(yaw: float) -> Floats:
    turn = math.radians(yaw)
    return np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])


def _level(contents: Sequence[Thing]) -> float:
    """The height on which things lie: that of the lowest, so that even a flat one is seen."""
    return float(np.min([thing.base[1] for thing in contents])) - 0.004


def _surface(piece: Thing, contents: Sequence[Thing]) -> None:
    """A table's top at the height of most of its contents, and a board under each of the rest."""
    if not contents:
        return
    heights = np.array([thing.base[1] for thing in contents])
    middle = float(np.quantile(heights, 0.0 if piece.kind.shape in _SOLID else 0.5, method="lower"))
    near = [thing for thing in contents if abs(float(thing.base[1]) - middle) < 0.08]
    position, top = piece.position, _level(near)
    if piece.kind.shape == "shelf":
        piece.base = piece.base * [1, 0, 1] + [0, top - float(piece.size[1]), 0]
    else:
        scale = max(top - float(piece.base[1]), 0.1) / piece.kind.surface
        piece.size = piece.size * [1, 0, 1] + [0, piece.kind.size[1] * scale, 0]
    piece.pivot = position - piece.base
    for thing in near:
        _stretch(piece, thing, 0.06)
    piece.boards = tuple(
        (float(thing.base[1]) - 0.004, _spot(thing)) for thing in contents if all(thing is not other for other in near)
    )


def _toilet(piece: Thing, contents: Sequence[Thing]) -> None:
    """The tank, on whose lid things lie, is on their side; they can be put on nothing but that lid."""
    position = piece.position
    if contents:
        x, _, z = np.mean([thing.base for thing in contents], axis=0) - piece.base
        piece.yaw = float(round(math.degrees(math.atan2(x, z)) / 90) * 90 % 360)
        piece.size = piece.size * [1, 0, 1] + [0, _level(contents) - float(piece.base[1]), 0]
    piece.pivot = position - piece.base
    middle = piece.base + piece.axes() @ np.array([0, 0, float(piece.size[2]) * 0.36])
    half = np.abs(piece.axes()) @ (piece.size * [0.5, 0, 0.14])
    x, z = float(middle[0]), float(middle[2])
    lid = Rect(x - float(half[0]), z - float(half[2]), x + float(half[0]), z + float(half[2]))
    piece.patches = (lid, *(_spot(thing, 0.06) for thing in contents if not lid.holds(*_place(thing))))


def _pair(cabinets: Sequence[Thing]) -> None:
    """Two doors that meet: the position of each is at the edge where they do, and they part to either side."""
    for piece in cabinets:
        side = piece.axes()[:, 0]
        for other in cabinets:
            gap = other.position - piece.position
            if other is not piece and float(np.linalg.norm(gap)) < 0.16 and other.yaw == piece.yaw:
                away = -1.0 if float(gap @ side) > 0 else 1.0
                piece.base = piece.base + side * away * float(piece.size[0]) / 2
                piece.pivot = piece.pivot - side * away * float(piece.size[0]) / 2
                break


def _place(thing: Thing) -> tuple[float, float]:
    return float(thing.base[0]), float(thing.base[2])


def _container(piece: Thing, contents: Sequence[Thing]) -> None:
    """A box around what is inside, with a shelf at each height at which something lies."""
    if not contents:
        piece.levels = (0.02, *_SHELVES) if piece.kind.name == "Fridge" else (0.01,)
        return
    position, low = piece.position, _level(contents)
    if piece.kind.name == "Cabinet":
        top = max(float(piece.base[1] + piece.size[1]), float(np.max([t.base[1] + t.size[1] for t in contents])) + 0.02)
        bottom = min(low, float(piece.base[1]) + 0.2)
        piece.base = piece.base * [1, 0, 1] + [0, bottom, 0]
        piece.size = piece.size * [1, 0, 1] + [0, top - bottom, 0]
    piece.pivot = position - piece.base
    for thing in contents:
        _stretch(piece, thing, 0.05)
    heights: list[float] = []
    for height in sorted(max(float(thing.base[1] - piece.base[1]) - 0.003, 0.005) for thing in contents):
        if not heights or height - heights[-1] > 0.1:
            heights.append(height)
    if piece.kind.name == "Fridge":
        heights += [level for level in _SHELVES if all(abs(level - height) > 0.15 for height in heights)]
    piece.levels = tuple(sorted(heights)) if min(heights) < 0.1 else (0.01, *sorted(heights))


def _around(piece: Thing, contents: Sequence[Thing], *, up: bool) -> None:
    """A hollow that reaches down to what lies in it."""
    if not contents:
        return
    position = piece.position
    if up:
        bottom = _level(contents)
        top = float(piece.base[1] + piece.size[1])
        piece.base = piece.base * [1, 0, 1] + [0, bottom, 0]
        piece.size = piece.size * [1, 0, 1] + [0, max(top - bottom, 0.06), 0]
    piece.pivot = position - piece.base
    for thing in contents:
        _stretch(piece, thing, 0.03)


def _stretch(piece: Thing, thing: Thing, margin: float) -> None:
    """Widen a piece, in its own frame, until a thing's middle lies on it; its front stays where it is if it can."""
    position = piece.position
    axes = piece.axes()
    offset = axes.T @ (thing.base - piece.base)
    low, high = -piece.size / 2, piece.size / 2
    for axis in (0, 2):
        low[axis] = min(low[axis], offset[axis] - margin)
        high[axis] = max(high[axis], offset[axis] + margin)
    shift = (low + high) / 2
    shift[1] = 0
    piece.size = np.array([high[0] - low[0], piece.size[1], high[2] - low[2]])
    piece.base = piece.base + axes @ shift
    piece.pivot = position - piece.base


def _rims(furniture: Sequence[Thing]) -> None:
    """The edge of a sink goes round its basin and stands a little above the counter."""
    for rim in furniture:
        if rim.kind.name != "Sink":
            continue
        basins = [piece for piece in furniture if piece.kind.name == "SinkBasin" and _apart(piece, rim) < 0.3]
        if not basins:
            continue
        basin, position = min(basins, key=lambda piece: _apart(piece, rim)), rim.position
        around = [
            piece.surface
            for piece in furniture
            if piece.kind.shape == "counter" and any(patch.holds(*_place(basin), 0.4) for patch in piece.patches)
        ]
        top = max([float(basin.base[1] + basin.size[1]), *around]) + 0.012
        rim.yaw = basin.yaw
        rim.size = np.array([float(basin.size[0]) + 0.1, float(rim.size[1]), float(basin.size[2]) + 0.1])
        rim.base = np.array([basin.base[0], top - float(rim.size[1]), basin.base[2]])
        rim.pivot = position - rim.base


def _taps(furniture: Sequence[Thing]) -> None:
    """A tap rises from the edge of its basin: its position may be anywhere on it."""
    basins = [piece for piece in furniture if piece.kind.shape == "basin"]
    for tap in furniture:
        near = [basin for basin in basins if _apart(basin, tap) < 0.8]
        if tap.kind.name != "Faucet" or not near:
            continue
        basin, position = min(near, key=lambda piece: _apart(piece, tap)), tap.position
        foot = float(basin.base[1] + basin.size[1])
        if foot < float(position[1]) < foot + 0.6:
            height = max(float(tap.kind.size[1]), float(position[1]) - foot + 0.02)
            tap.base = tap.base * [1, 0, 1] + [0, foot, 0]
            tap.size = tap.size * [1, 0, 1] + [0, height, 0]
            tap.pivot = position - tap.base


def _apart(one: Thing, other: Thing) -> float:
    """Metres between two things on the level."""
    return float(np.hypot(*(one.base - other.base)[[0, 2]]))


def _fronts(furniture: Sequence[Thing]) -> None:
    """A counter ends at the doors below it: seen from above it would hide them otherwise."""
    for door in furniture:
        if door.kind.name not in ("Cabinet", "Drawer"):
            continue
        axes, reach = door.axes(), 0.6
        middle = door.base - axes[:, 2] * (float(door.size[2]) + reach) / 2
        half = np.abs(axes) @ np.array([float(door.size[0]) / 2, 0, reach / 2])
        x, z = float(middle[0]), float(middle[2])
        before = Rect(x - float(half[0]), z - float(half[2]), x + float(half[0]), z + float(half[2]))
        for piece in furniture:
            if piece.kind.shape == "counter" and piece.base[1] > door.base[1] + 0.02:
                kept = tuple(part for patch in piece.patches for part in without(patch, before))
                piece.patches = kept or piece.patches


def _sinks(furniture: Sequence[Thing]) -> None:
    """Holes in counters where basins are let in."""
    holes = [piece.footprint() for piece in furniture if piece.kind.shape in ("basin", "can", "fridge")]
    for piece in furniture:
        if piece.kind.shape == "counter":
            for hole in holes:
                piece.patches = tuple(part for patch in piece.patches for part in without(patch, hole))

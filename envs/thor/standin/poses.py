"""GetInteractablePoses: where the agent can stand, and how it can look, to use an object."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from envs.thor.standin.rect import Rect
from envs.thor.standin.session import Session
from envs.thor.standin.thing import Thing
from envs.thor.standin.world import AGENT_Y, Agent

_BEST = 0.8  # metres from which an object is seen best
_TRIED = 100


def interactable(
    session: Session,
    thing: Thing,
    rotations: Sequence[float],
    horizons: Sequence[float],
    standings: Sequence[bool],
    most: int,
) -> list[dict[str, object]]:
    """Poses from which the object is visible, the handiest first, at most `most`.

    Poses whose picture the object's middle is not in are not tried, nor more than a fixed number of pictures drawn.
    """
    world = session.open_world()
    agent = world.agent
    found: list[dict[str, object]] = []
    poses = sorted(_candidates(session, thing, rotations, horizons, standings), key=lambda entry: entry[0])
    try:
        for _, pose in poses[:_TRIED]:
            world.agent = pose
            if session.seen(thing):
                found.append(
                    {
                        "x": pose.x, "y": AGENT_Y, "z": pose.z, "rotation": pose.rotation,
                        "horizon": pose.horizon, "standing": pose.standing,
                    }
                )  # fmt: skip
                if len(found) == most:
                    break
    finally:
        world.agent = agent
        world.carry()
    return found


def _candidates(
    session: Session,
    thing: Thing,
    rotations: Iterable[float],
    horizons: Sequence[float],
    standings: Sequence[bool],
) -> Iterator[tuple[float, Agent]]:
    """Poses with a cost, low for a good view: near the best distance, the object in the middle of the picture."""
    world, half = session.open_world(), session.settings.fov / 2
    middle = thing.base + np.array([0.0, float(thing.size[1]) / 2, 0.0])
    turns = list(rotations)
    for x, z in world.ground.points:
        away = min(top.distance(float(x), float(z)) for top in thing.tops())
        if away > session.settings.visibility - 0.02:
            continue
        goal = middle
        if thing.patches:
            near = min((_closest(top, float(x), float(z)) for top in thing.tops()), key=lambda p: math.dist(p, (x, z)))
            goal = np.array([near[0], thing.surface, near[1]])
        aside, ahead = float(goal[0] - x), float(goal[2] - z)
        flat = max(math.hypot(aside, ahead), 1e-6)
        bearing = math.degrees(math.atan2(aside, ahead))
        for turn in turns:
            off = abs((bearing - turn + 180) % 360 - 180)
            if off > half + 10 and flat > 0.15:  # its edge may be in the picture though its middle is not
                continue
            for standing in standings:
                who = Agent(float(x), float(z), turn % 360, 0.0, standing)
                drop = math.degrees(
                    math.atan2(float(who.eye[1] - goal[1]), flat * math.cos(math.radians(min(off, 80))))
                )
                for horizon in horizons:
                    tilt = abs(drop - horizon)
                    if tilt < half + 5:
                        cost = abs(flat - _BEST) * 2 + off / 30 + tilt / 30
                        yield cost, Agent(float(x), float(z), turn % 360, float(horizon), standing)


def _closest(top: Rect, x: float, z: float) -> tuple[float, float]:
    """A little within the edge of a rectangle, the nearest to a place."""
    inset = 0.08
    low_x, high_x = min(top.x0 + inset, (top.x0 + top.x1) / 2), max(top.x1 - inset, (top.x0 + top.x1) / 2)
    low_z, high_z = min(top.z0 + inset, (top.z0 + top.z1) / 2), max(top.z1 - inset, (top.z0 + top.z1) / 2)
    return min(max(x, low_x), high_x), min(max(z, low_z), high_z)

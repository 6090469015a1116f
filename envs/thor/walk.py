"""Walks to an object and faces it, one low-level step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from envs.thor.deed import Undone, the
from envs.thor.engine import RefusalError
from envs.thor.names import Thing
from envs.thor.planner import GRID, LOOK, Paths, Pose
from envs.thor.poses import HORIZONS, Extent, viewpoints
from envs.thor.world import World

_TRIES = 6
_BUMPS = 4
_ENOUGH = 16
# One step more is as bad as an angle of a degree and a half off the middle.
_STEP = 0.03


def go_to(world: World, things: Sequence[Thing], name: str) -> str:
    """Go to the first of some objects that can be reached and seen; the order is the preference.

    Returns what was done. Raises Undone with a sentence when none can be seen from anywhere, or the way is barred.
    """
    for thing in things:
        poses = _poses(world, thing)
        if poses:
            return _approach(world, thing, poses)
    sentence = f"There is no {name} to be seen from anywhere; it may be in something that is closed."
    world.refuse("GotoLocation", "", sentence)
    raise Undone(sentence)


def can_be_found(world: World, thing: Thing) -> bool:
    """Whether an object can be seen from somewhere as things are now."""
    return bool(_poses(world, thing))


def _poses(world: World, thing: Thing) -> list[Pose]:
    """The poses to try for an object, the best first: [] where it is known that it cannot be seen.

    Where the engine knows of none, or does not say, they are poses from which it should be seen by its size and place.
    """
    free = world.free_cells() | {world.pose.cell}
    sighted = _sighted(world, thing)
    if not sighted and world.hidden(thing):
        return []
    ranked = viewpoints(Extent.of(thing), free, opens=bool(thing["openable"]))
    if sighted:
        known = [(awkward, pose) for awkward, pose in ranked if pose in sighted]
        # The object is seen from none of the poses that look straight at it: any other will do.
        ranked = known or [(0.0, pose) for pose in sorted(sighted) if pose.cell in free]
    paths = Paths(world.pose, free)
    priced = [(awkward + _STEP * cost, pose) for awkward, pose in ranked if (cost := paths.cost(pose)) is not None]
    return [pose for _, pose in sorted(priced)]


def _sighted(world: World, thing: Thing) -> set[Pose] | None:
    """Every pose from which the engine itself says that the object can be reached; None if it cannot say."""
    try:
        event = world.ask(
            "GetInteractablePoses",
            blind=True,
            objectId=thing["objectId"],
            rotations=[0, 90, 180, 270],
            horizons=list(HORIZONS),
            standings=[True],
            **({"maxPoses": _ENOUGH} if world.engine.own else {}),  # the stand-in's are the handiest first
        )
    except RefusalError:
        return None
    if not event.metadata["lastActionSuccess"]:
        return None
    return {
        Pose(round(at["x"] / GRID), round(at["z"] / GRID), round(at["rotation"] / 90) % 4, round(at["horizon"]))
        for at in event.metadata["actionReturn"] or ()
    }


def _approach(world: World, thing: Thing, poses: Sequence[Pose]) -> str:
    blocked: set[tuple[int, int, int]] = set()
    for pose in _spread(poses)[:_TRIES]:
        if not _walk(world, pose, blocked):
            if len(blocked) >= _BUMPS:
                raise Undone(f"The way to {the(thing)} is barred.")
            continue
        for horizon in _around(pose.horizon):
            _walk(world, replace(pose, horizon=horizon), blocked)
            now = world.get(str(thing["objectId"]))
            if now is not None and now["visible"]:
                return f"Went to {the(thing)}; it is in front."
    raise Undone(f"Went near {the(thing)}, but it cannot be seen from there.")


def _around(horizon: int) -> list[int]:
    """An angle to look at, and those next to it."""
    return sorted((angle for angle in HORIZONS if abs(angle - horizon) <= LOOK), key=lambda it: (abs(it - horizon), it))


def _spread(poses: Sequence[Pose]) -> list[Pose]:
    """The best pose first; what is tried after it in vain should stand in another place."""
    first_of_cell: dict[tuple[int, int], Pose] = {}
    for pose in poses:
        first_of_cell.setdefault(pose.cell, pose)
    return list(first_of_cell.values())


def _walk(world: World, goal: Pose, blocked: set[tuple[int, int, int]]) -> bool:
    """Go to a pose, around what turns out to stand in the way; False where there is no way left."""
    while world.pose != goal:
        here = world.pose
        paths = Paths(here, world.free_cells(), blocked)
        if paths.cost(goal) is None:
            return False
        moves = paths.moves(goal)
        if not moves:
            return True
        for move in moves:
            before = world.pose
            if not world.act(move, blind=True).success:
                if move != "MoveAhead" or len(blocked) >= _BUMPS:
                    return False
                blocked.add((before.x, before.z, before.turn))
                break
        else:
            return True
    return True

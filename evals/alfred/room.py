"""What the expert, the judge and the report read out of a running household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.point import Box
from envs.thor.env import ThorEnv
from envs.thor.world import World as House
from evals.alfred.goals import World
from evals.alfred.subgoals import Seen

_MOST_DRAWN = 80
"""Pieces of furniture on the report's map."""


class EnvRoom:
    """The true state of an env's world at one moment, as the expert asks for it."""

    def __init__(self, env: ThorEnv) -> None:
        self._env = env
        self._objects = {str(one["objectId"]): one for one in env.world.objects}

    def objects(self) -> Mapping[str, Mapping[str, Any]]:
        return self._objects

    def held(self) -> str:
        return held_in(self._env.world)

    def box(self, object_id: str) -> Box | None:
        return self._env.box_of(object_id)

    def label(self, object_id: str) -> str:
        return self._env.name_of(object_id)

    def changed(self, action: str, object_id: str) -> bool:
        book = self._env.world.bookkeeping
        return object_id in {"CleanObject": book.cleaned, "HeatObject": book.heated, "CoolObject": book.cooled}[action]


def held_in(house: House) -> str:
    """The id of what is in the hand, or ""."""
    held = house.held
    return str(held["objectId"]) if held else ""


def world_of(house: House) -> World:
    """What goal conditions are judged on."""
    held, book = held_in(house), house.bookkeeping
    return World(house.objects, (held,) if held else (), book.cleaned, book.heated, book.cooled)


def seen_of(house: House) -> Seen:
    """What sub-goals are judged on."""
    book, pose = house.bookkeeping, house.pose
    objects = {str(one["objectId"]): one for one in house.objects}
    place = (pose.x, pose.z, pose.turn, round(pose.horizon))
    return Seen(objects, held_in(house), book.cleaned, book.heated, book.cooled, place)


def floor_plan_of(house: House) -> dict[str, Any]:
    """The map of the report, as JSON: where one can stand, and the furniture seen from above.

    cells   [x, z] in cells of 0.25 m
    things  [type, left, near, right, far] in metres
    start   [x, z] in cells, and the rotation in quarter turns
    """
    things = []
    for one in house.objects:
        bounds = one.get("axisAlignedBoundingBox") or {}
        if one["pickupable"] or not (one["receptacle"] or one["toggleable"] or one["openable"]) or "size" not in bounds:
            continue
        (x, z), (width, depth) = ((bounds[key]["x"], bounds[key]["z"]) for key in ("center", "size"))
        things.append([one["objectType"], x - width / 2, z - depth / 2, x + width / 2, z + depth / 2])
    things.sort(key=lambda row: (row[1] - row[3]) * (row[4] - row[2]))
    rounded = [[kind, *(round(value, 2) for value in edges)] for kind, *edges in things[:_MOST_DRAWN]]
    cells, pose = [list(cell) for cell in sorted(house.free_cells())], house.pose
    return {"cells": cells, "things": rounded, "start": [pose.x, pose.z, pose.turn]}

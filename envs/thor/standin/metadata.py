"""A world as AI2-THOR 5.0's metadata tells it. Every field ALFRED and its relatives read is there."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache
from typing import Any

import numpy as np

from envs.thor.standin.kinds import Kind, Trait
from envs.thor.standin.thing import Floats, Thing
from envs.thor.standin.world import World

_HEATERS = ("Microwave", "StoveBurner", "Toaster")


def point(values: Floats) -> dict[str, float]:
    x, y, z = values.tolist()
    return {"x": round(x, 7), "y": round(y, 7), "z": round(z, 7)}


def agent(world: World) -> dict[str, Any]:
    """The agent's pose."""
    who = world.agent
    return {
        "name": "agent",
        "position": point(np.array([who.x, who.y, who.z])),
        "rotation": {"x": 0.0, "y": who.rotation, "z": 0.0},
        "cameraHorizon": who.horizon,
        "isStanding": who.standing,
        "inHighFrictionArea": False,
    }


def objects(world: World, visible: Collection[str]) -> list[dict[str, Any]]:
    """Every object, in the order in which it came into the scene."""
    inside: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    for thing in world.things.values():
        above[thing.id] = [other.id for other in world.ancestors(thing)]
        for other in above[thing.id]:
            inside.setdefault(other, []).append(thing.id)
    return [
        _object(world, thing, inside.get(thing.id, []), above[thing.id], thing.id in visible)
        for thing in world.things.values()
    ]


def _object(world: World, thing: Thing, inside: list[str], above: list[str], visible: bool) -> dict[str, Any]:
    state, kind, position = thing.state, thing.kind, thing.position
    away = math.hypot(float(position[0]) - world.agent.x, float(position[2]) - world.agent.z)
    return {
        **_fixed(kind),
        "name": thing.name,
        "objectId": thing.id,
        "position": point(position),
        "rotation": {"x": 0.0, "y": float(thing.yaw), "z": 0.0},
        "visible": visible,
        "obstructed": not visible,
        "isInteractable": visible,
        "distance": away,
        "isPickedUp": world.held == thing.id,
        "receptacleObjectIds": inside if kind.has(Trait.RECEPTACLE) else None,
        "parentReceptacles": above or None,
        "isOpen": state.is_open,
        "openness": 1.0 if state.is_open else 0.0,
        "isToggled": state.toggled,
        "isSliced": state.sliced,
        "isDirty": state.dirty,
        "isFilledWithLiquid": bool(state.filled),
        "fillLiquid": state.filled or None,
        "isCooked": state.cooked,
        "isBroken": state.broken,
        "temperature": state.temperature,
        "isHeatSource": kind.name in _HEATERS and (kind.name != "Microwave" or state.toggled),
        "axisAlignedBoundingBox": _bounds(thing),
    }


@cache
def _fixed(kind: Kind) -> dict[str, Any]:
    """What is true of every object of a kind."""
    return {
        "objectType": kind.name,
        "assetId": "",
        "mass": 1.0 if kind.has(Trait.PICKUPABLE) else 0.0,
        "salientMaterials": None,
        "pickupable": kind.has(Trait.PICKUPABLE),
        "moveable": kind.has(Trait.MOVEABLE) and not kind.has(Trait.PICKUPABLE),
        "isMoving": False,
        "receptacle": kind.has(Trait.RECEPTACLE),
        "openable": kind.has(Trait.OPENABLE),
        "toggleable": kind.has(Trait.TOGGLEABLE),
        "sliceable": kind.has(Trait.SLICEABLE),
        "dirtyable": kind.has(Trait.DIRTYABLE),
        "canFillWithLiquid": kind.has(Trait.FILLABLE),
        "cookable": kind.has(Trait.COOKABLE),
        "breakable": kind.has(Trait.BREAKABLE),
        "canBeUsedUp": kind.name in ("SoapBottle", "TissueBox", "ToiletPaper", "PaperTowelRoll"),
        "isUsedUp": False,
        "controlledObjects": None,
        "isColdSource": kind.has(Trait.COOLS),
        "objectOrientedBoundingBox": None,
    }


def _bounds(thing: Thing) -> dict[str, Any]:
    spread = thing.footprint()
    low, high = float(thing.base[1]), float(thing.base[1] + thing.size[1])
    corners = [[x, y, z] for x in (spread.x0, spread.x1) for y in (low, high) for z in (spread.z0, spread.z1)]
    return {
        "cornerPoints": corners,
        "center": {"x": (spread.x0 + spread.x1) / 2, "y": (low + high) / 2, "z": (spread.z0 + spread.z1) / 2},
        "size": {"x": spread.x1 - spread.x0, "y": high - low, "z": spread.z1 - spread.z0},
    }


def scene_bounds(world: World) -> dict[str, Any]:
    room = world.room
    return {
        "cornerPoints": [[x, y, z] for x in (room.x0, room.x1) for y in (0.0, 2.7) for z in (room.z0, room.z1)],
        "center": {"x": (room.x0 + room.x1) / 2, "y": 1.35, "z": (room.z0 + room.z1) / 2},
        "size": {"x": room.x1 - room.x0, "y": 2.7, "z": room.z1 - room.z0},
    }


def inventory(world: World) -> list[dict[str, Any]]:
    held = world.holding()
    return [] if held is None else [{"objectId": held.id, "objectType": held.kind.name}]

"""A house of a dozen objects behind the face of ai2thor's Controller, for tests that need no player."""

# ruff: noqa: N802, N803 - the engine's own names

from __future__ import annotations

import copy
import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from envs.thor.engine import Engine
from envs.thor.world import World

SIZE = 64
ROOM = [(x, z) for x in range(-6, 7) for z in range(-6, 7)]
_TYPES = {
    # type: (receptacle, openable, toggleable, pickupable, sliceable)
    "CounterTop": (1, 0, 0, 0, 0), "Fridge": (1, 1, 0, 0, 0), "Microwave": (1, 1, 1, 0, 0),
    "SinkBasin": (1, 0, 0, 0, 0), "Faucet": (0, 0, 1, 0, 0), "Drawer": (1, 1, 0, 0, 0),
    "Apple": (0, 0, 0, 1, 1), "Mug": (1, 0, 0, 1, 0),
    "Knife": (0, 0, 0, 1, 0), "DeskLamp": (0, 0, 1, 0, 0), "Painting": (0, 0, 0, 0, 0),
}  # fmt: skip
_PLACES = {
    "CounterTop": [(0.0, 0.9, 1.5)], "Fridge": [(-1.5, 0.9, 0.0)], "Microwave": [(1.5, 0.9, 0.0)],
    "SinkBasin": [(0.0, 0.9, -1.5)], "Faucet": [(0.1, 1.0, -1.6)], "Drawer": [(-0.8, 0.7, 1.5), (0.8, 0.7, 1.5)],
    "Apple": [(0.2, 1.0, 1.4)], "Mug": [(-0.2, 1.0, 1.4), (1.2, 1.0, -1.4)], "Knife": [(0.4, 1.0, 1.4)],
    "DeskLamp": [(-1.4, 0.9, 1.2)], "Painting": [(0.0, 1.6, 1.6)],
}  # fmt: skip
_INSIDE = {"Apple": "CounterTop", "Knife": "CounterTop"}


def object_id(kind: str, x: float, y: float, z: float) -> str:
    return f"{kind}|{x:+06.2f}|{y:+06.2f}|{z:+06.2f}"


class House:
    """Takes the calls of 5.0.0; a call with an argument it does not know raises ValueError, as the Controller does."""

    server = SimpleNamespace(unity_proc=SimpleNamespace(poll=lambda: None, kill=lambda: None, wait=lambda seconds: 0))

    def __init__(self, *, broken: str = "") -> None:
        self.broken = broken
        self.calls: list[dict[str, Any]] = []
        self.last_event: Any = None
        self.reset("FloorPlan1")

    def reset(self, scene: str) -> Any:
        self.scene = scene
        self.things = [self._thing(kind, *at) for kind, places in _PLACES.items() for at in places]
        for kind, parent in _INSIDE.items():
            self._place(self.first(kind), self.first(parent))
        self.agent = {"x": 0.0, "z": 0.0, "turn": 0, "horizon": 30.0}
        self.held = ""
        return self._event(True, "")

    def step(self, action: str, **arguments: Any) -> Any:
        self.calls.append({"action": action, **arguments})
        rendered = arguments.pop("renderImage", True) and arguments.pop("renderInstanceSegmentation", True)
        arguments.pop("renderInstanceSegmentation", None)
        method = getattr(self, "do_" + action, None)
        if action == self.broken:
            raise RuntimeError("the player is gone")
        if method is None:
            raise ValueError(f"{action} is not a valid action")
        result = method(**arguments)
        error = result if isinstance(result, str) else ""
        return self._event(not error, error, None if isinstance(result, str) else result, bool(rendered))

    def stop(self) -> None:
        pass

    # What can be done.

    def do_Pass(self) -> None:
        pass

    def do_GetReachablePositions(self) -> list[dict[str, float]]:
        return [{"x": x / 4, "y": 0.9, "z": z / 4} for x, z in ROOM if abs(x) < 5 and abs(z) < 5]

    def do_TeleportFull(self, x: float, y: float, z: float, rotation: Any, horizon: float, **_: Any) -> None:
        self.agent = {"x": x, "z": z, "turn": round(rotation["y"] / 90) % 4, "horizon": horizon}

    def do_MoveAhead(self, moveMagnitude: float) -> str | None:
        dx, dz = ((0, 1), (1, 0), (0, -1), (-1, 0))[self.agent["turn"]]
        x, z = self.agent["x"] + dx * moveMagnitude, self.agent["z"] + dz * moveMagnitude
        if max(abs(x), abs(z)) > 1.0:
            return "Wall|1 is blocking Agent 0 from moving"
        self.agent |= {"x": x, "z": z}
        return None

    def do_RotateLeft(self, degrees: float) -> None:
        self.agent["turn"] = (self.agent["turn"] - 1) % 4

    def do_RotateRight(self, degrees: float) -> None:
        self.agent["turn"] = (self.agent["turn"] + 1) % 4

    def do_LookUp(self, degrees: float) -> str | None:
        return self._look(-degrees)

    def do_LookDown(self, degrees: float) -> str | None:
        return self._look(degrees)

    def do_PickupObject(self, objectId: str, forceAction: bool = False) -> str | None:
        thing = self.get(objectId)
        if self.held or not thing["pickupable"] or not (forceAction or self._visible(thing)):
            return f"{objectId} cannot be picked up"
        self._leave(thing)
        self.held = objectId
        return None

    def do_PutObject(self, objectId: str, forceAction: bool, placeStationary: bool) -> str | None:
        target = self.get(objectId)
        if target["openable"] and not target["isOpen"]:
            return f"Target openable Receptacle is CLOSED, can't place {self.held} in {objectId}!"
        if len(target["receptacleObjectIds"]) >= 3:
            return "No valid positions to place object found"
        self._place(self.get(self.held), target)
        self.held = ""
        return None

    def do_OpenObject(self, objectId: str, openness: float, forceAction: bool = False) -> None:
        self.get(objectId)["isOpen"] = True

    def do_CloseObject(self, objectId: str, forceAction: bool = False) -> None:
        self.get(objectId)["isOpen"] = False

    def do_ToggleObjectOn(self, objectId: str, forceAction: bool = False) -> None:
        self.get(objectId)["isToggled"] = True

    def do_ToggleObjectOff(self, objectId: str, forceAction: bool = False) -> None:
        self.get(objectId)["isToggled"] = False

    def do_SliceObject(self, objectId: str) -> None:
        self.get(objectId)["isSliced"] = True

    def do_CleanObject(self, objectId: str) -> None:
        self.get(objectId)["isDirty"] = False

    def do_DirtyObject(self, objectId: str, forceAction: bool = False) -> None:
        self.get(objectId)["isDirty"] = True

    def do_SetObjectPoses(self, objectPoses: list[Any], placeStationary: bool) -> None:
        pass

    # How it is told.

    def first(self, kind: str) -> dict[str, Any]:
        return next(thing for thing in self.things if thing["objectType"] == kind)

    def get(self, object_id: str) -> dict[str, Any]:
        return next(thing for thing in self.things if thing["objectId"] == object_id)

    def _look(self, by: float) -> str | None:
        if not -30 <= self.agent["horizon"] + by <= 60:
            return "can't look any further"
        self.agent["horizon"] += by
        return None

    def _thing(self, kind: str, x: float, y: float, z: float) -> dict[str, Any]:
        names = ("receptacle", "openable", "toggleable", "pickupable", "sliceable")
        return {
            "objectId": object_id(kind, x, y, z), "objectType": kind, "name": kind,
            "position": {"x": x, "y": y, "z": z},
            **{name: bool(flag) for name, flag in zip(names, _TYPES[kind], strict=True)},
            "isOpen": False, "isToggled": False, "isSliced": False, "dirtyable": kind == "Mug",
            "isDirty": kind == "Mug",
            "receptacleObjectIds": [] if _TYPES[kind][0] else None, "parentReceptacles": None,
        }  # fmt: skip

    def _place(self, thing: dict[str, Any], target: dict[str, Any]) -> None:
        target["receptacleObjectIds"].append(thing["objectId"])
        thing["parentReceptacles"] = [target["objectId"]]
        thing["position"] = dict(target["position"])

    def _leave(self, thing: dict[str, Any]) -> None:
        for other in self.things:
            if thing["objectId"] in (other["receptacleObjectIds"] or ()):
                other["receptacleObjectIds"].remove(thing["objectId"])
        thing["parentReceptacles"] = None

    def _visible(self, thing: dict[str, Any]) -> bool:
        closed = [self.get(parent) for parent in thing["parentReceptacles"] or ()]
        if any(parent["openable"] and not parent["isOpen"] for parent in closed):
            return False
        x, z = thing["position"]["x"] - self.agent["x"], thing["position"]["z"] - self.agent["z"]
        off = (math.degrees(math.atan2(x, z)) - 90 * self.agent["turn"] + 180) % 360 - 180
        return thing["objectId"] != self.held and math.hypot(x, z) <= 1.5 and abs(off) <= 45

    def _event(self, success: bool, error: str, result: Any = None, rendered: bool = True) -> Any:
        for thing in self.things:
            thing["visible"] = self._visible(thing)
        frame, colours = self._draw()
        held = [{"objectId": self.held, "objectType": self.get(self.held)["objectType"]}] if self.held else []
        agent = {
            "position": {"x": self.agent["x"], "y": 0.9, "z": self.agent["z"]},
            "rotation": {"x": 0.0, "y": 90.0 * self.agent["turn"], "z": 0.0},
            "cameraHorizon": self.agent["horizon"],
        }
        metadata = {
            "objects": copy.deepcopy(self.things), "agent": agent, "inventoryObjects": held, "actionReturn": result,
            "lastActionSuccess": success, "errorMessage": error, "errorCode": "", "sceneName": self.scene,
        }  # fmt: skip
        self.last_event = SimpleNamespace(
            metadata=metadata,
            frame=frame if rendered else None,
            instance_segmentation_frame=frame if rendered else None,
            color_to_object_id=colours,
        )
        return self.last_event

    def _draw(self) -> tuple[Any, dict[Any, str]]:
        """What is visible as squares side by side, each in a colour of its own."""
        frame = np.zeros((SIZE, SIZE, 3), np.uint8)
        colours = {}
        for number, thing in enumerate(self.things):
            colour = (10 + number * 15, 255 - number * 10, 40)
            colours[colour] = thing["objectId"]
            if thing["visible"]:
                row, column = divmod(number, 4)
                frame[row * 16 : row * 16 + 12, column * 16 : column * 16 + 12] = colour
        return frame, colours


def engine_of(house: House) -> Engine:
    return Engine("test house", lambda made: made.append(house), "FloorPlan1")


def world_of(house: House) -> World:
    return World(engine_of(house), "FloorPlan1")

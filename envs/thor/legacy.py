"""AI2-THOR 2.1.0, the version ALFRED was recorded with, behind the calls and the metadata of 5.0.0.

ALFRED's trials, object names and figures belong to this build alone; the project's authors have said that there will
be no port. To use it: `pip install ai2thor==2.1.0 flask==2.0.3 werkzeug==2.0.3` in the place of 5.0.0, an X display,
and `--engine alfred`. What differs, and is translated here:

| 5.0.0 | 2.1.0 |
|---|---|
| the constructor starts the player | `start()` after it |
| Initialize's arguments are the constructor's | an `Initialize` step after every `reset` |
| RotateLeft, LookUp ... take degrees | fixed 90 degrees; looking is a TeleportFull by 15, as ALFRED does it |
| PutObject(objectId=receptacle) | PutObject(objectId=held, receptacleObjectId=receptacle) |
| OpenObject(openness=) | OpenObject(moveMagnitude=) |
| TeleportFull(rotation={x, y, z}, standing=) | TeleportFull(rotation=degrees, rotateOnTeleport=True) |
| renderInstanceSegmentation | renderObjectImage, for the whole scene |
| metadata actionReturn of GetReachablePositions | metadata reachablePositions |
| openness, temperature, isHeatSource, isColdSource | openPercent, ObjectTemperature, canChangeTempToHot, ...ToCold |
| a failed step of a bad kind raises ValueError | any failure is lastActionSuccess false |

Nothing here has been run against the 2.1.0 build, which cannot be had offline: it is tested against a double of the
2.1.0 Controller that takes exactly these calls.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import signal
import time
from typing import Any

from envs.base import EnvError
from envs.thor.engine import Controller, Engine, Event, RefusalError
from envs.thor.options import ThorOptions

_RENAMED = {
    "openPercent": "openness",
    "ObjectTemperature": "temperature",
    "canChangeTempToHot": "isHeatSource",
    "canChangeTempToCold": "isColdSource",
}
_INITIALIZE = {
    "gridSize": 0.25, "cameraY": 0.75, "renderImage": True, "renderDepthImage": False, "renderClassImage": False,
    "renderObjectImage": True, "visibility_distance": 1.5, "makeAgentsVisible": False,
}  # fmt: skip
_BOOLS = ("pickupable", "receptacle", "openable", "isOpen", "toggleable", "isToggled", "sliceable", "isSliced")
_MISSING = {**dict.fromkeys((*_BOOLS, "dirtyable", "isDirty", "visible"), False), "receptacleObjectIds": None}
_LOOKS = {"LookUp": -15.0, "LookDown": 15.0}
_LOWEST, _HIGHEST = 60.0, -30.0
_SMALLEST = 300
_UNKNOWN = ("GetInteractablePoses", "FurnishScene")


class LegacyController:
    """A 2.1.0 Controller with the face of 5.0.0's."""

    def __init__(self, old: Any) -> None:
        self._old = old
        self.server: Any = _Server(old)
        self.last_event: Any = None

    def reset(self, scene: str) -> Event:
        self._old.reset(scene)
        return self._answer(self._old.step({"action": "Initialize", **_INITIALIZE}))

    def step(self, action: str, **arguments: Any) -> Event:
        if action in _UNKNOWN:
            raise RefusalError(f"AI2-THOR 2.1.0 has no action {action}")
        return self._answer(self._old.step(translated(action, arguments, self._metadata())))

    def stop(self) -> None:
        self._old.stop()

    def _metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = self.last_event.metadata if self.last_event is not None else {}
        return metadata

    def _answer(self, event: Any) -> Event:
        modernise(event.metadata)
        self.last_event = event
        answer: Event = event
        return answer


def translated(action: str, arguments: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """A call of 5.0.0 as 2.1.0 takes it, given the metadata before it."""
    given = {name: value for name, value in arguments.items() if not name.startswith("render")}
    if action in _LOOKS:
        return _teleport(metadata, _LOOKS[action])
    match action:
        case "RotateLeft" | "RotateRight":
            given.pop("degrees", None)
        case "PutObject":
            held = metadata.get("inventoryObjects") or [{"objectId": ""}]
            given |= {"receptacleObjectId": given["objectId"], "objectId": held[0]["objectId"]}
        case "OpenObject":
            given["moveMagnitude"] = given.pop("openness", 1.0)
        case "TeleportFull":
            given.pop("standing", None)
            given.pop("forceAction", None)
            given["rotation"] = given["rotation"]["y"]
            given["rotateOnTeleport"] = True
        case "SetObjectPoses":
            given.pop("placeStationary", None)
        case _:
            pass
    return {"action": action, **given}


def modernise(metadata: dict[str, Any]) -> None:
    """Give metadata of 2.1.0 the names of 5.0.0, in place; the old ones stay."""
    if metadata.get("actionReturn") is None:
        metadata["actionReturn"] = metadata.get("reachablePositions")
    for thing in metadata["objects"]:
        for old, new in _RENAMED.items():
            if old in thing:
                thing.setdefault(new, thing[old])
        for name, value in _MISSING.items():
            thing.setdefault(name, value)


def launch_legacy(options: ThorOptions, scene: str) -> Engine:
    """Start ALFRED's own player. Raises EnvError."""
    if options.size < _SMALLEST:
        raise EnvError(f"AI2-THOR 2.1.0 draws no less than {_SMALLEST} pixels a side, not {options.size}")

    module = importlib.import_module("ai2thor.controller")

    def make(made: list[Controller]) -> None:
        old = module.Controller(quality="MediumCloseFitShadows")
        old.local_executable_path = options.executable or None
        legacy = LegacyController(old)
        made.append(legacy)
        display = {"x_display": options.display.removeprefix(":")} if options.display else {}
        old.start(player_screen_height=options.size, player_screen_width=options.size, **display)
        legacy.reset(scene)

    return Engine("AI2-THOR 2.1.0", make, scene, start=options.start, patience=options.patience)


def _teleport(metadata: dict[str, Any], by: float) -> dict[str, Any]:
    agent = metadata["agent"]
    # 2.1.0 takes any angle; the limits are those of its own LookUp and LookDown.
    horizon = min(_LOWEST, max(_HIGHEST, round(agent["cameraHorizon"] + by, 3)))
    return {
        "action": "TeleportFull", **agent["position"], "rotation": round(agent["rotation"]["y"], 4),
        "horizon": horizon, "rotateOnTeleport": True,
    }  # fmt: skip


class _Server:
    """What `watching` asks of a server: the player's process, and how to end a wait for it."""

    def __init__(self, old: Any) -> None:
        self._old = old

    @property
    def unity_proc(self) -> _Player | None:
        return _Player(self._old.unity_pid) if self._old.unity_pid else None

    def release(self) -> None:
        """2.1.0 waits for its queue for ever: what it gets is no event, and fails there."""
        with contextlib.suppress(queue.Full):
            self._old.request_queue.put_nowait(None)


class _Player:
    """A process of which only the id is known; a thread of ai2thor's waits for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except OSError:
            return 0
        return None

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> None:
        until = time.monotonic() + timeout
        while self.poll() is None and time.monotonic() < until:
            time.sleep(0.05)

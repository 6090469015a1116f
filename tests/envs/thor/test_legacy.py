"""2.1.0 behind the face of 5.0.0, against a double that takes the calls of 2.1.0 and no others."""

from __future__ import annotations

import queue
import subprocess
import time
from types import SimpleNamespace

import pytest

from envs.base import EnvError
from envs.thor import legacy, macros
from envs.thor.engine import Engine
from envs.thor.legacy import LegacyController, modernise, translated
from envs.thor.walk import go_to
from envs.thor.watch import watching
from envs.thor.world import World
from tests.envs.thor.house import House

ARGUMENTS = {
    "MoveAhead": {"moveMagnitude"}, "RotateLeft": set(), "RotateRight": set(),
    "TeleportFull": {"x", "y", "z", "rotation", "horizon", "rotateOnTeleport"},
    "OpenObject": {"objectId", "moveMagnitude"}, "CloseObject": {"objectId", "forceAction"},
    "PickupObject": {"objectId", "forceAction"}, "ToggleObjectOn": {"objectId", "forceAction"},
    "ToggleObjectOff": {"objectId", "forceAction"}, "SliceObject": {"objectId"}, "Pass": set(),
    "PutObject": {"objectId", "receptacleObjectId", "forceAction", "placeStationary"}, "GetReachablePositions": set(),
    "CleanObject": {"objectId"}, "SetObjectPoses": {"objectPoses"}, "Initialize": set(legacy._INITIALIZE),
}  # fmt: skip
RENAMED = {"openness": "openPercent", "isHeatSource": "canChangeTempToHot"}


class Double:
    """A 2.1.0 Controller over the same house: old calls in, old metadata out."""

    def __init__(self) -> None:
        self.house = House()
        self.unity_pid = None
        self.request_queue: queue.Queue = queue.Queue(maxsize=1)
        self.calls: list[dict] = []

    def reset(self, scene: str):
        return self._old(self.house.reset(scene))

    def step(self, action: dict):
        given = dict(action)
        name = given.pop("action")
        self.calls.append(action)
        assert set(given) <= ARGUMENTS[name], f"{name} does not take {set(given) - ARGUMENTS[name]}"
        match name:
            case "Initialize":
                return self._old(self.house.step("Pass"))
            case "RotateLeft" | "RotateRight":
                given["degrees"] = 90
            case "TeleportFull":
                given = {**given, "rotation": {"y": given["rotation"]}}
            case "PutObject":
                assert given["objectId"] == self.house.held
                given["objectId"] = given.pop("receptacleObjectId")
            case "OpenObject":
                given["openness"] = given.pop("moveMagnitude")
            case "SetObjectPoses":
                given["placeStationary"] = True
        return self._old(self.house.step(name, **given))

    def stop(self) -> None:
        pass

    def _old(self, event):
        metadata = event.metadata
        found = metadata.pop("actionReturn")
        metadata["reachablePositions"] = found
        for thing in metadata["objects"]:
            thing["openPercent"], thing["ObjectTemperature"] = 0.0, "RoomTemp"
        return event


@pytest.fixture
def double() -> Double:
    return Double()


@pytest.fixture
def world(double) -> World:
    def make(made: list) -> None:
        controller = LegacyController(double)
        made.append(controller)
        controller.reset("FloorPlan1")

    return World(Engine("AI2-THOR 2.1.0", make, "FloorPlan1"), "FloorPlan1")


def test_a_whole_task_in_the_calls_of_2_1_0(world, double):
    for name, macro in (("Mug 2", macros.pick_up), ("Microwave", macros.heat), ("SinkBasin", macros.clean)):
        go_to(world, world.find(name), name)
        macro(world, world.find(name)[0])
    go_to(world, world.find("Drawer 1"), "drawer")
    macros.put_down(world, world.find("Drawer 1")[0])
    assert world.failures == 0
    assert world.bookkeeping.heated == world.bookkeeping.cleaned != set()
    used = {call["action"] for call in double.calls}
    assert {"Initialize", "TeleportFull", "PutObject", "OpenObject", "GetReachablePositions"} <= used
    assert not used & {"LookUp", "LookDown", "GetInteractablePoses"}


def test_looking_is_a_teleport_by_fifteen_degrees_within_the_limits():
    agent = {"position": {"x": 1.0, "y": 0.9, "z": 2.0}, "rotation": {"y": 90.00001}, "cameraHorizon": 30.0}
    assert translated("LookDown", {"degrees": 15}, {"agent": agent}) == {
        "action": "TeleportFull", "x": 1.0, "y": 0.9, "z": 2.0, "rotation": 90.0, "horizon": 45.0,
        "rotateOnTeleport": True,
    }  # fmt: skip
    assert translated("LookDown", {}, {"agent": {**agent, "cameraHorizon": 60.0}})["horizon"] == 60.0
    assert translated("LookUp", {}, {"agent": {**agent, "cameraHorizon": -30.0}})["horizon"] == -30.0


def test_metadata_get_the_new_names_and_keep_the_old():
    metadata = {"reachablePositions": [1], "objects": [{"openPercent": 0.5, "ObjectTemperature": "Hot"}]}
    modernise(metadata)
    assert metadata["actionReturn"] == [1]
    thing = metadata["objects"][0]
    assert (thing["openness"], thing["openPercent"], thing["temperature"]) == (0.5, 0.5, "Hot")
    assert thing["isToggled"] is False
    assert thing["receptacleObjectIds"] is None


def test_a_player_that_dies_while_2_1_0_waits_for_it_ends_the_wait():
    process = subprocess.Popen(["sleep", "60"])
    old = SimpleNamespace(unity_pid=process.pid, request_queue=queue.Queue(maxsize=1))
    server = LegacyController(old).server
    started = time.monotonic()
    with watching(lambda: server, 0.5, 0.5):
        # A process that nobody waits for stays as a zombie: 2.1.0 has a thread that does.
        process.wait()
        assert old.request_queue.get(timeout=4) is None
    assert time.monotonic() - started < 4


def test_the_version_that_is_installed_is_looked_at():
    pytest.importorskip("ai2thor")
    from envs.thor.launch import launch
    from envs.thor.options import ThorOptions

    with pytest.raises(EnvError, match=r"engine alfred is AI2-THOR 2\.1\.0, and ai2thor 5"):
        launch(ThorOptions(engine="alfred"), "FloorPlan1")
    with pytest.raises(EnvError, match="draws no less than 300 pixels a side, not 200"):
        legacy.launch_legacy(ThorOptions(engine="alfred", size=200), "FloorPlan1")

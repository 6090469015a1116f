"""The unmodified `ai2thor` Controller against the stand-in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.thor.standin.launch import executable

Start = Callable[..., Any]


def _children() -> list[str]:
    """The states of this process's children that run, or ran, a player."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parts = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(parts[1]) == os.getpid() and (parts[0] == "Z" or b"standin.player" in command):
                found.append(f"{entry.name}:{parts[0]}")
    return found


def test_reset_and_every_image(start: Start) -> None:
    controller = start(renderDepthImage=True, renderInstanceSegmentation=True, renderSemanticSegmentation=True)
    event = controller.last_event
    assert event.metadata["sceneName"] == "FloorPlan3_physics"
    assert event.frame.shape == (300, 300, 3)
    assert event.depth_frame.shape == (300, 300)
    assert 0 < event.depth_frame.min() < event.depth_frame.max() <= 20
    ids = {entry["objectId"] for entry in event.metadata["objects"]}
    pose = controller.step("GetInteractablePoses", objectId=_first(event, "CounterTop"), maxPoses=1).metadata[
        "actionReturn"
    ][0]
    event = controller.step("TeleportFull", **pose)
    assert set(event.instance_masks) <= ids
    assert _first(event, "CounterTop") in event.instance_masks
    for key, mask in event.instance_masks.items():
        left, top, right, bottom = event.instance_detections2D[key]
        rows, columns = np.nonzero(mask)
        assert (left, top, right, bottom) == (columns.min(), rows.min(), columns.max(), rows.max())
    assert event.class_masks["CounterTop"].any()
    assert event.get_object(_first(event, "CounterTop"))["visible"]
    # Pictures come with the bottom row first: the floor must be below.
    floor = event.depth_frame[-1].mean()
    assert floor < event.depth_frame[0].mean() or event.metadata["agent"]["cameraHorizon"] < 0


def _first(event: Any, kind: str) -> str:
    return str(next(entry["objectId"] for entry in event.metadata["objects"] if entry["objectType"] == kind))


def test_the_agent_moves_on_the_grid(start: Start) -> None:
    controller = start()
    points = controller.step("GetReachablePositions").metadata["actionReturn"]
    cells = {(round(p["x"] * 4), round(p["z"] * 4)) for p in points}
    x, z = next((x, z) for x, z in sorted(cells) if (x, z + 1) in cells and (x, z + 2) not in cells)
    controller.step("Teleport", position={"x": x / 4, "y": 0.9, "z": z / 4}, rotation=0, horizon=0, standing=True)
    event = controller.step("MoveAhead")
    assert event.metadata["lastActionSuccess"]
    assert event.metadata["agent"]["position"]["z"] == pytest.approx((z + 1) / 4)
    event = controller.step("MoveAhead")
    assert not event.metadata["lastActionSuccess"]
    assert "is blocking Agent 0" in event.metadata["errorMessage"]
    assert event.metadata["agent"]["position"]["z"] == pytest.approx((z + 1) / 4)
    controller.step("RotateRight")
    controller.step("LookDown", degrees=15)
    agent = controller.step("Crouch").metadata["agent"]
    assert (agent["rotation"]["y"], agent["cameraHorizon"], agent["isStanding"]) == (90, 15, False)
    for _ in range(2):
        controller.step("LookUp")
    assert "can't look up beyond" in controller.step("LookUp").metadata["errorMessage"]
    assert controller.step("Done").metadata["lastActionSuccess"]


def test_bad_actions_raise_as_theirs_do(start: Start) -> None:
    controller = start()
    with pytest.raises(ValueError, match="Invalid action: Fly"):
        controller.step("Fly")
    with pytest.raises(ValueError, match="invalid argument: receptacleObjectId"):
        controller.step("PutObject", objectId="x", receptacleObjectId="y")
    with pytest.raises(ValueError, match="missing the following arguments: objectPoses"):
        controller.step("SetObjectPoses", placeStationary=True)
    with pytest.raises(ValueError, match="degrees must be a number"):
        controller.step("RotateLeft", degrees="ninety")
    with pytest.raises(ValueError, match="objectPoses"):
        controller.step("SetObjectPoses", objectPoses=[{"objectName": "Apple_1"}], placeStationary=True)
    with pytest.raises(ValueError, match="not contained in build"):
        controller.reset("FloorPlan31")
    event = controller.step("PickupObject", objectId="Apple|+09.00|+09.00|+09.00")
    assert not event
    assert "is not the objectId on any object" in event.metadata["errorMessage"]
    assert controller.step("Pass")


def test_pictures_change_size_and_each_step_says_what_it_wants(start: Start) -> None:
    controller = start(width=400, height=350)
    assert controller.last_event.frame.shape == (350, 400, 3)
    assert controller.reset("FloorPlan201", width=120, height=90).frame.shape == (90, 120, 3)
    assert controller.step("Pass", renderImage=False).frame is None
    event = controller.step("Pass", renderInstanceSegmentation=True)
    assert event.instance_segmentation_frame.shape == (90, 120, 3)
    assert controller.step("Pass").instance_segmentation_frame is None


def test_two_at_once_do_not_meet(start: Start) -> None:
    one, two = start(scene="FloorPlan3"), start(scene="FloorPlan401")
    one.step("RotateRight")
    assert two.step("Pass").metadata["agent"] != one.last_event.metadata["agent"]
    assert {one.last_event.metadata["sceneName"], two.last_event.metadata["sceneName"]} == {
        "FloorPlan3_physics", "FloorPlan401_physics",
    }  # fmt: skip


def test_the_same_scene_looks_the_same_in_every_process(start: Start) -> None:
    one, two = start(renderInstanceSegmentation=True), start(renderInstanceSegmentation=True)
    np.testing.assert_array_equal(one.last_event.frame, two.last_event.frame)
    np.testing.assert_array_equal(
        one.last_event.instance_segmentation_frame, two.last_event.instance_segmentation_frame
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_player_that_is_killed_is_noticed_at_once(start: Start, how: signal.Signals) -> None:
    controller = start(server_timeout=None)
    process = controller.server.unity_proc
    os.kill(process.pid, how)
    began = time.monotonic()
    # The Controller finds out when it reads, or already when it writes: then its own `stop` stumbles too.
    with pytest.raises((RuntimeError, BrokenPipeError)):
        controller.step("Pass")
    assert time.monotonic() - began < 5
    assert process.wait(timeout=5) == -how
    fresh = start()
    assert fresh.step("Pass")


def test_a_stopped_controller_leaves_no_process(start: Start) -> None:
    controller = start()
    process = controller.server.unity_proc
    controller.stop()
    process.wait(timeout=10)
    assert _children() == []


def test_a_player_whose_controller_dies_ends_too(tmp_path: Path) -> None:
    """Even one that waits at a pipe which nobody will open."""
    script = (
        "import os, subprocess, sys\n"
        "os.mkfifo(sys.argv[1] + '/a'); os.mkfifo(sys.argv[1] + '/b')\n"
        "env = dict(os.environ, AI2THOR_FIFO_SERVER_PIPE_PATH=sys.argv[1] + '/a',"
        " AI2THOR_FIFO_CLIENT_PIPE_PATH=sys.argv[1] + '/b')\n"
        "child = subprocess.Popen([sys.argv[2]], env=env, stdout=subprocess.DEVNULL)\n"
        "import time; time.sleep(0.5)\n"
        "print(child.pid, flush=True)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(executable())],
        stdout=subprocess.PIPE, text=True, timeout=60, check=True,
    )  # fmt: skip
    player = int(parent.stdout)
    for _ in range(300):
        try:
            state = Path(f"/proc/{player}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return
        if state == "Z":  # nobody has asked after it in this container, but it has ended
            return
        time.sleep(0.1)
    os.kill(player, signal.SIGKILL)
    pytest.fail("the player outlived its Controller")


@pytest.mark.slow
def test_two_hundred_episodes_in_a_row_leave_nothing_behind(start: Start) -> None:
    controller = start(renderDepthImage=True, renderInstanceSegmentation=True)
    process = controller.server.unity_proc
    sizes = []
    for number in range(200):
        event = controller.reset(f"FloorPlan{(1, 201, 301, 401)[number % 4] + number % 7}")
        for action in ("RotateLeft", "MoveAhead", "LookDown", "Pass"):
            event = controller.step(action)
        assert event.metadata["objects"]
        if number % 28 == 27:
            status = Path(f"/proc/{process.pid}/status").read_text()
            sizes.append(int(status.split("VmRSS:")[1].split()[0]))
    assert process.poll() is None
    assert len(list(Path(f"/proc/{process.pid}/fd").iterdir())) < 12
    assert sizes[-1] < sizes[1] * 1.15 + 4096  # kilobytes
    controller.stop()
    process.wait(timeout=10)
    assert _children() == []

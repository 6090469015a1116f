"""Messages as bytes: what the Controller's own framing says of them."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import msgpack  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.thor.standin.wire import Field, Reply, WireError, field, message, read_action


def _frame(stream: BinaryIO) -> tuple[list[int], dict[int, bytes]]:
    """The types of a frame's fields in their order, and their bodies."""
    order: list[int] = []
    bodies: dict[int, bytes] = {}
    while True:
        kind, length = struct.unpack("!BI", stream.read(5))
        order.append(kind)
        if kind == 255:
            assert length == 0
            return order, bodies
        bodies[kind] = stream.read(length)


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9) | st.lists(st.floats(allow_nan=False))))
def test_an_action_is_read_back(action: dict[str, Any]) -> None:
    sent = field(Field.ACTION, json.dumps(action).encode()) + field(Field.END)
    assert read_action(io.BytesIO(sent)) == action


@given(st.binary(max_size=40))
def test_bytes_that_are_no_message_are_an_end_or_an_error(noise: bytes) -> None:
    try:
        action = read_action(io.BytesIO(noise))
    except WireError:
        return
    assert action is None


def test_a_frame_is_metadata_images_end() -> None:
    reply = Reply({"sequenceId": 4, "agents": []}, ((Field.RGB, b"abc"), (Field.IDS, b"defg")))
    order, bodies = _frame(io.BytesIO(b"".join(message(reply))))
    assert order == [1, 4, 9, 255]
    assert msgpack.loads(bodies[1]) == reply.metadata
    assert bodies[9] == b"defg"


def test_a_recorded_exchange_frame_by_frame(tmp_path: Path) -> None:
    """What the Controller sends to reset a scene, byte for byte, and what must come back."""
    there, back = tmp_path / "server.pipe", tmp_path / "client.pipe"
    os.mkfifo(there)
    os.mkfifo(back)
    env = {
        **os.environ,
        "AI2THOR_FIFO_SERVER_PIPE_PATH": str(there),
        "AI2THOR_FIFO_CLIENT_PIPE_PATH": str(back),
        "AI2THOR_SERVER_TYPE": "FIFO",
    }
    env.pop("VISUOMOTOR_ALFRED", None)
    command = [sys.executable, "-m", "envs.thor.standin.player", "-screen-fullscreen", "0", "-screen-quality", "7"]
    player = subprocess.Popen([*command, "-screen-width", "64", "-screen-height", "48"], env=env)
    recorded = [
        ({"action": "GetScenesInBuild", "sequenceId": 1}, [1, 255]),
        ({"action": "Reset", "sceneName": "FloorPlan3_physics", "sequenceId": 0}, [1, 4, 255]),
        ({"action": "Initialize", "gridSize": 0.25, "renderDepthImage": True, "sequenceId": 1}, [1, 4, 5, 255]),
        ({"action": "Pass", "renderInstanceSegmentation": True, "sequenceId": 2}, [1, 4, 5, 9, 255]),
        ({"action": "Pass", "renderImage": False, "renderSemanticSegmentation": True, "sequenceId": 3}, [1, 5, 8, 255]),
        ({"action": "Nonsense", "sequenceId": 4}, [1, 4, 5, 255]),
        ({"action": "ChangeResolution", "x": 20, "y": 10, "sequenceId": 5}, [1, 4, 5, 255]),
    ]
    try:
        with there.open("rb") as incoming:
            order, bodies = _frame(incoming)  # the player speaks first
            assert order == [1, 255]
            assert msgpack.loads(bodies[1])["sequenceId"] == 0
            with back.open("wb", buffering=0) as outgoing:
                for action, expected in recorded:
                    outgoing.write(field(Field.ACTION, json.dumps(action).encode()) + field(Field.END))
                    order, bodies = _frame(incoming)
                    told = msgpack.loads(bodies[1])
                    assert order == expected, action
                    assert told["sequenceId"] == action["sequenceId"]
                    agent = told["agents"][0]
                    size = agent["screenWidth"], agent["screenHeight"]
                    assert len(bodies.get(4, b"")) in (0, size[0] * size[1] * 3)
                    assert len(bodies.get(5, b"")) in (0, size[0] * size[1] * 4)
                    assert len(bodies.get(9, b"")) in (0, size[0] * size[1] * 4)
                    assert agent["lastActionSuccess"] == (action["action"] != "Nonsense")
        assert agent["screenWidth"] == 20
        depth = np.frombuffer(bodies[5], "<f4").reshape(10, 20)
        assert 0 < depth.min() < depth.max() <= 20
        assert player.wait(timeout=10) == 0  # both pipes are closed: it ends by itself
    finally:
        player.kill()
        player.wait()


def test_started_by_hand_it_says_who_starts_it(capfd: pytest.CaptureFixture[str]) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("AI2THOR")}
    done = subprocess.run([sys.executable, "-m", "envs.thor.standin.player"], env=env, timeout=60, check=False)
    assert done.returncode == 2
    assert "started by ai2thor's Controller" in capfd.readouterr().err

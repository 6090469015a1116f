"""A player's session in this process, and the real Controller with a home of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from envs.thor.standin import player
from envs.thor.standin.launch import executable
from envs.thor.standin.session import Outcome, Session


class House:
    """A session that is told to act, as a test reads best."""

    def __init__(self, folder: Path | None = None) -> None:
        self.session = Session(folder, 300, 300)

    def do(self, action: str, **arguments: Any) -> Outcome:
        return player.answer(self.session, {"action": action, **arguments})

    def must(self, action: str, **arguments: Any) -> Outcome:
        outcome = self.do(action, **arguments)
        assert outcome.succeeded, outcome.message
        return outcome

    def goto(self, object_id: str) -> None:
        """Stand where an object is seen from."""
        poses = self.must("GetInteractablePoses", objectId=object_id, standings=[True], maxPoses=1).returned
        assert poses, f"{object_id} is to be seen from nowhere"
        pose = poses[0]
        self.must("TeleportFull", **{**pose, "rotation": {"y": pose["rotation"]}})

    def a(self, kind: str) -> str:
        """The id of the first object of a type."""
        return next(key for key, thing in self.session.open_world().things.items() if thing.kind.name == kind)

    def facts(self, object_id: str) -> dict[str, Any]:
        agent = self.session.reply(0, Outcome(), {"renderImage": False}).metadata["agents"][0]
        return next(entry for entry in agent["objects"] if entry["objectId"] == object_id)


@pytest.fixture
def kitchen() -> House:
    """A made-up kitchen."""
    house = House()
    house.must("Reset", sceneName="FloorPlan3_physics")
    return house


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Makes Controllers of the stand-in; all are stopped at the end."""
    controller = pytest.importorskip("ai2thor.controller")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VISUOMOTOR_ALFRED", raising=False)
    made: list[Any] = []

    def begin(**options: Any) -> Any:
        options = {"scene": "FloorPlan3", "x_display": ":0", "server_start_timeout": 60.0, **options}
        made.append(controller.Controller(local_executable_path=str(executable()), **options))
        return made[-1]

    yield begin
    for one in made:
        with contextlib.suppress(BrokenPipeError):  # the player was killed before the last action was sent
            one.stop()
        if one.server.unity_proc is not None:
            one.server.unity_proc.wait(timeout=10)

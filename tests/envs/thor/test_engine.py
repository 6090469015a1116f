"""Players that do not start, die or get stuck: an EnvError soon, no process left behind, and another one after it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from actions.household import RotateLeft
from envs.base import EnvError
from envs.thor import launch as launching
from envs.thor.engine import Engine, RefusalError
from envs.thor.env import ThorLowEnv
from envs.thor.launch import launch
from envs.thor.options import ThorOptions

pytest.importorskip("ai2thor")
SOON = 5.0


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """ai2thor writes a folder of its own there."""
    monkeypatch.setenv("HOME", str(tmp_path))


def pid_of(engine: Engine) -> int:
    return engine._server().unity_proc.pid


def gone(pid: int) -> bool:
    """Neither running nor a zombie."""
    return not Path(f"/proc/{pid}").exists()


def player(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> ThorOptions:
    path = tmp_path / "player.sh"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    return ThorOptions(engine="unity", executable=str(path), size=300, start=20.0, patience=1.5)


@pytest.mark.parametrize(
    "script",
    [
        "exit 3",  # never opens a pipe
        "kill -SEGV $$",
        'exec 3>"$AI2THOR_FIFO_SERVER_PIPE_PATH"; exit 0',  # opens it, says nothing
        'printf "\\001\\000\\000\\001\\000{" > "$AI2THOR_FIFO_SERVER_PIPE_PATH"',  # half a message
        "exec sleep 60",  # stuck
        'exec 3>"$AI2THOR_FIFO_SERVER_PIPE_PATH"; exec sleep 60',
    ],
    ids=["exits", "crashes", "silent", "half", "stuck", "stuck with a pipe"],
)
def test_a_player_that_does_not_start_is_an_error_within_seconds(tmp_path, monkeypatch, script):
    options = player(tmp_path, script, monkeypatch)
    started = time.monotonic()
    with pytest.raises(EnvError, match="cannot start|failed while it was to start"):
        launch(options, "FloorPlan1")
    assert time.monotonic() - started < 2.0 + SOON
    assert threading.active_count() < 20


@pytest.mark.filterwarnings("ignore:Restarting unity")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP, signal.SIGABRT], ids=["killed", "stuck", "crashed"])
def test_a_player_that_dies_between_two_steps(how):
    engine = launch(ThorOptions(patience=1.5), "FloorPlan1")
    pid = pid_of(engine)
    try:
        assert engine.step("Pass").metadata["lastActionSuccess"]
        os.kill(pid, how)
        started = time.monotonic()
        with pytest.raises(EnvError, match="the stand-in engine .*Pass"):
            engine.step("Pass")
        assert time.monotonic() - started < SOON
        assert not engine.alive
        assert gone(pid)
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("how", "why"), [(signal.SIGKILL, "its player ended"), (signal.SIGSTOP, "its player did nothing for 1.5 s")]
)
def test_the_error_says_what_became_of_the_player(how, why):
    engine = launch(ThorOptions(patience=1.5), "FloorPlan1")
    try:
        os.kill(pid_of(engine), how)
        with pytest.raises(EnvError, match=why) as told:
            engine.step("Pass")
        assert "{" not in str(told.value)
    finally:
        engine.close()


def test_a_player_that_dies_between_episodes_costs_none():
    env = ThorLowEnv(scene="FloorPlan1", patience=2.0)
    try:
        env.reset(seed=0)
        first = pid_of(env.world.engine)
        os.kill(first, signal.SIGKILL)
        env.world.engine._server().unity_proc.wait(5)
        env.reset(seed=0)
        assert pid_of(env.world.engine) != first
        assert gone(first)
    finally:
        env.close()


def test_a_temporary_folder_may_have_a_space_in_its_name(tmp_path, monkeypatch):
    folder = tmp_path / "my files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    engine = launch(ThorOptions(), "FloorPlan1")
    try:
        assert engine.step("Pass").metadata["lastActionSuccess"]
    finally:
        engine.close()


def test_a_temporary_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(EnvError, match="launcher cannot be written .* set TMPDIR"):
        launch(ThorOptions(), "FloorPlan1")


def act_until(env: ThorLowEnv, end: float) -> None:
    while time.monotonic() < end:
        env.step(RotateLeft())


def test_killed_in_the_middle_of_an_episode_and_reset_starts_another():
    env = ThorLowEnv(scene="FloorPlan1", patience=2.0)
    try:
        env.reset(seed=0)
        first = pid_of(env.world.engine)
        threading.Timer(0.2, os.kill, (first, signal.SIGKILL)).start()
        started = time.monotonic()
        with pytest.raises(EnvError):
            act_until(env, started + SOON)
        assert time.monotonic() - started < SOON
        env.reset(seed=0)
        second = pid_of(env.world.engine)
        assert second != first
        assert gone(first)
        assert env.step(RotateLeft())[4]["low_steps"] == 1
    finally:
        env.close()
    assert gone(second)


def test_closing_leaves_no_process_no_folder_and_may_be_done_twice():
    engine = launch(ThorOptions(), "FloorPlan1")
    pid, folder = pid_of(engine), Path(engine._server().tmp_dir.name)
    engine.close()
    engine.close()
    assert gone(pid)
    assert not folder.exists()
    with pytest.raises(EnvError, match="was closed; reset starts another"):
        engine.step("Pass")


def test_an_action_the_player_does_not_know_is_a_refusal_and_it_goes_on():
    engine = launch(ThorOptions(), "FloorPlan1")
    try:
        with pytest.raises(RefusalError, match="does not take Fly"):
            engine.step("Fly")
        assert engine.step("Pass").metadata["lastActionSuccess"]
    finally:
        engine.close()


def test_a_scene_that_is_not_there_is_said_and_no_player_is_left():
    children = set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
    with pytest.raises(EnvError, match="the stand-in engine cannot start: Scene 'Atlantis' not contained in build"):
        launch(ThorOptions(), "Atlantis")
    assert set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()) <= children


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"data": "/nowhere"}, "data is a folder of ALFRED data, with gen/layouts in it"),
        ({"engine": "unity"}, "draws on an X display"),
        ({"engine": "unity", "executable": "/nowhere/thor", "display": ":0"}, "no program that can be started"),
        ({"engine": "alfred"}, "pip install ai2thor==2.1.0"),
    ],
)
def test_what_cannot_be_started_is_said_before_it_is_tried(monkeypatch, options, told):
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(EnvError, match=told):
        launch(ThorOptions(**options), "FloorPlan1")


def test_the_data_is_named_to_the_player_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(launching.DATA, raising=False)
    with launching._told(str(tmp_path)):
        assert os.environ[launching.DATA] == str(tmp_path)
    assert launching.DATA not in os.environ

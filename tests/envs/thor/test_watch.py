"""A player that does nothing is ended, one that is busy is waited for, and a wait for a dead one's pipes is over."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from envs.thor.watch import watching

BUSY = [sys.executable, "-c", "while True: pass"]


@pytest.mark.parametrize(
    ("command", "seconds", "idle", "killed"),
    [
        (["sleep", "60"], 60.0, 0.5, True),
        (BUSY, 60.0, 1.0, False),
        (BUSY, 0.5, 60.0, True),
        (["sleep", "60"], 9, 9, False),
    ],
    ids=["idle", "busy", "too long", "in time"],
)
def test_who_is_killed(command, seconds, idle, killed):
    player = subprocess.Popen(command)
    try:
        with watching(lambda: SimpleNamespace(unity_proc=player), seconds, idle):
            end = time.monotonic() + (5.0 if killed else 2.0)
            while time.monotonic() < end and player.poll() is None:
                time.sleep(0.05)
        assert (player.poll() is not None) is killed
    finally:
        player.kill()
        player.wait()


def test_opening_a_dead_players_pipes_does_not_wait_for_ever(tmp_path):
    pipes = [str(tmp_path / name) for name in ("server", "client")]
    for pipe in pipes:
        os.mkfifo(pipe)
    player = subprocess.Popen(["true"])
    player.wait()
    server = SimpleNamespace(unity_proc=player, server_pipe_path=pipes[0], client_pipe_path=pipes[1])
    with watching(lambda: server, 60.0, 60.0):
        with open(pipes[0], "rb") as told:  # noqa: PTH123 - as ai2thor does
            assert told.read(5) == b"\xff\x00\x00\x00\x00"
        with open(pipes[1], "wb"):  # noqa: PTH123
            pass


def test_time_counts_from_when_the_player_is_there():
    """A build of AI2-THOR is downloaded first, which may take longer than a start."""
    player, there = subprocess.Popen(BUSY), time.monotonic() + 2.0
    try:
        with watching(lambda: SimpleNamespace(unity_proc=player if time.monotonic() > there else None), 1.5, 60.0):
            time.sleep(2.4)
            assert player.poll() is None
            end = time.monotonic() + 5.0
            while time.monotonic() < end and player.poll() is None:
                time.sleep(0.05)
        assert player.poll() is not None
    finally:
        player.kill()
        player.wait()


def test_before_there_is_a_player_there_is_nothing_to_watch():
    with watching(lambda: None, 0.1, 0.1):
        time.sleep(0.7)

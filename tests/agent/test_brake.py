"""A run can be slowed and stopped from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.brake import Brake
from agent.choose import make_policy
from agent.episode import Step
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import space_of
from agent.record import Recorder, read_episode
from envs.registry import make_env


def test_a_stop_file_ends_the_run_with_every_step_recorded(tmp_path: Path) -> None:
    world, policy = make_env("NumberLine"), make_policy("oracle")

    def touch(step: Step) -> None:
        if step.index == 1:
            (tmp_path / "stop").touch()

    header = header_of(world, policy, "NumberLine", "0 3", 1)
    with pytest.raises(KeyboardInterrupt), Recorder(tmp_path, "one", header, space_of(world)) as recorder:
        play(world, policy, name="NumberLine", task="0 3", seed=1, budget=Budget(), recorder=recorder,
             watchers=[touch, Brake(tmp_path)])  # fmt: skip
    recorded = read_episode(tmp_path / "episodes" / "one.jsonl")
    assert [step["index"] for step in recorded.steps] == [0, 1]
    assert recorded.episode().outcome == "interrupted"
    assert not (tmp_path / "stop").exists()


def test_actions_come_no_faster_than_the_pace(tmp_path: Path) -> None:
    now = 0.0
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    def think(step: Step) -> None:
        nonlocal now
        now += 0.4 if step.index == 0 else 3.0

    brake = Brake(tmp_path, 1.0, clock=lambda: now, sleep=sleep)
    episode = play(make_env("NumberLine"), make_policy("oracle"), name="NumberLine", task="0 3", seed=0,
                   budget=Budget(), watchers=[brake, think])  # fmt: skip
    assert episode.steps == 3
    assert slept == [pytest.approx(0.6)]

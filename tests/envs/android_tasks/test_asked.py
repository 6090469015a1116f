"""The oracle is asked in a person's own words: `visuomotor run android --standin --task … --model oracle`."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from envs.android.env import AndroidEnv
from envs.android.standin.seed import default_state
from envs.android.tasks.asked import find_task
from envs.android.tasks.base import Draw
from envs.android.tasks.registry import TASKS
from envs.base import EnvError


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("Set an alarm for 7:30", "clock-alarm"),
        ("  set an ALARM for 7:30. ", "clock-alarm"),
        ("设一个7:30的闹钟", "clock-alarm"),
    ],
)
def test_a_task_is_found_by_its_words(words: str, task: str) -> None:
    found = find_task(words, 0)
    assert found is not None
    assert (found.task.name, found.parameters["hour"], found.parameters["minute"]) == (task, 7, 30)


@pytest.mark.parametrize("words", ["", "Do a flip", "Set an alarm for yesterday", "Set an alarm for 7:30 (.+)"])
def test_other_words_are_no_task(words: str) -> None:
    assert find_task(words, 0) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_task_is_found_by_a_goal_of_its_own(language: str) -> None:
    """By one that has the same meaning on the phone of the seed: some goals of two tasks read alike."""
    state = default_state(3, language)
    for task in TASKS.values():
        goal = task.goal(random.Random(1), language, task.draw(Draw(random.Random(7), state, language)))
        found = find_task(goal, 3)
        assert found is not None, goal
        assert goal in {
            template.format(**found.parameters) for template in (*found.task.english, *found.task.chinese)
        }, goal


def test_the_oracle_does_on_the_stand_in_what_it_is_asked(tmp_path: Path) -> None:
    words = ["run", "android", "--standin", "--task", "Set an alarm for 7:30", "--model", "oracle", "--out", "r"]
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (record,) = (tmp_path / "r" / "episodes").glob("*.jsonl")
    assert '"status": "success"' in record.read_text().splitlines()[-1]


def test_what_the_oracle_does_not_know_is_said() -> None:
    env = AndroidEnv(standin=True)
    try:
        with pytest.raises(EnvError, match="a step comes after reset"):
            env.oracle()
        env.reset(seed=0, options={"task": "Do a flip"})
        with pytest.raises(EnvError, match="knows the goals of Phone.TASK"):
            env.oracle()
    finally:
        env.close()

"""Whatever goes wrong with the phone, an episode ends in time, says how, and leaves nothing behind."""

from __future__ import annotations

import random
import time
from pathlib import Path

import psutil
import pytest

from actions.dialects.registry import make_dialect
from agent.episode import Outcome, Step
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import OraclePolicy, RandomPolicy, space_of
from agent.record import Recorder, read_episode
from envs.android.bench import PhoneTask
from envs.android.standin.faults import Drop
from envs.android.tasks.table import TASKS
from envs.base import EnvError

SECONDS = 60.0
"""An episode's budget. What is under way when it runs out still ends: a command may take 30 s, and be tried again."""
GRACE = 60.0
ANIMATIONS = ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")


class Trouble:
    """Something goes wrong before some of an episode's steps, by the seed."""

    def __init__(self, env: PhoneTask, seed: int) -> None:
        self._env = env
        self._rng = random.Random(seed)
        self.told: list[str] = []
        self.before: dict[str, str] = {}

    def __call__(self, step: Step) -> None:
        self.before = self.before or borrowed(self._env)
        if self._rng.random() < 0.5:
            kind = self._rng.choice([self.drop, self.fail, self.stall, self.leave, self.turn, self.protect, self.slow])
            self.told.append(kind.__name__)
            kind()

    def drop(self) -> None:
        service = self._rng.choice(["exec:screencap", "exec:", "shell", ""])
        half = self._rng.random() < 0.5
        self._faults.drop = Drop(service, self._rng.choice([0, 1, 24, 5_000, 100_000]), half, self._rng.randint(1, 3))

    def fail(self) -> None:
        self._faults.screencap_fails = self._rng.randint(1, 3)

    def stall(self) -> None:
        self._faults.stall(self._rng.choice([0.5, 3.0, 10.0]))

    def leave(self) -> None:
        self._env._rig.run(self._standin.go_offline(self._rng.choice([0.2, 2.0, 20.0])))

    def turn(self) -> None:
        self._env._rig.run(self._env._rig.phone.rotate(self._rng.randrange(4)))

    def protect(self) -> None:
        self._faults.secure = not self._faults.secure

    def slow(self) -> None:
        self._faults.latency = {"input": 0.25, "screencap": 0.7}

    def end(self) -> None:
        """What is set to happen does not, so that the phone can be looked at."""
        self._faults.drop, self._faults.screencap_fails, self._faults.stalled_until = None, 0, 0.0

    @property
    def _standin(self):
        return self._env._rig.standin

    @property
    def _faults(self):
        return self._standin.faults


def borrowed(env: PhoneTask) -> dict[str, str]:
    """What the driver may change on a phone, and puts back: the keyboard and the animations."""
    phone = env._rig.phone
    names = [("global", name) for name in ANIMATIONS] + [("secure", "default_input_method")]
    return {name: env._rig.run(phone.setting(space, name)) for space, name in names}


def episode(seed: int, folder: Path) -> tuple[Outcome, list[str]]:
    """Play one with random trouble, and check how it ended. Raises AssertionError."""
    rng = random.Random(seed)
    task = rng.choice(sorted(TASKS))
    env = PhoneTask(task)
    policy = (OraclePolicy if rng.random() < 0.5 else RandomPolicy)(make_dialect("qwen"))
    trouble, name, started = Trouble(env, seed), f"{seed:03d}", time.monotonic()
    try:
        with Recorder(folder, name, header_of(env, policy, f"Phone.{task}", "", seed), space_of(env)) as recorder:
            played = play(
                env, policy, name=f"Phone.{task}", seed=seed, budget=Budget(steps=12, seconds=SECONDS),
                recorder=recorder, watchers=[trouble],
            )  # fmt: skip
        where = f"seed {seed}, {task}, {policy.name}, {trouble.told}: {played.outcome} {played.error}"
        assert time.monotonic() - started < SECONDS + GRACE, where
        assert (played.outcome is Outcome.ERROR) == bool(played.error), where
        read = read_episode(folder / "episodes" / f"{name}.jsonl")
        assert len(read.steps) == played.steps, where
        assert read.episode().outcome is played.outcome, where
        trouble.end()
        closing = time.monotonic()
        try:
            env._driver.close()
        except EnvError as error:  # the phone is still away, or was at the worst moment: then it is said
            trouble.told.append(f"close: {error}")
        else:
            assert borrowed(env) == trouble.before, where
        assert time.monotonic() - closing < GRACE, where
    finally:
        env.close()
    return played.outcome, trouble.told


def all_end(seeds: range, folder: Path) -> dict[str, int]:
    me = psutil.Process()
    before = len(me.children(recursive=True))
    outcomes: dict[str, int] = {}
    for seed in seeds:
        outcome, told = episode(seed, folder)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        print(seed, outcome, told, flush=True)
    ends = time.monotonic() + 30
    while time.monotonic() < ends and len(me.children(recursive=True)) > before:
        time.sleep(0.2)
    assert len(me.children(recursive=True)) <= before
    return outcomes


def test_an_episode_with_random_trouble_ends(tmp_path: Path) -> None:
    """One here; two hundred with the slow tests."""
    try:
        outcomes = all_end(range(1, 2), tmp_path)
    except EnvError as error:
        pytest.skip(str(error))
    assert sum(outcomes.values()) == 1


@pytest.mark.slow
def test_two_hundred_episodes_with_random_trouble_end(tmp_path: Path) -> None:
    outcomes = all_end(range(200), tmp_path)
    print(outcomes)
    assert sum(outcomes.values()) == 200
    assert outcomes.get(Outcome.TERMINATED, 0) > 20  # the trouble is such that some get through

"""The adapter with AndroidWorld's interfaces faked: the package and an emulator are not on this machine."""

from __future__ import annotations

import os
import random
import sys
from types import ModuleType
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from actions.android import Answer, Click, Done, Wait
from actions.dialects.registry import make_dialect
from actions.point import Point
from agent.cli import app
from agent.guard import Budget
from agent.play import play
from agent.policy import RandomPolicy
from envs.android.androidworld import AndroidWorldOptions, AndroidWorldTask, PackageSuite
from envs.base import EnvError
from envs.registry import make_env
from evals.summary import read_summary

EMULATOR = "VISUOMOTOR_EMULATOR"


class FakeEval:
    """A task that asks for its parameter to be answered."""

    start_on_home_screen = True
    complexity = 0.3
    log: ClassVar[list[str]] = []

    def __init__(self, params):
        self.params = params
        self.goal = f"Answer {params['word']}."

    @classmethod
    def generate_random_params(cls):
        return {"word": random.choice(["red", "green", "blue", "black", "white"])}

    def initialize_task(self, env):
        env.interaction_cache = ""
        self.log.append("initialise")

    def is_successful(self, env):
        return float(env.interaction_cache == self.params["word"])

    def tear_down(self, env):
        self.log.append("tear down")


class BrokenEval(FakeEval):
    def is_successful(self, env):
        raise KeyError("no such table: events")


class MiddleEval(FakeEval):
    start_on_home_screen = False


class FakeSuite:
    """Tasks by name, and an emulator that counts."""

    interaction_cache = ""
    closed = 0

    def tasks(self):
        return {"AnswerWord": FakeEval, "Broken": BrokenEval, "Middle": MiddleEval}

    def connect(self):
        return self

    def close(self):
        self.closed += 1


@pytest.fixture
def suite():
    FakeEval.log.clear()
    return FakeSuite()


@pytest.fixture
def task(suite, make):
    made = []

    def start(name="AnswerWord"):
        def driver(render_mode, **options):
            return make(**options)

        env = AndroidWorldTask(suite=suite, driver=driver, task_name=name)
        made.append(env)
        return env

    yield start
    for env in made:
        env.close()


def test_a_seed_decides_the_parameters_and_leaves_the_global_generator_alone(task):
    env = task()
    random.seed(5)
    goals = []
    for seed in (1, 2, 3, 1, 2, 3):
        observation, info = env.reset(seed=seed)
        assert info["goal"] in observation["text"]
        goals.append(info["goal"])
    assert goals[:3] == goals[3:]
    assert len(set(goals)) > 1
    drawn = random.random()
    random.seed(5)
    assert random.random() == drawn


def test_the_answer_is_judged_when_the_agent_is_done_whatever_it_says_of_itself(task):
    env = task()
    _, info = env.reset(seed=1)
    assert (info["score"], info["budget"]) == (None, 3)
    _, reward, terminated, truncated, _ = env.step(Answer(info["goal"].split()[1].rstrip(".")))
    assert (reward, terminated, truncated) == (0.0, False, False)
    _, reward, terminated, _, info = env.step(Done("failure"))
    assert (reward, terminated, info["score"]) == (1.0, True, 1.0)
    env.reset(seed=2)
    _, reward, terminated, _, info = env.step(Done())
    assert (reward, terminated, info["score"]) == (0.0, True, 0.0)


def test_the_budget_is_ten_steps_a_point_of_complexity(task):
    env = task()
    env.reset(seed=1)
    ends = [env.step(Wait(0.0))[3] for _ in range(3)]
    assert ends == [False, False, True]


def test_what_was_begun_is_torn_down_and_the_emulator_let_go(task, suite):
    env = task()
    env.reset(seed=1)
    env.reset(seed=2)
    env.close()
    env.close()
    assert FakeEval.log == ["initialise", "tear down", "initialise", "tear down"]
    assert suite.closed == 1


def test_a_task_that_does_not_begin_on_the_home_screen_is_left_where_it_is(task, phone):
    task("Middle").reset(seed=1)
    assert ["input", "keyevent", "KEYCODE_HOME"] not in phone.done
    task("AnswerWord").reset(seed=1)
    assert ["input", "keyevent", "KEYCODE_HOME"] in phone.done


def test_a_judge_that_breaks_ends_the_episode_as_an_error_that_says_why(task):
    env = task("Broken")
    env.reset(seed=1)
    env.step(Click(Point(0.5, 0.5)))
    with pytest.raises(EnvError, match=r"could not judge Broken: KeyError.*no such table"):
        env.step(Done())


def test_a_policy_plays_it_through_the_loop(task):
    policy = RandomPolicy(make_dialect("qwen"))
    episode = play(task(), policy, name="AndroidWorld", seed=3, budget=Budget(steps=10))
    assert episode.steps <= 3
    assert episode.error == ""


def test_bad_names_and_missing_parts_are_said(task, monkeypatch):
    with pytest.raises(EnvError, match="Did you mean AnswerWord"):
        task("AnswerWrd").reset(seed=0)
    with pytest.raises(EnvError, match="after reset"):
        task().step(Done())
    with pytest.raises(EnvError, match="draws a task's goal itself"):
        task().reset(seed=0, options={"task": "Call mum."})
    with pytest.raises(EnvError, match=r"pip install git\+https://github.com/google-research/android_world"):
        make_env("AndroidWorld", task_name="ContactsAddContact").reset(seed=0)


@pytest.fixture
def package(monkeypatch, suite):
    """The package android_world, as far as it is imported."""

    class TaskRegistry:
        ANDROID_WORLD_FAMILY = "android_world"

        def get_registry(self, family):
            assert family == "android_world"
            return suite.tasks()

    asked = []

    def load_and_setup_env(console_port, grpc_port, adb_path):
        asked.append((console_port, grpc_port, adb_path))
        return suite

    for name in ("android_world", "android_world.registry", "android_world.env", "android_world.env.env_launcher"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr(sys.modules["android_world.registry"], "TaskRegistry", TaskRegistry, raising=False)
    launcher = sys.modules["android_world.env.env_launcher"]
    monkeypatch.setattr(launcher, "load_and_setup_env", load_and_setup_env, raising=False)
    return asked


def test_the_package_is_asked_for_tasks_and_for_the_emulator_on_its_ports(package, suite):
    found = PackageSuite(AndroidWorldOptions(console_port=5556, grpc_port=8556, adb="/opt/adb"))
    assert list(found.tasks()) == list(suite.tasks())
    assert found.connect() is suite
    assert package == [(5556, 8556, "/opt/adb")]


def test_without_the_program_adb_it_says_so(package, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EnvError, match="the program adb, which is not here"):
        PackageSuite(AndroidWorldOptions()).connect()


def test_the_command_scores_by_task_and_an_error_keeps_its_task(package, tmp_path):
    """No emulator is there, so that every episode ends in an error; it stays in its task's row."""
    words = ["eval", "androidworld", "--model", "random", "--tasks", "AnswerWord,Middle", "--serial", "no-such-phone"]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "run")])
    assert result.exit_code == 1, result.output
    rows = {(row.name, row.metric): row for row in read_summary(tmp_path / "run/summary.json")}
    assert {name for name, _ in rows} == {"AnswerWord", "Middle", "all"}
    assert (rows["all", "success_rate"].episodes, rows["all", "success_rate"].errors) == (2, 2)


@pytest.mark.slow
@pytest.mark.skipif(
    "VISUOMOTOR_EMULATOR" not in os.environ, reason="needs an emulator: its serial in VISUOMOTOR_EMULATOR"
)
def test_a_task_on_a_running_emulator():
    pytest.importorskip("android_world")
    env = make_env("AndroidWorld", task_name="SystemWifiTurnOff", serial=os.environ[EMULATOR])
    try:
        observation, info = env.reset(seed=0)
        assert observation["image"].any()
        assert info["goal"]
        assert env.step(Done())[1] in (0.0, 1.0)
    finally:
        env.close()

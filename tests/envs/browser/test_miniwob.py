"""MiniWoB++ as it is published: its tasks, its goals and its own rewards, the same for the same seed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from actions.browser import Click, Done, Goto, Key, TypeText, Wait
from actions.call import ActionError
from actions.point import Point
from envs.base import EnvError
from envs.browser import driver
from envs.browser.miniwob.env import MiniWob
from envs.browser.miniwob.site import address, html_folder
from envs.browser.miniwob.tasks import KINDS, TASKS, is_flight
from envs.registry import SPECS, make_env

SOME = (
    "click-test", "click-button", "enter-text", "click-checkboxes", "choose-date", "drag-box", "count-shape",
    "email-inbox", "use-slider", "click-tab", "social-media", "flight.Alaska",
)  # fmt: skip
MIDDLE = """q => {
  const box = document.querySelector(q).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""
HIDDEN = ("find-greatest", "guess-number", "hot-cold")  # what a seed draws is not seen at the start
MOVING = ("chase-circle", "moving-items")  # pages that go on by themselves: their pixels depend on the clock


@pytest.fixture
def mini() -> Iterator[Callable[..., gymnasium.Env]]:
    open_ones = []

    def make(task: str, **options) -> gymnasium.Env:
        open_ones.append(make_env(f"miniwob.{task}", **options))
        return open_ones[-1]

    yield make
    for env in open_ones:
        env.close()


def reset(env: gymnasium.Env, seed: int) -> tuple[dict, dict]:
    try:
        return env.reset(seed=seed)
    except EnvError as error:
        if "no browser is installed" in str(error):
            pytest.skip(str(error))
        raise


def test_the_tasks_are_those_of_the_packages_own_registry_each_with_a_page():
    source = (html_folder().parent / "registration.py").read_text(encoding="utf-8")
    registered = re.findall(r'id="miniwob/([\w.-]+)-v\d+"', source)
    assert sorted(registered) == list(TASKS)
    assert len(TASKS) == 128
    for task in TASKS:
        path = f"{task.replace('.', '/')}/wrapper.html" if is_flight(task) else f"miniwob/{task}.html"
        assert (html_folder() / path).is_file(), task


def test_every_task_can_be_made_without_a_browser():
    before = driver._driver
    for task in TASKS:
        env = make_env(f"miniwob.{task}")
        assert isinstance(env.unwrapped, MiniWob)
        assert env.unwrapped.task == task
        width, height = (375, 667) if is_flight(task) else (448, 588)
        assert env.observation_space["image"].shape == (height, width, 3)
        assert SPECS[f"miniwob.{task}"].summary.endswith(KINDS[task])
        env.close()
    assert driver._driver is before


def test_what_there_is_not_is_an_error():
    with pytest.raises(EnvError, match="Did you mean miniwob.click-test"):
        make_env("miniwob.click-tests")
    with pytest.raises(EnvError, match="no task 'x'"):
        MiniWob("x")
    with pytest.raises(EnvError, match="unknown mode 'dev'; choose train or test"):
        make_env("miniwob.click-test", mode="dev")
    with pytest.raises(EnvError, match="give no task"):
        make_env("miniwob.click-test").reset(seed=0, options={"task": "Click."})
    with pytest.raises(EnvError, match="the scale is"):
        make_env("miniwob.click-test", scale=100)
    with pytest.raises(EnvError, match="does not take these options"):
        make_env("miniwob.click-test", colour="red")


def starts_alike(env: gymnasium.Env, task: str) -> None:
    """The same seed gives the same start, to the byte; some other seed of a few another."""
    first, info = reset(env, 7)
    assert env.observation_space.contains(first)
    assert first["text"].split("\n")[0] == info["utterance"].split("\n")[0]
    assert info["utterance"].strip()
    again, told = env.reset(seed=7)
    assert told["utterance"] == info["utterance"]
    assert env.unwrapped.fields is not None
    if task not in MOVING:
        assert np.array_equal(again["image"], first["image"])
    if task in HIDDEN:
        return
    others = [env.reset(seed=seed) for seed in (8, 9, 10, 11)]
    assert any(
        other["utterance"] != info["utterance"] or not np.array_equal(seen["image"], first["image"])
        for seen, other in others
    )


@pytest.mark.parametrize("task", SOME)
def test_a_seed_decides_the_start(mini, task):
    starts_alike(mini(task), task)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_a_seed_decides_the_start_of_every_task(mini, task):
    starts_alike(mini(task), task)


@pytest.mark.parametrize("task", ["click-test", "enter-text"])
def test_gymnasiums_own_checker_finds_nothing_not_even_a_warning(mini, task, monkeypatch):
    env = mini(task, render_mode="rgb_array")
    reset(env, 0)
    whole = MiniWob._info  # what a step took differs from time to time, and is all that may
    monkeypatch.setattr(MiniWob, "_info", lambda self: {k: v for k, v in whole(self).items() if k != "seconds"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped)


def test_the_right_click_is_worth_one_and_a_wrong_one_minus_one(mini):
    env = mini("click-test")
    for seed in range(3):
        first, info = reset(env, seed)
        assert (info["raw_reward"], info["done"]) == (0.0, False)
        _, action = env.unwrapped.oracle()
        last, reward, terminated, truncated, info = env.step(action)
        assert (reward, terminated, truncated) == (1.0, True, False)
        assert (info["raw_reward"], info["done"]) == (1.0, True)
        shows_the_task(first["image"])
        shows_the_task(last["image"])
    env = mini("click-test-2")
    reset(env, 1)
    _, action = env.unwrapped.oracle()
    wrong = env.unwrapped.run(
        "() => { const b = [...document.querySelectorAll('#area button')].find(b => b.textContent.includes('TWO'))"
        ".getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }"
    )
    _, reward, terminated, _, info = env.step(Click(Point(wrong[0] / 160, wrong[1] / 210)))
    assert (reward, terminated, info["raw_reward"]) == (-1.0, True, -1.0)


def shows_the_task(image: np.ndarray) -> None:
    """The yellow field of the goal is at the top, and no cover or display over the rest."""
    assert tuple(image[6, 6]) == (255, 255, 0)
    assert (image.reshape(-1, 3) == 255).all(axis=1).mean() > 0.5
    grey = (np.abs(image.astype(int) - image.mean(axis=2, keepdims=True)).max(axis=2) < 4) & (image.max(axis=2) < 100)
    assert grey.mean() < 0.3


def test_the_limit_of_time_is_lifted_as_far_as_a_timer_goes(mini):
    env = mini("click-button")
    reset(env, 3)
    assert env.unwrapped.run("() => [core.EPISODE_MAX_TIME, WOB_DONE_GLOBAL]") == [2147483647, False]
    env.step(Wait(0.2))  # a timer of a longer time would end the episode at once
    assert env.unwrapped.run("() => WOB_DONE_GLOBAL") is False


@pytest.mark.slow
def test_no_clock_ends_an_episode(mini):
    env = mini("click-button")
    reset(env, 3)
    for _ in range(3):  # MiniWoB++'s own limit is 10 s
        _, reward, terminated, truncated, info = env.step(Wait(4.0))
    assert (reward, terminated, truncated, info["done"]) == (0.0, False, False, False)
    _, reward, *_ = env.step(env.unwrapped.oracle()[1])
    assert reward == 1.0  # the raw one, without a discount for time


def test_the_cover_and_the_display_are_hidden_from_the_start_to_the_end(mini):
    env = mini("click-test")
    reset(env, 0)
    hidden = "() => ['#sync-task-cover', '#reward-display'].map(q => document.querySelector(q))" \
        ".map(e => !e || getComputedStyle(e).display === 'none')"  # fmt: skip
    assert env.unwrapped.run(hidden) == [True, True]
    env.step(env.unwrapped.oracle()[1])
    assert env.unwrapped.run(hidden) == [True, True]


def test_goals_come_in_both_forms(mini):
    env = mini("click-test")
    _, info = reset(env, 0)
    assert info["utterance"] == "Click the button."
    assert env.unwrapped.fields == {}
    env = mini("email-inbox-forward-nl")
    seen, info = reset(env, 1)
    assert info["utterance"] in seen["text"]
    assert set(env.unwrapped.fields) == {"by", "to"}
    assert all(name in info["utterance"] for name in env.unwrapped.fields.values())


def test_the_test_split_is_another_one_where_a_page_has_two(mini):
    assert mini("email-inbox-forward-nl", mode="test").unwrapped is not None
    env = mini("email-inbox-forward-nl", mode="test")
    reset(env, 0)
    assert env.unwrapped.run("() => WOB_DATA_MODE") == "test"


def test_giving_up_ends_an_episode_with_nothing_and_foreign_actions_are_refused(mini):
    env = mini("enter-text")
    with pytest.raises(EnvError, match=r"comes with reset\(\)"):
        env.unwrapped._act(Done()).send(None)
    reset(env, 0)
    with pytest.raises(ActionError, match="not an action of a MiniWoB"):
        env.step(Goto("https://example.org"))
    _, reward, terminated, truncated, info = env.step(Done())
    assert (reward, terminated, truncated, info["done"], info["raw_reward"]) == (0.0, True, False, False, 0.0)


def test_a_whole_episode_by_mouse_and_keyboard_alone(mini):
    env = mini("enter-text")
    _, info = reset(env, 2)
    word = re.search(r'"(.+)"', info["utterance"])[1]  # type: ignore[index]
    x, y = env.unwrapped.run(MIDDLE, "#tt")
    env.step(Click(Point(x / 160, y / 210)))
    env.step(TypeText("wrong"))
    env.step(Key("Control+a"))
    env.step(TypeText(word))
    x, y = env.unwrapped.run(MIDDLE, "#subbtn")
    _, reward, terminated, _, _ = env.step(Click(Point(x / 160, y / 210)))
    assert (reward, terminated) == (1.0, True)


def test_pages_come_from_the_installed_package_and_flights_from_loopback():
    assert address("click-test").startswith("file:///")
    assert re.match(r"http://127\.0\.0\.1:\d+/flight/AA/wrapper\.html", address("flight.AA"))

"""A recorded episode as a world: teacher forcing, what is told, and what a broken recording does."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image

from actions.android import Click, Press, Wait, android_space
from actions.call import ActionError, FunctionCall
from actions.cards import Hit
from actions.point import Point
from envs.base import EnvError
from envs.options import options_of
from envs.registry import find, make_env
from envs.replay.aitz import read_set
from envs.replay.env import AitzReplay
from envs.replay.space import ReplaySpace, Unanswered
from tests.envs.replay.made import make


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("zoo")
    make(root, 6)
    return root


def replay(zoo: Path, **options) -> AitzReplay:
    return AitzReplay(root=str(zoo), **options)


def test_gymnasiums_own_checker_finds_nothing(zoo):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*not within the observation space.*")  # until a reset says the size
        check_env(make_env("AITZ", root=str(zoo), render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("action", [Wait(seconds=1.0), Click(point=Point(0.1, 0.9)), Unanswered()])
def test_the_next_recorded_screen_follows_whatever_is_done(zoo, action):
    episode = read_set(zoo).episodes[1]
    env = replay(zoo, episode=episode.episode_id)
    observation, info = env.reset()
    assert info == {"episode_id": episode.episode_id, "step_id": None, "passed_over": 0}
    for number, step in enumerate(episode.steps):
        assert step.image is not None
        assert np.array_equal(observation["image"], np.array(Image.open(step.image)))
        assert env.observation_space.contains(observation)
        observation, reward, terminated, truncated, info = env.step(action)
        assert (reward, truncated, info["step_id"]) == (0.0, False, number)
        assert terminated == (number == len(episode.steps) - 1)
    with pytest.raises(EnvError, match="is over"):
        env.step(action)


def test_the_oracle_does_what_was_recorded(zoo):
    env = replay(zoo, episode=read_set(zoo).episodes[0].episode_id)
    env.reset()
    golds, done = [], False
    while not done:
        thought, action = env.oracle()
        assert thought
        *_, done, _, info = env.step(action)
        golds.append(info["gold"])
        assert ReplaySpace().decode(FunctionCall(info["gold"]["name"], info["gold"]["arguments"])) == action
    assert golds[-1]["name"] == "done"


@pytest.mark.parametrize(("inputs", "leaks"), [("instruction", False), ("think", False), ("desc", True)])
def test_what_is_told_beside_the_screen_is_an_option(zoo, inputs, leaks):
    episode = read_set(zoo).episodes[0]
    env = replay(zoo, episode=episode.episode_id, inputs=inputs)
    texts = [env.reset()[0]["text"]]
    texts += [env.step(Press(button="Back"))[0]["text"] for _ in episode.steps]
    assert texts.pop() == ""  # nobody recorded what came after the last action
    assert texts[0].startswith(episode.instruction)
    for step, text in zip(episode.steps, texts, strict=True):
        assert (step.description in text) == leaks
        assert (step.thought in text) == (inputs != "instruction")
    assert [text for text in texts[1:] if inputs == "instruction"] == [""] * (
        len(texts) - 1 if inputs == "instruction" else 0
    )


def test_the_goal_can_be_told_with_every_screen(zoo):
    episode = read_set(zoo).episodes[0]
    env = replay(zoo, episode=episode.episode_id, repeat_goal=True)
    env.reset()
    assert env.step(Unanswered())[0]["text"] == episode.instruction


def test_the_seed_chooses_where_no_episode_is_named_and_the_task_names_one(zoo):
    env = replay(zoo)
    drawn = [env.reset(seed=seed)[1]["episode_id"] for seed in range(12)]
    assert drawn == [replay(zoo).reset(seed=seed)[1]["episode_id"] for seed in range(12)]
    assert len(set(drawn)) > 1
    assert env.reset(options={"task": drawn[3]})[1]["episode_id"] == drawn[3]


def test_a_step_without_its_picture_is_passed_over(tmp_path):
    make(tmp_path, 1)
    episode = read_set(tmp_path).episodes[0]
    assert episode.steps[1].image is not None
    episode.steps[1].image.unlink()
    env = replay(tmp_path)
    _, info = env.reset(seed=0)
    assert info["passed_over"] == 1
    answered = [env.step(Unanswered())[4]["step_id"] for _ in episode.steps[1:]]
    assert answered == [0, *range(2, len(episode.steps))]


def damage(picture: Path | None) -> None:
    assert picture is not None
    picture.write_bytes(picture.read_bytes()[:400])


@pytest.mark.parametrize("broken", [0, 1, -1])
def test_a_damaged_picture_costs_its_own_step_alone(tmp_path, broken):
    make(tmp_path, 1)
    steps = read_set(tmp_path).episodes[0].steps
    damage(steps[broken].image)
    env = replay(tmp_path)
    assert env.reset(seed=0)[1]["passed_over"] == (1 if broken == 0 else 0)
    answered, done = [], False
    while not done:
        *_, done, _, info = env.step(Unanswered())
        answered.append(info["step_id"])
    assert answered == [step.step_id for step in steps if step != steps[broken]]
    assert info["passed_over"] == 1


def test_an_episode_of_damaged_pictures_alone_and_a_picture_that_vanishes_are_broken_worlds(tmp_path):
    make(tmp_path, 1)
    steps = read_set(tmp_path).episodes[0].steps
    env = replay(tmp_path)
    env.reset(seed=0)
    assert steps[1].image is not None
    steps[1].image.unlink()  # a disk that is gone must not pass for a set without pictures
    with pytest.raises(EnvError, match=r"_1.png cannot be read"):
        env.step(Unanswered())
    for step in steps:
        if step.image is not None and step.image.exists():
            damage(step.image)
    with pytest.raises(EnvError, match="has no screen to show"):
        replay(tmp_path).reset(seed=0)


def test_the_world_tells_what_was_done_on_screens_it_could_not_show(tmp_path):
    make(tmp_path, 1)
    steps = read_set(tmp_path).episodes[0].steps
    assert steps[0].image is not None
    steps[0].image.unlink()
    damage(steps[2].image)
    env = replay(tmp_path)
    env.reset(seed=0)
    assert [step.step_id for step in env.skipped] == [0]
    env.step(Unanswered())
    assert [step.step_id for step in env.skipped] == [2]


def test_no_model_is_told_of_the_mark_of_an_unanswered_step():
    space = ReplaySpace()
    assert space.names == android_space().names
    assert space.encode(Unanswered()) == FunctionCall("unanswered", {})
    assert space.contains(Unanswered())
    with pytest.raises(ActionError, match="no function 'unanswered'"):
        space.decode(FunctionCall("unanswered", {}))


def test_foreign_actions_unknown_options_and_sets_that_are_not_there_are_refused(zoo):
    env = replay(zoo)
    env.reset(seed=0)
    with pytest.raises(ActionError, match="not an action of a phone"):
        env.step(Hit())
    with pytest.raises(EnvError, match="before reset"):
        replay(zoo).oracle()
    with pytest.raises(EnvError, match="the replay needs a set: --root"):
        make_env("AITZ").reset()
    with pytest.raises(EnvError, match="inputs is one of instruction, think, desc"):
        make_env("AITZ", inputs="all")
    with pytest.raises(EnvError, match="has the splits test and train"):
        make_env("AITZ", split="val")
    assert {option.name for option in options_of(find("AITZ"))} == {
        "root", "split", "episode", "inputs", "repeat_goal",
    }  # fmt: skip

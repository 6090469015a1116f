"""What every card game keeps to as an env. (The browser's are in tests/envs/browser.)"""

from __future__ import annotations

import random
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from actions.call import ActionError
from actions.cards import NUMBERS, AppendTo12, AppendTo24, Hit, Plus
from actions.space import Action
from envs.base import EnvError
from envs.registry import make_env

STEPS = 30  # longer than any episode whose actions change something
GAMES = ("NumberLine", "Blackjack", "EZPoints", "Points24")
every_env = pytest.mark.parametrize("name", GAMES)
every_rule = pytest.mark.parametrize("rules", ["default", "rl4vlm"])
each_player = pytest.mark.parametrize("player", ["oracle", "random"])

# All an env may say. None of it depends on the deal, so nothing hidden can reach the model through it.
TEXTS = {
    "NumberLine": {"Move the current number to the target.", "The target is reached.", ""},
    "Blackjack": {"Come nearer to 21 than the dealer, not over it.", "You win.", "You lose.", "A draw.", ""},
    "EZPoints": {"Make 12 from the two cards, each used once."},
    "Points24": {"Make 24 from the four cards, each used once."},
}
_POINTS = {"The formula is too long.", "Solved.", "That is not it.", ""}
for _game in ("EZPoints", "Points24"):
    TEXTS[_game] |= _POINTS | {f"{number} is not on an unused card." for number in NUMBERS}


def episode(env: gymnasium.Env, player: str, seed: int) -> list[tuple]:
    """(observation, reward, terminated, truncated, info) of every step, the reset's first."""
    env.action_space.seed(seed)
    observation, info = env.reset(seed=seed)
    steps = [(observation, 0.0, False, False, info)]
    while len(steps) <= STEPS and not any(steps[-1][2:4]):
        action = env.unwrapped.oracle()[1] if player == "oracle" else env.action_space.sample()
        steps.append(env.step(action))
    return steps


def as_bytes(steps: list[tuple]) -> list[tuple]:
    return [(o["image"].tobytes(), o["text"], *rest) for o, *rest in steps]


@every_env
@every_rule
def test_gymnasiums_own_checker_finds_nothing_not_even_a_warning(name, rules):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make_env(name, rules=rules, render_mode="rgb_array").unwrapped)


@every_env
@every_rule
@each_player
def test_the_same_seed_gives_the_same_episode_to_the_byte(name, rules, player):
    env = make_env(name, rules=rules)
    for seed in range(5):
        first = as_bytes(episode(env, player, seed))
        assert as_bytes(episode(env, player, seed)) == first
        assert as_bytes(episode(make_env(name, rules=rules), player, seed)) == first


@pytest.mark.parametrize(
    ("name", "task", "dealt"),
    [
        ("NumberLine", "1 4", {"current": 1, "target": 4}),
        ("NumberLine", "5 0", {"current": 5, "target": 0}),
        ("EZPoints", "5 7", {"cards": ["5", "7"], "values": [5, 7]}),
        ("Points24", "1 10 8 3", {"cards": ["A", "10", "8", "3"], "values": [1, 10, 8, 3]}),
    ],
)
def test_a_task_fixes_the_deal_and_the_seed_the_rest(name, task, dealt):
    env = make_env(name)
    first, info = env.reset(seed=3, options={"task": task})
    again, _ = env.reset(seed=3, options={"task": task})
    assert dealt.items() <= info.items()
    assert first["image"].tobytes() == again["image"].tobytes()


@every_env
def test_different_seeds_deal_differently(name):
    env = make_env(name)
    assert len({env.reset(seed=seed)[0]["image"].tobytes() for seed in range(20)}) >= 8


@every_env
def test_without_a_seed_the_next_game_is_another_one(name):
    env = make_env(name)
    env.reset(seed=0)
    assert len({env.reset()[0]["image"].tobytes() for _ in range(20)}) >= 5


@every_env
@each_player
def test_every_observation_is_in_the_space_and_300_by_300_rgb(name, player):
    env = make_env(name)
    for seed in range(5):
        for observation, *_ in episode(env, player, seed):
            assert env.observation_space.contains(observation)
            assert observation["image"].shape == (300, 300, 3)
            assert observation["image"].dtype == np.uint8


@every_env
@every_rule
@each_player
def test_the_text_is_one_of_a_closed_set_and_no_private_name_is_in_it(name, rules, player):
    env = make_env(name, rules=rules)
    for seed in range(12):
        for observation, *_, info in episode(env, player, seed):
            assert set(observation) == {"image", "text"}
            assert observation["text"] in TEXTS[name]
            # Plain words such as "target" are also the goal's; only these could come from the info alone.
            assert not any(key in observation["text"] for key in info if "_" in key)


@every_env
@each_player
def test_a_later_step_changes_no_earlier_observation_or_info(name, player):
    env = make_env(name)
    kept = []
    env.action_space.seed(1)
    observation, info = env.reset(seed=1)
    for _ in range(STEPS):
        kept.append((observation, observation["image"].tobytes(), info, repr(info)))
        action = env.unwrapped.oracle()[1] if player == "oracle" else env.action_space.sample()
        observation, _, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            break
    env.reset(seed=2)
    assert len(kept) >= 1
    assert all(seen["image"].tobytes() == image and repr(facts) == text for seen, image, facts, text in kept)


@every_env
@each_player
def test_no_global_generator_is_touched(name, player):
    env = make_env(name)
    before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002 - the global state is what is watched
    episode(env, player, 4)
    assert (random.getstate(), repr(np.random.get_state())) == before  # noqa: NPY002


@every_env
def test_unknown_rules_are_answered_with_the_known_ones(name):
    with pytest.raises(EnvError, match=r"unknown rules 'vegas'.*default, rl4vlm"):
        make_env(name, rules="vegas")


@pytest.mark.parametrize(
    ("name", "task", "advice"),
    [
        ("NumberLine", "6 1", "2 numbers from 0 to 5: the current number and the target"),
        ("NumberLine", "-1 1", "2 numbers from 0 to 5"),
        ("NumberLine", "3 3", "must differ"),
        ("Blackjack", "A K", "always deals at random"),
        ("EZPoints", "5 7 1", "2 numbers from 1 to 10: the values of the cards, ace 1"),
        ("EZPoints", "A 7", "2 numbers from 1 to 10"),
        ("Points24", "3 3 8", "4 numbers from 1 to 10"),
        ("Points24", "3 3 8 11", "4 numbers from 1 to 10"),
    ],
)
def test_an_unknown_task_is_answered_with_what_a_task_looks_like(name, task, advice):
    with pytest.raises(EnvError, match=advice):
        make_env(name).reset(seed=0, options={"task": task})


@every_env
def test_a_task_that_is_no_text_is_refused(name):
    with pytest.raises(EnvError, match="must be text, not int"):
        make_env(name).reset(seed=0, options={"task": 7})


FOREIGN = [None, 0, "Hit", Action(), AppendTo24(token="hello"), AppendTo12(token=3), AppendTo24(token=["="])]


@every_env
def test_a_foreign_action_is_refused_and_changes_nothing(name):
    env = make_env(name)
    env.reset(seed=0)
    before = repr(env.unwrapped.facts()), env.unwrapped.draw().tobytes()
    plus = {"EZPoints": AppendTo24(token="+"), "Points24": AppendTo12(token="+")}  # the other game's plus
    for action in (*FOREIGN, {"NumberLine": Hit(), "Blackjack": Plus(), **plus}[name]):
        with pytest.raises(ActionError, match="not an action of this game"):
            env.step(action)
    assert (repr(env.unwrapped.facts()), env.unwrapped.draw().tobytes()) == before


@every_env
def test_rendering_shows_what_the_model_sees_and_only_when_asked(name):
    env = make_env(name, render_mode="rgb_array")
    observation, _ = env.reset(seed=0)
    assert np.array_equal(env.render(), observation["image"])
    assert make_env(name).unwrapped.render() is None

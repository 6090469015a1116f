"""NumberLine's rule, against a second implementation of what RL4VLM's numberline.py does."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from actions.cards import Minus, Plus
from envs.cards.number_line import NumberLine

every_rule = pytest.mark.parametrize("rules", ["default", "rl4vlm"])
EVERY_TASK = [(current, target) for current in range(6) for target in range(6) if current != target]


@pytest.fixture
def undrawn(monkeypatch):
    """Steps without pictures: thousands of them are taken only for their rewards."""
    monkeypatch.setattr(NumberLine, "_observe", lambda self, text: text)


@pytest.fixture
def play():
    """Play a text such as "++-" from a current number and a target: reward, terminated, truncated of each step."""

    def run(current: int, target: int, signs: str, rules: str = "default") -> list[tuple[float, bool, bool]]:
        game = NumberLine(rules)
        game.reset(seed=0, options={"task": f"{current} {target}"})
        return [game.step(Plus() if sign == "+" else Minus())[1:4] for sign in signs]

    return run


def reference(current: int, target: int, signs: str) -> list[tuple[float, bool, bool, int]]:
    """Reward, terminated, truncated and position after each sign, as gym-cards computes them; stops at the end."""
    rows = []
    for made, sign in enumerate(signs, 1):
        moved = min(5, current + 1) if sign == "+" else max(0, current - 1)
        if moved == target:
            reward = 1
        elif abs(moved - target) < abs(current - target):
            reward = 0
        else:
            reward = -1
        current, done = moved, moved == target
        rows.append((reward, done, made >= 10 and not done, current))
        if done or made >= 10:
            break
    return rows


@every_rule
def test_random_play_equals_the_reference(rules, undrawn):
    rng, game = random.Random(7), NumberLine(rules)
    for _ in range(400):
        current, target = rng.choice(EVERY_TASK)
        # Steps away from the target are likelier than towards it, or few games would see the wall and the limit.
        away = "+" if target < current else "-"
        signs = "".join(away if rng.random() < 0.5 else rng.choice("+-") for _ in range(10))
        game.reset(seed=0, options={"task": f"{current} {target}"})
        for sign, row in zip(signs, reference(current, target, signs), strict=False):
            _, reward, terminated, truncated, info = game.step(Plus() if sign == "+" else Minus())
            assert (reward, terminated, truncated, info["current"]) == row
            assert info["goal_reached"] is terminated


def test_a_step_nearer_is_0_a_step_away_is_minus_1_and_arriving_is_1(play):
    assert play(1, 3, "+-++") == [
        (0.0, False, False), (-1.0, False, False), (0.0, False, False), (1.0, True, False),
    ]  # fmt: skip


def test_a_step_against_a_wall_costs_1_and_does_not_move(play):
    assert play(5, 4, "++-") == [(-1.0, False, False)] * 2 + [(1.0, True, False)]
    assert play(0, 1, "--+") == [(-1.0, False, False)] * 2 + [(1.0, True, False)]


@every_rule
def test_the_tenth_step_truncates(play, rules):
    assert [step[2] for step in play(0, 5, "-" * 10, rules)] == [False] * 9 + [True]


@every_rule
def test_arriving_at_the_tenth_step_terminates_and_does_not_truncate(play, rules):
    assert play(0, 2, "--------++", rules)[-1] == (1.0, True, False)


@pytest.mark.parametrize("start", range(6))
def test_a_start_on_the_target_moves_the_target_on_modulo_5(start):
    game = NumberLine()
    game.np_random = SimpleNamespace(integers=lambda *_, **__: np.array([start, start]))
    game.deal("")
    assert (game.current, game.target) == (start, (start + 1) % 5)


def test_start_distances_have_the_skewed_shares_of_gym_cards(undrawn):
    game = NumberLine()
    seen = Counter(abs(info["target"] - info["current"]) for _, info in (game.reset(seed=s) for s in range(3000)))
    shares = {1: 0.390, 2: 0.222, 3: 0.165, 4: 0.167, 5: 0.056}
    assert {distance: count / 3000 for distance, count in seen.items()} == pytest.approx(shares, abs=0.03)


@pytest.mark.parametrize(("current", "target"), EVERY_TASK)
def test_the_oracle_wins_every_start_by_the_shortest_way(current, target):
    game = NumberLine()
    game.reset(seed=0, options={"task": f"{current} {target}"})
    rewards, terminated = [], False
    while not terminated:
        _, reward, terminated, truncated, _ = game.step(game.oracle()[1])
        rewards.append(reward)
        assert not truncated
    assert len(rewards) == abs(target - current) <= 5
    assert sum(rewards) == 1.0


def test_the_oracle_says_both_numbers():
    game = NumberLine()
    game.reset(seed=0, options={"task": "1 4"})
    assert game.oracle() == ("Target 4. Current 1.", Plus())
    game.step(Plus())
    assert game.oracle() == ("Target 4. Current 2.", Plus())

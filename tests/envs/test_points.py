"""EZPoints and Points24 step by step, against a second implementation of RL4VLM's ezpoints.py and points.py."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from itertools import combinations_with_replacement

import pytest

from actions.cards import AppendTo12, AppendTo24
from envs.cards.drawing import CELL, FELT
from envs.cards.formula import solve
from envs.cards.points import EZPoints, Points24

NUMBERS = [str(number) for number in range(1, 11)]
GAMES = {
    EZPoints: (AppendTo12, [*NUMBERS, "+", "*", "="]),
    Points24: (AppendTo24, [*NUMBERS, "+", "-", "*", "/", "(", ")", "="]),
}
both_games = pytest.mark.parametrize("game", GAMES)


@pytest.fixture
def undrawn(monkeypatch):
    """Steps without pictures: thousands of them are taken only for their rewards."""
    for game in GAMES:
        monkeypatch.setattr(game, "_observe", lambda self, text: text)


def step(env: EZPoints | Points24, token: str) -> tuple[float, bool, bool, list[str]]:
    _, reward, terminated, truncated, info = env.step(GAMES[type(env)][0](token=token))
    return reward, terminated, truncated, info["formula"]


def play(game: type, cards: str, tokens: str, rules: str) -> list[tuple[float, bool, bool, list[str]]]:
    """Every step of the tokens, blank-separated, on these cards."""
    env = game(rules)
    env.reset(seed=0, options={"task": cards})
    return [step(env, token) for token in tokens.split()]


def gym_cards_step(
    formula: list[str], cards: list[int], token: str, target: int, limit: int
) -> tuple[float, bool, bool, list[str]]:
    """One step as gym-cards takes it: reward, terminated, truncated, formula."""
    if len(formula) > limit:
        return -1, False, True, formula
    if token in NUMBERS:
        left = list(cards)
        for used in formula:
            if used in NUMBERS:
                left.remove(int(used))
        if int(token) not in left:
            return -1, False, False, [*formula, " "]
    if token != "=":
        return 0, False, False, [*formula, token]
    used = [part for part in formula if part in NUMBERS]
    right = len(used) == len(cards) and python_makes("".join(formula), target)
    return (10 if right else -1), True, False, formula


def python_makes(text: str, target: int) -> bool:
    assert text.count("**") <= 1, "two powers may keep eval busy for ever"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            return bool(eval(text, {"__builtins__": {}}) == target)
        except (SyntaxError, TypeError, ArithmeticError, ValueError):
            return False


def random_tokens(rng: random.Random, env: EZPoints | Points24) -> list[str]:
    """Noise, a formula of the right shape, or the solution with a few mistakes in it: each reaches other checks."""
    alphabet, kind = GAMES[type(env)][1], rng.random()
    if kind < 0.3:
        return [rng.choice(alphabet[: rng.choice([-1, None])]) for _ in range(24)]
    if kind < 0.6:
        numbers = rng.sample(env.values, len(env.values))
        signs = [sign for sign in alphabet if sign in "+-*/"]
        tokens = [str(numbers[0])]
        for number in numbers[1:]:
            tokens += [*rng.choices(signs, k=rng.choice([0, 1, 1, 1, 2])), str(number)]
    else:
        tokens = list(env.solution() or ("(", *map(str, env.values), ")"))
        for _ in range(rng.randrange(3)):
            at = rng.randrange(len(tokens) + 1)
            tokens[at : at + rng.randrange(2)] = rng.choices(alphabet[:-1], k=rng.randrange(3))
    return [*tokens, "=", *rng.choices(alphabet, k=24)]


@both_games
def test_rl4vlm_rules_take_every_step_as_gym_cards_does(game, undrawn):
    rng, env, rewards = random.Random(5), game("rl4vlm"), Counter()
    for number in range(1500):
        env.reset(seed=number)
        formula: list[str] = []
        for token in random_tokens(rng, env):
            if token == "*" and "".join([*formula, token]).count("**") > 1:
                token = "+"  # or python_makes would not end
            expected = gym_cards_step(formula, env.values, token, env.target, env.longest)
            assert step(env, token) == expected
            formula = expected[3]
            if expected[1] or expected[2]:
                rewards[expected[:3]] += 1
                break
        else:
            pytest.fail("an episode must end within 24 steps")
    # The comparison is worth something only if every kind of end was reached often.
    assert min(rewards[10, True, False], rewards[-1, True, False], rewards[-1, False, True]) > 60


@both_games
@pytest.mark.parametrize(("cards", "taken"), [("illegal", "3"), ("signs", "+")])
def test_rl4vlm_truncates_one_step_after_the_formula_is_longer_than_the_limit(game, cards, taken):
    last = {EZPoints: 7, Points24: 22}[game]
    deal = " ".join(["5"] * game.cards_dealt)
    steps = play(game, deal, f"{taken} " * last, "rl4vlm")
    assert [truncated for *_, truncated, _ in steps] == [False] * (last - 1) + [True]
    assert [reward for reward, *_ in steps] == [-1.0 if cards == "illegal" else 0.0] * (last - 1) + [-1.0]
    assert [terminated for _, terminated, *_ in steps] == [False] * last


@both_games
@pytest.mark.parametrize("rules", ["default", "rl4vlm"])
@pytest.mark.parametrize("token", ["=", "3", "5", "+"])
def test_the_length_is_checked_before_anything_else(game, rules, token):
    deal = " ".join(["5"] * game.cards_dealt)
    full = "+ " * (game.longest + 1)
    *_, last = play(game, deal, full + token, rules)
    assert last == (-1.0, False, True, full.split())


@both_games
def test_rl4vlm_appends_a_blank_for_a_number_that_is_not_there(game):
    deal = " ".join(["5"] * game.cards_dealt)
    assert play(game, deal, "7 5", "rl4vlm") == [(-1.0, False, False, [" "]), (0.0, False, False, [" ", "5"])]


@both_games
def test_by_default_a_number_that_is_not_there_leaves_the_formula_alone(game):
    deal = " ".join(["5"] * game.cards_dealt)
    assert play(game, deal, "7 5 7", "default") == [
        (-1.0, False, False, []), (0.0, False, False, ["5"]), (-1.0, False, False, ["5"]),
    ]  # fmt: skip


@pytest.mark.parametrize("rules", ["default", "rl4vlm"])
def test_a_number_may_be_used_as_often_as_it_is_on_a_card(rules):
    assert [row[0] for row in play(Points24, "3 3 8 8", "3 3 3 8 8 8 1", rules)] == [0, 0, -1, 0, 0, -1, -1]


# cards, formula, reward by default, reward under rl4vlm
JUDGED = [
    (Points24, "3 3 8 8", "8 / ( 3 - 8 / 3 ) =", 10, -1),
    (Points24, "1 4 5 6", "4 / ( 1 - 5 / 6 ) =", 10, -1),
    (Points24, "1 4 5 6", "6 / ( 5 / 4 - 1 ) =", 10, 10),
    (Points24, "1 1 1 2", "1 2 * ( 1 + 1 ) =", -1, 10),
    (Points24, "5 2 1 9", "5 * * 2 - 1 * * 9 =", -1, 10),
    (Points24, "2 2 2 8", "2 * * 2 * * 2 + 8 =", -1, 10),
    (Points24, "7 7 2 1", "7 * 7 / / 2 * 1 =", -1, 10),
    (Points24, "1 5 5 1", "- 1 + 5 * 5 * 1 =", -1, 10),
    (Points24, "9 10 10 10", "9 * * 10 * * 10 * * 10 =", -1, -1),
    (Points24, "4 6 1 1", "4 * 6 =", -1, -1),
    (Points24, "4 6 1 1", "4 * 6 * 1 * 1 =", 10, 10),
    (Points24, "4 6 1 1", "( 4 * 6 * 1 * 1 =", -1, -1),
    (Points24, "4 6 1 1", "=", -1, -1),
    (Points24, "4 6 1 1", "4 + 6 + 1 + 1 =", -1, -1),
    (EZPoints, "5 7", "5 + 7 =", 10, 10),
    (EZPoints, "5 7", "5 * 7 =", -1, -1),
    (EZPoints, "2 10", "2 + 10 =", 10, 10),
    (EZPoints, "10 2", "+ 10 + 2 =", -1, 10),
    (EZPoints, "1 2", "1 2 =", -1, 10),
]


@pytest.mark.parametrize(("game", "cards", "tokens", "by_default", "under_rl4vlm"), JUDGED)
def test_a_formula_is_judged_exactly_by_default_and_by_eval_under_rl4vlm(game, cards, tokens, by_default, under_rl4vlm):
    for rules, reward in (("default", by_default), ("rl4vlm", under_rl4vlm)):
        *before, last = play(game, cards, tokens, rules)
        assert all(row[:3] == (0.0, False, False) for row in before)
        assert last == (reward, True, False, tokens.split()[:-1])


def test_a_blank_at_the_start_is_forgiven_by_eval_and_one_inside_is_too():
    for tokens in ("9 5 + 7 =", "5 9 + 7 =", "5 + 7 9 ="):
        assert [row[0] for row in play(EZPoints, "5 7", tokens, "rl4vlm")][-1] == 10.0


def test_a_blank_between_two_stars_makes_no_power():
    assert play(Points24, "5 2 1 9", "5 * 3 * 2 - 1 * 9 =", "rl4vlm")[-1][:2] == (-1.0, True)


def test_goal_reached_is_told_for_the_right_formula_only():
    env = EZPoints()
    for last, reached in (("7", True), ("5", False)):
        env.reset(seed=0, options={"task": f"5 {last}"})
        for token in ("5", "+", last):
            assert env.step(AppendTo12(token=token))[4]["goal_reached"] is False
        assert env.step(AppendTo12(token="="))[4]["goal_reached"] is reached


def oracle_return(env: EZPoints | Points24) -> float:
    total, terminated = 0.0, False
    while not terminated:
        _, reward, terminated, truncated, _ = env.step(env.oracle()[1])
        assert not truncated
        total += reward
    return total


def test_the_oracle_plays_every_one_of_the_715_deals_to_its_best_end(undrawn):
    env = Points24()
    for values in combinations_with_replacement(range(1, 11), 4):
        _, info = env.reset(seed=0, options={"task": " ".join(map(str, values))})
        assert info["solvable"] is (solve(values, 24) is not None)
        assert oracle_return(env) == (10.0 if info["solvable"] else -1.0)


@pytest.mark.parametrize("rules", ["default", "rl4vlm"])
def test_300_deals_of_ezpoints_are_solved_by_the_oracle_and_have_no_ace(rules, undrawn):
    env = EZPoints(rules)
    for seed in range(300):
        _, info = env.reset(seed=seed)
        assert info["solvable"]
        assert "A" not in info["cards"]
        assert oracle_return(env) == 10.0


def test_the_oracle_hands_in_what_has_left_its_plan():
    env = EZPoints()
    env.reset(seed=0, options={"task": "5 7"})
    assert env.oracle() == ("Cards 5 7. Rest 5 + 7 =.", AppendTo12(token="5"))
    env.step(AppendTo12(token="7"))
    assert env.oracle() == ("Rest =.", AppendTo12(token="="))


def test_the_oracle_of_points24_also_sorts_the_cards():
    env = Points24()
    env.reset(seed=0, options={"task": "8 3 8 3"})
    assert env.oracle()[0] == "Cards 8 3 8 3. Sorted 3 3 8 8. Rest 8 / ( 3 - 8 / 3 ) =."


def test_ezpoints_deals_value_pairs_in_the_shares_of_gym_cards(undrawn):
    env = EZPoints()
    deals = [env.reset(seed=seed)[1] for seed in range(2000)]
    seen = Counter(tuple(sorted(info["values"])) for info in deals)
    shares = {(2, 10): 0.376, (5, 7): 0.166, (3, 9): 0.126, (4, 8): 0.124, (2, 6): 0.084, (3, 4): 0.083, (6, 6): 0.041}
    assert {pair: count / 2000 for pair, count in seen.items()} == pytest.approx(shares, abs=0.035)
    first_is_the_larger = sum(info["values"][0] > info["values"][1] for info in deals if info["values"] != [6, 6])
    assert first_is_the_larger / sum(info["values"] != [6, 6] for info in deals) == pytest.approx(0.5, abs=0.04)


def test_points24_deals_every_rank_alike(undrawn):
    env = Points24()
    ranks = Counter(rank for seed in range(1500) for rank in env.reset(seed=seed)[1]["cards"])
    assert len(ranks) == 13
    assert all(count / 6000 == pytest.approx(1 / 13, abs=0.015) for count in ranks.values())


@pytest.mark.parametrize(("game", "tokens"), [(EZPoints, ["10", "*", "+"]), (Points24, ["10", "*", "(", "+"])])
def test_every_token_of_the_longest_formula_is_seen(game, tokens):
    env = game()
    env.reset(seed=0)
    pictures = []
    for length in range(game.longest + 2):
        env.formula = [tokens[index % len(tokens)] for index in range(length)]
        pictures.append(env.draw())
    assert len({picture.tobytes() for picture in pictures}) == game.longest + 2
    # Nothing runs over the lower edge: the last row of pixels is still felt.
    assert pictures[-1].crop((0, 4 * CELL - 1, 4 * CELL, 4 * CELL)).getcolors() == [(4 * CELL, FELT)]


@both_games
def test_the_picture_shows_each_card(game):
    env = game()
    env.reset(seed=0)
    for position in range(len(env.cards)):
        shown = set()
        for value in range(1, 11):
            values = [1] * len(env.cards)
            values[position] = value
            env.reset(seed=0, options={"task": " ".join(map(str, values))})
            shown.add(env.draw().tobytes())
        assert len(shown) == 10

"""Figures of judged steps: by hand, in degenerate cases, and whatever the order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.android import Press, TypeText, android_space
from actions.screen import Done
from envs.replay.step import COMPLETE, PRESS_HOME, TYPE, AitzEpisode
from evals.aitz.judging import Scores, score_predictions
from evals.aitz.predictions.base import Key, Prediction
from evals.aitz.report.tables import tables
from evals.aitz.rules.registry import ALL
from evals.summary import Row
from tests.evals.aitz.made import episode, episodes, gold_predictions, step

METRICS = {
    "type_match",
    "exact_match",
    "format_hit_rate",
    "goal_progress",
    "episode_success_rate",
    "text_distance",
    "subset_mean",
}


def three() -> list[AitzEpisode]:
    """Two episodes with steps, and one of none."""
    first = [
        step(PRESS_HOME, number=0, episode="a", description="press the home button"),
        step(TYPE, text="Lyft", number=1, episode="a", description="type it"),
        step(PRESS_HOME, number=2, episode="a", description="press the home button"),
        step(COMPLETE, number=3, episode="a", description="stop"),
    ]
    second = [step(COMPLETE, number=0, episode="b", subset="install", description="stop")]
    return [episode(first, "a"), episode(second, "b", "install"), episode([], "c", "install")]


def value(scores: Scores, name: str, metric: str) -> float:
    row = scores.row(name, metric)
    assert row is not None, (name, metric)
    return row.value


def test_figures_by_hand() -> None:
    predictions = {
        ("a", 0): Prediction(Press("Home")),
        ("a", 1): Prediction(TypeText("Lyfd")),  # the type alone
        ("a", 2): Prediction(Press("Home")),
        ("a", 3): Prediction(None, "no call"),
        ("b", 0): Prediction(Done()),
        ("b", 7): Prediction(Done()),
        ("z", 0): Prediction(Done()),
    }
    scores = score_predictions(three(), predictions)
    name = "strict"
    assert value(scores, name, "type_match") == pytest.approx(4 / 5)
    assert value(scores, name, "exact_match") == pytest.approx(3 / 5)
    assert value(scores, name, "format_hit_rate") == pytest.approx(4 / 5)
    assert value(scores, name, "goal_progress") == pytest.approx((1 / 4 + 1 + 0) / 3)
    assert value(scores, name, "episode_success_rate") == pytest.approx(1 / 3)
    assert value(scores, name, "text_distance") == pytest.approx(6 / 8)
    assert value(scores, f"{name}/subset:general", "exact_match") == pytest.approx(2 / 4)
    assert value(scores, f"{name}/subset:install", "exact_match") == 1
    assert value(scores, f"{name}/subset:install", "episode_success_rate") == pytest.approx(1 / 2)
    assert value(scores, f"{name}/type:press", "exact_match") == 1
    assert value(scores, f"{name}/type:stop", "exact_match") == pytest.approx(1 / 2)
    assert value(scores, f"{name}/type:type", "type_match") == 1
    assert scores.row(f"{name}/type:click", "type_match") is None  # a type that is absent has no row
    exact = scores.row(name, "exact_match")
    assert exact is not None
    assert (exact.episodes, exact.errors) == (5, 1)
    progress = scores.row(name, "goal_progress")
    assert progress is not None
    assert (progress.episodes, progress.errors) == (3, 1)
    counts = scores.counts
    assert (counts.steps, counts.episodes, counts.empty_episodes) == (5, 3, 1)
    assert (counts.missing, counts.unreadable, counts.unknown, counts.unknown_episodes) == (0, 1, 2, 1)


def test_the_denominator_keeps_what_was_never_predicted() -> None:
    few = score_predictions(three(), {("a", 0): Prediction(Press("Home"))})
    assert value(few, "qwen-agentcpm", "exact_match") == pytest.approx(1 / 5)
    assert few.counts.missing == 4
    nothing = score_predictions(three(), {})
    for rules in ALL:
        for metric in ("type_match", "exact_match", "format_hit_rate", "goal_progress", "episode_success_rate"):
            row = nothing.row(rules.name, metric)
            assert row is not None
            assert (row.value, row.errors > 0) == (0, True)
        assert nothing.row(rules.name, "text_distance") is None


def test_no_episode_and_no_step() -> None:
    for set_ in ([], [episode([], "a")]):
        scores = score_predictions(set_, {})
        row = scores.row("strict", "exact_match")
        assert row is not None
        assert (row.value, row.low, row.high, row.episodes) == (0, 0, 1, 0)
        progress = scores.row("strict", "goal_progress")
        assert progress is not None
        assert (progress.value, progress.episodes) == (0, len(set_))
    assert score_predictions(three(), {}, rules=()).rows == ()


def test_one_episode_says_nothing_of_others() -> None:
    one = three()[:1]
    row = score_predictions(one, gold_predictions(one)).row("strict", "exact_match")
    assert row is not None
    assert (row.value, row.low, row.high) == (1, 0, 1)


def test_intervals_are_of_episodes_and_come_with_a_seed() -> None:
    many = [episode([step(PRESS_HOME, number=n, episode=str(at)) for n in range(5)], str(at)) for at in range(40)]
    # Twenty episodes wholly right, twenty wholly wrong: their steps are not 200 independent ones.
    said = {(str(at), n): Prediction(Press("Home" if at % 2 else "Back")) for at in range(40) for n in range(5)}
    row = score_predictions(many, said, seed=1).row("strict", "exact_match")
    again = score_predictions(many, said, seed=1).row("strict", "exact_match")
    other = score_predictions(many, said, seed=2).row("strict", "exact_match")
    assert row is not None
    assert row == again
    assert row != other
    assert 0.3 <= row.low <= 0.4
    assert 0.6 <= row.high <= 0.7


def test_a_step_told_twice_by_the_set_is_counted() -> None:
    twice = [episode([step(PRESS_HOME, number=0, episode="a"), step(PRESS_HOME, number=0, episode="a")], "a")]
    scores = score_predictions(twice, {("a", 0): Prediction(Press("Home"))})
    assert scores.counts.repeated == 1
    assert value(scores, "strict", "exact_match") == 1


def random_predictions(set_: Sequence[AitzEpisode], seed: int) -> dict[Key, Prediction]:
    """Gold, chance, nothing or no action, at every step."""
    rng, space = random.Random(seed), android_space()
    space.seed(seed)
    found: dict[Key, Prediction] = {}
    for key, gold in gold_predictions(set_).items():
        match rng.randrange(4):
            case 0:
                found[key] = gold
            case 1:
                found[key] = Prediction(space.sample())
            case 2:
                found[key] = Prediction(None, "no call")
    return found


@settings(max_examples=30, deadline=None)
@given(episodes(), st.integers(0, 2**32 - 1))
def test_figures_do_not_depend_on_order_and_lie_from_0_to_1(set_: list[AitzEpisode], seed: int) -> None:
    predictions = random_predictions(set_, seed)
    scores = score_predictions(set_, predictions, rounds=20)
    for row in scores.rows:
        assert row.metric in METRICS
        assert 0 <= row.low <= 1
        assert 0 <= row.high <= 1
        assert 0 <= row.value <= 1
        assert 0 <= row.errors <= row.episodes or row.metric == "text_distance"
    rng = random.Random(seed)
    moved, told = list(set_), list(predictions.items())
    rng.shuffle(moved)
    rng.shuffle(told)
    assert sorted(map(row_key, score_predictions(moved, dict(told), rounds=20).rows)) == sorted(
        map(row_key, scores.rows)
    )


def row_key(row: Row) -> tuple[str, str, float, float, float, int, int]:
    return row.name, row.metric, row.value, row.low, row.high, row.episodes, row.errors


@settings(max_examples=30, deadline=None)
@given(episodes(), st.integers(0, 2**32 - 1))
def test_exact_is_never_more_than_type_nor_type_than_format(set_: list[AitzEpisode], seed: int) -> None:
    scores = score_predictions(set_, random_predictions(set_, seed), rounds=5)
    for rules in ALL:
        exact, kind = value(scores, rules.name, "exact_match"), value(scores, rules.name, "type_match")
        assert exact <= kind <= value(scores, rules.name, "format_hit_rate")
        assert value(scores, rules.name, "episode_success_rate") <= value(scores, rules.name, "goal_progress") + 1e-12


def test_random_predictions_score_low() -> None:
    set_ = [
        episode([step(touch=(0.3, 0.3), number=n, episode=str(at), description="click") for n in range(5)], str(at))
        for at in range(60)
    ]
    space = android_space()
    space.seed(5)
    said = {key: Prediction(space.sample()) for key in gold_predictions(set_)}
    scores = score_predictions(set_, said, rounds=5)
    for rules in ALL:
        assert value(scores, rules.name, "exact_match") < 0.1


def test_the_score_of_a_set_by_aitw_is_the_mean_over_subsets_whatever_their_size() -> None:
    episodes = []
    for at, subset in enumerate(["general"] * 4 + ["install"] * 2):
        steps = [step(PRESS_HOME, number=n, episode=str(at), subset=subset, description="press home") for n in (0, 1)]
        episodes.append(episode(steps, str(at), subset))
    said = {key: one for key, one in gold_predictions(episodes).items() if key[0] in "0123"}  # general alone
    scores = score_predictions(episodes, said, rounds=50)
    row = scores.row("aitw", "subset_mean")
    assert row is not None
    assert (row.value, row.low, row.high, row.episodes, row.errors) == (0.5, 0.5, 0.5, 12, 4)
    assert value(scores, "aitw", "exact_match") == pytest.approx(8 / 12)
    assert "aitw gives a data set the mean of EM over its subsets: 50.0" in tables(scores)[1].note
    assert scores.row("strict", "subset_mean") is None


def test_an_episode_with_a_step_that_could_not_be_read_is_not_done() -> None:
    whole, *_ = three()
    scores = score_predictions([replace(whole, left_out=1)], gold_predictions([whole]), rounds=50)
    assert value(scores, "strict", "exact_match") == 1
    assert value(scores, "strict", "goal_progress") == pytest.approx(4 / 5)
    assert value(scores, "strict", "episode_success_rate") == 0

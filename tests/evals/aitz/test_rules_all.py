"""What holds for every rule-set: gold equals gold, verdicts make sense, anything is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.android import android_space
from actions.point import PERMILLE
from envs.replay.aitz import read_set
from envs.replay.gold import gold_action
from envs.replay.step import AitzEpisode, AitzStep
from evals.aitz.judging import score_predictions
from evals.aitz.predictions.base import CoatCall, Prediction
from evals.aitz.rules.geometry import Rect, reading_order
from evals.aitz.rules.published import NAME
from evals.aitz.rules.registry import ALL
from evals.aitz.rules.text import ratio, word_f1
from tests.evals.aitz.made import gold_predictions, steps, stored_episode

SPACE = android_space()


@settings(deadline=None)
@given(steps())
def test_gold_equals_gold_under_every_rule_set_but_the_bug_for_bug_one(gold: AitzStep) -> None:
    whole = Prediction(gold_action(gold))
    written = Prediction(SPACE.decode(SPACE.encode(gold_action(gold), PERMILLE), PERMILLE))
    for rules in ALL:
        for prediction in (whole, written):
            verdict = rules.judge(gold, prediction)
            if rules.name == NAME:
                assert verdict.stops or gold_action(gold).name in ("click", "swipe") or verdict.exact
            else:
                assert verdict.exact, (rules.name, verdict)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_arguments = st.fixed_dictionaries({}, optional=dict.fromkeys(("bbox", "idx", "direction", "text"), _json))
_names = st.sampled_from(["click_element", "scroll", "input", "press_home", "press", "stop", "click", "", "xyz"])
_calls = st.builds(CoatCall, _names | _json, _arguments | _json)


@settings(deadline=None)
@given(steps(), st.integers(0, 2**32 - 1) | _calls)
def test_every_prediction_gets_a_verdict(gold: AitzStep, said: int | CoatCall) -> None:
    if isinstance(said, int):
        space = android_space(secrets=True)
        space.seed(said)
        prediction = Prediction(space.sample())
    else:
        prediction = Prediction(None, "unread", coat=said)
    for rules in ALL:
        verdict = rules.judge(gold, prediction)
        assert verdict.type or not verdict.exact
        assert verdict.format or not verdict.type
        assert verdict.reason
        assert len(verdict.reason) < 300
        assert verdict.text_ratio is None or 0 <= verdict.text_ratio <= 1
        assert verdict.stops is False or rules.name == NAME


def test_gold_scores_100_on_the_stored_episode(data: Path) -> None:
    check_gold([stored_episode(data)])


@pytest.mark.slow
def test_gold_scores_100_on_a_whole_generated_split(tmp_path: Path) -> None:
    check_gold(generated(tmp_path, 506))


def test_gold_scores_100_on_a_generated_set(tmp_path: Path) -> None:
    check_gold(generated(tmp_path, 8))


def generated(root: Path, count: int) -> list[AitzEpisode]:
    from envs.replay.generator.writer import make_set

    list(make_set(root, split="test", episodes=count, seed=3))
    return list(read_set(root, "test").episodes)


def check_gold(episodes: list[AitzEpisode]) -> None:
    scores = score_predictions(episodes, gold_predictions(episodes), rounds=10)
    for rules in scores.rules:
        if rules.name == NAME:
            continue
        wrong = [
            (judged.step.step_id, rules.name, judged.step.description, judged.verdicts[scores.rules.index(rules)])
            for episode in scores.episodes
            for judged in episode.steps
            if not judged.verdicts[scores.rules.index(rules)].exact
        ]
        assert wrong == []
        for metric in ("type_match", "exact_match", "goal_progress", "episode_success_rate", "format_hit_rate"):
            row = scores.row(rules.name, metric)
            assert row is not None
            assert row.value == 1
    published = scores.row(NAME, "exact_match")
    assert published is not None
    assert published.value < 1


def test_rule_sets_are_named_and_versioned() -> None:
    names = [rules.name for rules in ALL]
    assert names[0] == "qwen-agentcpm"
    assert set(names) == {"qwen-agentcpm", "strict", "aitz-clickfix", "aitw", "os-atlas", "aitz-published-2024-10"}
    assert all(rules.version and rules.source and rules.settings for rules in ALL)


@settings(deadline=None)
@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_ratio_is_twice_the_common_subsequence(one: str, other: str) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    expected = 2 * table[-1][-1] / (len(one) + len(other)) if one or other else 1.0
    assert ratio(one, other) == expected == ratio(other, one)


def test_ratio_of_a_very_long_text_is_quick() -> None:
    assert ratio("a" * 200_000, "aaa") == pytest.approx(0, abs=1e-4)


def test_word_f1() -> None:
    assert word_f1("New York", "new delhi") == 0.5
    assert word_f1("", "x") == word_f1("", "") == 0


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 90)] * 2, *[st.integers(1, 30)] * 2), max_size=9))
def test_reading_order_keeps_every_box(boxes: list[tuple[int, int, int, int]]) -> None:
    rects = [Rect(x, y, x + w, y + h) for x, y, w, h in boxes]
    key = lambda rect: (rect.left, rect.top, rect.right, rect.bottom)  # noqa: E731
    assert sorted(reading_order(rects), key=key) == sorted(rects, key=key)

"""The real test set, 8,444 steps."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from actions.android import android_space
from actions.call import FunctionCall
from actions.point import PERMILLE
from envs.replay.androidcontrol.gold import OPPOSITE, finger, gold_action
from envs.replay.androidcontrol.screen import screen_of
from evals.androidcontrol.metrics import score
from evals.androidcontrol.rules.registry import RULES
from evals.androidcontrol.score import judge
from evals.predictions import THOUSANDTHS, Prediction


def gold_of(real, scale=THOUSANDTHS) -> dict:
    space = android_space()
    return {
        (episode.episode_id, step.step_id): Prediction(space.encode(gold_action(step, screen_of(episode)), scale))
        for episode in real
        for step in episode.steps
    }


def figures(rows) -> dict:
    return {(row.name, row.metric): row for row in rows}


@pytest.fixture(scope="module")
def gold(real) -> dict:
    return gold_of(real)


@pytest.mark.parametrize("scale", [THOUSANDTHS, PERMILLE])
def test_gold_is_right_in_every_step_under_every_rule_set(real, scale):
    found = figures(score(judge(real, gold_of(real, scale)), rounds=20))
    for rules in RULES:
        for metric in ("type_match", "grounding", "step_success_rate", "episode_success_rate", "goal_progress"):
            row = found[rules.name, metric]
            assert (row.value, row.low, row.high, row.errors) == (1, 1, 1, 0)
    assert found["strict", "step_success_rate"].episodes == 8444
    assert found["strict", "episode_success_rate"].episodes == 1543
    kinds = {kind: found[f"strict/type:{kind}", "type_match"].episodes for kind in ("click", "swipe", "long_press")}
    assert kinds == {"click": 5074, "swipe": 1211, "long_press": 9}


def test_chance_is_low_and_a_blind_click_shows_what_boxes_are_worth(real, gold):
    space = android_space()
    space.seed(0)
    drawn = {key: Prediction(space.encode(space.sample(), THOUSANDTHS)) for key in gold}
    found = figures(score(judge(real, drawn), rounds=20))
    assert all(found[rules.name, "step_success_rate"].value < 0.05 for rules in RULES)
    middle = FunctionCall("click", {"point": [500, 500]})
    blind = {key: Prediction(middle) if one.call.name == "click" else one for key, one in gold.items()}
    found = figures(score(judge(real, blind), rounds=20))
    shares = {rules.name: round(100 * found[rules.name, "grounding"].value, 1) for rules in RULES}
    assert shares == {"os-atlas": 9.0, "qwen-ui-s1": 25.5, "strict": 6.5}  # as strict's docstring has it


def test_what_is_not_predicted_is_wrong_and_counted(real, gold):
    kept = dict(random.Random(1).sample(sorted(gold.items(), key=str), 4222))
    kept[next(iter(kept))] = Prediction(None, "I do not know")
    found = figures(score(judge(real, kept), rounds=20))
    for rules in RULES:
        row = found[rules.name, "step_success_rate"]
        assert (row.episodes, row.errors, row.value) == (8444, 4222, 4221 / 8444)
    assert found["all", "format_rate"].value == 4221 / 8444


def test_the_words_of_the_set_show_which_way_the_finger_goes(real):
    """People write "swipe left" of a finger that goes left; the set's `direction` is then "right"."""
    axes = {"up": "vertical", "down": "vertical", "left": "horizontal", "right": "horizontal"}
    told: Counter = Counter()
    for episode in real:
        for step in episode.steps:
            words = step.instruction.lower()
            way = re.search(r"\b(up|down|left|right)", words)
            verb = re.search(r"\b(swip\w*|scrol\w*|slid\w*|mov\w*)", words)
            if step.kind == "swipe" and verb and verb.group().startswith("swip") and way:
                word = way.group()
                if axes[word] == axes[step.direction]:
                    told[step.direction, word] += 1
    assert {key: told[key] for key in (("down", "up"), ("down", "down"))} == {("down", "up"): 419, ("down", "down"): 20}
    assert (told["up", "down"], told["up", "up"]) == (23, 9)
    assert (told["right", "left"], told["right", "right"]) == (70, 15)
    assert (told["left", "right"], told["left", "left"]) == (21, 1)


def test_the_drawn_swipes_follow_the_finger_up_and_down_but_not_left_and_right(real):
    seen: Counter = Counter()
    for episode in real:
        for step in episode.steps:
            if step.kind == "swipe":
                (x, y), (to_x, to_y) = step.swiped
                drawn = "left" if to_x < x else "right" if to_x > x else "up" if to_y < y else "down"
                seen[step.direction, drawn == finger(step)] += 1
                assert finger(step) == OPPOSITE[step.direction]
    assert seen == {("down", True): 947, ("up", True): 96, ("right", False): 94, ("left", False): 74}


def test_the_screens_are_of_two_sizes_and_how_that_is_known_is_told(real):
    screens = [screen_of(episode) for episode in real]
    assert {(screen.width, screen.height) for screen in screens} == {(1080, 2400), (1440, 3120)}
    by = Counter(screen.evidence for screen in screens)
    assert by == {"box": 594, "assumed": 480, "swipe": 451, "point": 18}

"""Metrics of episodes made by hand, and what a set and a file of predictions may have wrong."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.android import android_space
from agent.record import RecordError
from envs.base import EnvError
from envs.replay.androidcontrol.annotations import read_annotations
from envs.replay.androidcontrol.env import told
from envs.replay.androidcontrol.screen import Screen, screen_of
from envs.replay.androidcontrol.step import AndroidControlEpisode, AndroidControlStep
from evals.androidcontrol.command import key
from evals.androidcontrol.metrics import score
from evals.androidcontrol.rules.registry import RULES
from evals.androidcontrol.score import judge
from evals.predictions import THOUSANDTHS, Prediction, read_predictions
from tests.evals.androidcontrol.conftest import STEPS, step, write_set


def figures(rows) -> dict:
    return {(row.name, row.metric): row for row in rows}


def waits(name: str, count: int) -> AndroidControlEpisode:
    steps = tuple(AndroidControlStep(number, "wait", "wait", f"{name}_{number}.png") for number in range(count))
    return AndroidControlEpisode(name, "goal", steps, "here")


def right(*keys) -> dict:
    return {one: Prediction(android_space().encode(WAIT, THOUSANDTHS)) for one in keys}


WAIT = next(action for action in android_space().actions if action.name == "wait")()


def test_no_episodes_and_episodes_of_no_steps_divide_nothing():
    for episodes in ([], [waits("1", 0)]):
        rows = score(judge(episodes, {}), rounds=20)
        assert all((row.value, row.episodes) == (0, 0) for row in rows)


def test_progress_is_what_came_before_the_first_mistake():
    episodes = [waits("1", 4), waits("2", 2), waits("3", 3)]
    predictions = right(("1", 0), ("1", 1), ("1", 3), ("2", 0), ("2", 1), ("3", 1))
    found = figures(score(judge(episodes, predictions), rounds=20))
    for rules in RULES:
        assert found[rules.name, "goal_progress"].value == pytest.approx((2 / 4 + 1 + 0) / 3)
        assert found[rules.name, "episode_success_rate"].value == pytest.approx(1 / 3)
        assert found[rules.name, "step_success_rate"].value == pytest.approx(6 / 9)
        assert found[rules.name, "grounding"].episodes == 0  # no click was to be made
        assert found[rules.name, "step_success_rate"].errors == 3
        assert found[rules.name, "goal_progress"].errors == 2
    assert found["strict/type:click", "type_match"].episodes == 0


def test_what_is_missing_of_a_row_is_counted_in_its_own_denominator(small):
    episodes = [*read_annotations(small), waits("1", 3), waits("2", 2)]
    predictions = right(("1", 0), ("2", 0), ("2", 1))
    rows = score(judge(episodes, predictions), rounds=20)
    assert all(row.errors <= row.episodes for row in rows)
    found = figures(rows)
    assert found["all", "format_rate"].errors == found["strict", "type_match"].errors == 7 + 2
    assert found["strict", "grounding"].errors == 0
    assert found["strict", "episode_success_rate"].errors == found["strict", "goal_progress"].errors == 2
    waited = found["strict/type:wait", "type_match"]
    assert (waited.errors, waited.episodes) == (1 + 2, 1 + 5)


predicted = st.lists(st.lists(st.sampled_from(["right", "wrong", "none", "broken"]), max_size=4), max_size=6)


@settings(max_examples=25, deadline=None)
@given(predicted, st.randoms(use_true_random=False))
def test_figures_are_bounded_and_do_not_depend_on_the_order_of_episodes(plan, rng):
    episodes = [waits(str(number), len(steps)) for number, steps in enumerate(plan)]
    predictions = {}
    for number, steps in enumerate(plan):
        for index, what in enumerate(steps):
            if what == "right":
                predictions |= right((str(number), index))
            elif what != "none":
                name = "press" if what == "wrong" else "no such function"
                call = dataclasses.replace(right(("", 0))["", 0].call, name=name, arguments={"button": "Home"})
                predictions[str(number), index] = Prediction(call)
    first = figures(score(judge(episodes, predictions), rounds=20))
    rng.shuffle(episodes)
    again = figures(score(judge(episodes, predictions), rounds=20))
    for name, row in first.items():
        assert again[name].value == pytest.approx(row.value)
        assert (again[name].episodes, again[name].errors) == (row.episodes, row.errors)
        assert 0 <= row.value <= 1
        assert 0 <= row.low <= row.high <= 1
        assert (
            row.metric == "grounding"
            or first["strict", "type_match"].value >= first["strict", "step_success_rate"].value
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"action_content": {"action": "fly"}}, "no action 'fly'"),
        ({"check_options": {"action": "wait"}}, "check_options 'wait'"),
        ({"action_content": {"action": "click", "coordinate": [1]}}, "two numbers|2 numbers"),
        ({"action_content": {"action": "click", "coordinate": [True, 1]}}, "2 numbers"),
        ({"check_options": {"action": "click", "candidate_bbox": [[1, 2, 3]]}}, "4 numbers"),
        ({"action_content": {"action": "click", "coordinate": [10**400, 1]}}, "2 numbers"),
        ({"action_content": {"action": "click", "coordinate": [float("nan"), 1]}}, "2 numbers"),
        ({"check_options": {"action": "click", "candidate_bbox": [[1, 2, 3, 10**400]]}}, "4 numbers"),
        ({"check_options": {"action": "click", "candidate_bbox": None}}, "'candidate_bbox' is NoneType"),
        *(
            ({"action_content": {"action": "wait", "time": time}, "check_options": {"action": "wait"}}, "'time'")
            for time in ("soon", [], None, True, float("inf"), 10**400)
        ),
        ({"step_instruction": None}, "'step_instruction' is NoneType"),
        ({"action_content": {"action": "click", "coordinate": [5000, 1]}}, "outside the screen"),
    ],
)
def test_a_damaged_step_is_named_with_its_line(tmp_path, change, message):
    path = write_set(tmp_path, {"1": [step("wait", time=1)], "2": [{**STEPS[1], **change}]})
    with pytest.raises(EnvError, match=message) as caught:
        judge(read_annotations(path), {})
    assert ":2, step 0" in str(caught.value)


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".", True, None, 1.5, "a b"])
def test_an_episode_is_never_called_by_a_path(tmp_path, name):
    path = tmp_path / "annotations.jsonl"
    path.write_text(json.dumps({"goal": "g", "steps": [], "episode_id": name}) + "\n")
    with pytest.raises(EnvError, match="episode_id"):
        read_annotations(path)


def test_twice_the_same_episode_and_lines_of_something_else_are_refused(tmp_path):
    path = tmp_path / "annotations.jsonl"
    line = json.dumps({"goal": "g", "steps": [], "episode_id": 5})
    path.write_text(f"{line}\n\n{line}\n")
    with pytest.raises(EnvError, match=":3: the episode 5 is already at .*:1"):
        read_annotations(path)
    path.write_text("[1]\n")
    with pytest.raises(EnvError, match="list, not an object"):
        read_annotations(path)
    path.write_text("{\n")
    with pytest.raises(EnvError, match="no JSON"):
        read_annotations(path)


def test_the_size_of_a_screen_by_what_there_is(tmp_path):
    (picture,) = read_annotations(write_set(tmp_path, {"1": [step("wait", time=1)]}, pictures=True))
    assert screen_of(picture, tmp_path / "images") == Screen(108, 240, "image")
    assert screen_of(picture, tmp_path / "elsewhere") == Screen(1080, 2400, "assumed")
    large = step("swipe", direction="left", swiped=([1080, 1560], [360, 1560]))
    click = step("click", coordinate=[1200, 10], boxes=[])
    wide = step("click", coordinate=[5, 5], boxes=[[0, 0, 1440, 10]])
    for steps, evidence in (([large], "swipe"), ([click], "point"), ([wide], "box")):
        (episode,) = read_annotations(write_set(tmp_path, {"2": steps}))
        assert screen_of(episode) == Screen(1440, 3120, evidence)
    (episode,) = read_annotations(write_set(tmp_path, {"3": [large, step("swipe", direction="up")]}))
    with pytest.raises(EnvError, match="two|screens of"):
        screen_of(episode)


@pytest.mark.parametrize("swiped", [([0, 0], [0, 0]), ([-5, 10], [-5, 10])])
def test_swipes_that_show_no_screen_are_named(tmp_path, swiped):
    steps = [step("swipe", direction="up", swiped=swiped), step("click", coordinate=[0, 0], boxes=[])]
    (episode,) = read_annotations(write_set(tmp_path, {"1": steps}))
    with pytest.raises(EnvError, match=":1: its swipes show a screen of .* which is none"):
        screen_of(episode)
    steps[0] = step("swipe", direction="up", swiped=([float("nan"), 0], [0, 0]))
    with pytest.raises(EnvError, match="step 0: 'coordinate' is 2 numbers"):
        read_annotations(write_set(tmp_path, {"1": steps}))


def test_what_is_told_before_a_step_holds_nothing_of_it_or_after_it(small):
    episode = read_annotations(small)[0]
    assert told(episode, 0, "high", "actions") == "goal 77"
    text = told(episode, 3, "high", "actions")
    assert 'open the app "Clock App"' in text
    assert 'type "Hello there"' in text
    assert "swipe" not in text
    assert told(episode, 1, "low", "none") == "goal 77\n\nNow: do click"
    assert "3. do type" in told(episode, 3, "high", "instructions")
    assert "swipe up" in told(episode, 4, "high", "actions")  # the finger's way


def test_a_file_of_predictions_in_every_form(tmp_path, small):
    keys = {(episode.episode_id, one.step_id) for episode in read_annotations(small) for one in episode.steps}
    lines = [
        {"episode_id": "77", "step_id": 0, "call": {"name": "open_app", "arguments": {"app": "clock app"}}},
        {"episode_id": 77, "step_id": 1, "text": "I click. ✿FUNCTION✿: click\n✿ARGS✿: {\"point\": [500, 500]}\n"},
        {"episode_id": "77", "step_id": 2, "text": "<tool_call>\n{\"name\": \"type\", \"arguments\": {\"text\": \"Hello"
         " there\"}}\n", "dialect": "hermes"},
        {"episode_id": "77", "step_id": 3, "text": "nothing comes to mind", "dialect": "qwen"},
        {"episode_id": "77", "step_id": 4, "call": None},
        {"episode_id": "77", "step_id": 4, "call": {"name": "long_press", "arguments": {"point": [185.2, 125]}}},
        {"episode_id": "99", "step_id": 0, "call": None},
    ]  # fmt: skip
    path = tmp_path / "predictions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    read = read_predictions(path, key, keys, "qwen")
    assert (read.foreign, read.repeated, len(read.by_item)) == (1, 1, 5)
    assert "5 of 7 are predicted, 3 of them with a call" in read.told(7)
    assert "1 lines of unknown items and 1 repeated" in read.told(7)
    steps = judge(read_annotations(small), read.by_item).steps
    assert [one.verdicts["strict"].exact for one in steps] == [True, True, True, False, False, False, False]
    assert [one.predicted for one in steps] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"step_id": 0, "call": None}, "'episode_id'"),
        ({"episode_id": "77", "step_id": "0", "call": None}, "'step_id' is str"),
        ({"episode_id": "77", "step_id": True, "call": None}, "'step_id' is bool"),
        ({"episode_id": "77", "step_id": 0}, "neither 'call' nor 'text'"),
        ({"episode_id": "77", "step_id": 0, "call": [1]}, "'call' is null or"),
        ({"episode_id": "77", "step_id": 0, "call": {"name": "click", "arguments": 3}}, "'call' is null or"),
        ({"episode_id": "77", "step_id": 0, "text": "x", "dialect": "klingon"}, "unknown dialect"),
        ({"episode_id": "77", "step_id": 0, "text": "x", "dialect": []}, "unhashable|dialect"),
        ({"episode_id": "77", "step_id": 0, "text": "x"}, "needs a 'dialect' .* or --dialect"),
    ],
)
def test_a_line_that_is_no_prediction_is_named(tmp_path, line, message):
    path = tmp_path / "predictions.jsonl"
    path.write_text("\n" + json.dumps(line))
    with pytest.raises(RecordError, match=message) as caught:
        read_predictions(path, key, {("77", 0)})
    assert ":2" in str(caught.value)


@pytest.mark.parametrize("arguments", [{"point": [1e400, 2]}, {"point": "x" * 5000}, {"point": [[[]]]}, {"x": 1}, {}])
def test_arguments_that_are_nothing_are_a_miss_and_no_crash(small, arguments):
    call = dataclasses.replace(right(("", 0))["", 0].call, name="click", arguments=arguments)
    steps = judge(read_annotations(small), {("77", 1): Prediction(call)}).steps
    assert not steps[1].verdicts["qwen-ui-s1"].type
    assert steps[1].predicted

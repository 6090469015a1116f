"""What the tasks are, judged on documents alone: no browser and no phone."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from envs.android.standin.seed import default_state
from envs.android.tasks.base import Draw, says
from envs.android.tasks.ending import same
from envs.android.tasks.registry import TASKS
from envs.android.tasks.table import APPS, DIFFICULTIES
from envs.android.tasks.table import TASKS as TABLE

SEEDS = range(12)


def episode(name: str, seed: int, language: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first state and the parameters."""
    state = default_state(seed, language)
    p = TASKS[name].draw(Draw(random.Random(seed), state, language))
    return TASKS[name].initialise(state, p), p


def ended(name: str, before: dict[str, Any], p: dict[str, Any]) -> dict[str, Any]:
    state = copy.deepcopy(before)
    TASKS[name].end(state, p)
    return state


def reply(name: str, before: dict[str, Any], p: dict[str, Any]) -> str:
    return next(iter(TASKS[name].replies(before, p)), "")


def test_the_table_holds_every_task_and_no_other():
    assert list(TABLE) == list(TASKS)
    assert len(TABLE) >= 60
    assert {entry.difficulty for entry in TABLE.values()} == set(DIFFICULTIES)
    assert len(APPS) >= 11
    assert sum(entry.app == "several" for entry in TABLE.values()) >= 10
    assert all(entry.steps > 1 for entry in TABLE.values())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_not_done_at_its_start_and_is_done_at_its_end(name, language):
    task = TASKS[name]
    for seed in SEEDS:
        before, p = episode(name, seed, language)
        assert not task.success(before, copy.deepcopy(before), p, ""), seed
        if name != "photo":
            assert task.success(before, ended(name, before, p), p, f"It is {reply(name, before, p)}."), seed


@pytest.mark.parametrize("name", TASKS)
def test_the_seed_alone_decides_the_parameters_and_they_are_json(name):
    first, p = episode(name, 5, "en")
    again, same_p = episode(name, 5, "en")
    assert (p, first) == (same_p, again)
    assert json.loads(json.dumps(p)) == p
    assert any(episode(name, seed, "en")[1] != p for seed in range(6, 12))


@pytest.mark.parametrize("name", TASKS)
def test_the_goal_is_said_in_both_languages_without_a_gap(name):
    for language in ("en", "zh"):
        _, p = episode(name, 3, language)
        task = TASKS[name]
        for wording in task.english if language == "en" else task.chinese:
            goal = wording.format(**p)
            assert goal.strip()
            assert "{" not in goal
            assert any("一" <= letter <= "鿿" for letter in goal) is (language == "zh")


@pytest.mark.parametrize("name", TASKS)
def test_initialise_and_success_leave_what_they_are_given_as_it_is(name):
    state = default_state(2, "en")
    p = TASKS[name].draw(Draw(random.Random(2), state, "en"))
    kept = copy.deepcopy(state)
    before = TASKS[name].initialise(state, p)
    assert state == kept
    held = copy.deepcopy(before)
    TASKS[name].success(before, before, p, "x")
    assert before == held


def alarm_off(state):
    state["clock"]["alarms"][0]["on"] = False


def paid_again(state):
    state["pay"]["payments"].append(copy.deepcopy((state["pay"]["payments"] or [{"payee": "?"}])[-1]))


def contact_gone(state):
    del state["contacts"]["people"][-1]


def turned_dark(state):
    state["device"]["dark"] = not state["device"]["dark"]


def file_moved(state):
    next(one for one in state["files"]["entries"] if not one["folder"] and one["name"][0] in "mrg")["parent"] = 0
    state["files"]["entries"] = [one for one in state["files"]["entries"] if one["name"] != "readme.txt"]


def wrote_again(state):
    thread = state["messages"]["threads"][0]
    thread["messages"].append({"id": 0, "mine": True, "text": "Oh.", "time": ""})


@pytest.mark.parametrize("damage", [alarm_off, paid_again, contact_gone, turned_dark, file_moved, wrote_again])
@pytest.mark.parametrize("name", [name for name in TASKS if name != "photo"])
def test_damage_beside_the_task_is_noticed(name, damage):
    before, p = episode(name, 4, "en")
    now = ended(name, before, p)
    damage(now)
    assert not TASKS[name].success(before, now, p, reply(name, before, p))


def test_two_payments_are_as_wrong_as_none():
    before, p = episode("pay-send", 1, "en")
    once = ended("pay-send", before, p)
    assert TASKS["pay-send"].success(before, once, p, "")
    assert not TASKS["pay-send"].success(before, ended("pay-send", once, p), p, "")


def test_the_same_thing_made_anew_in_another_order_is_the_same():
    one = default_state(0, "en")
    other = copy.deepcopy(one)
    other["clock"]["alarms"] = [{**alarm, "id": 900 + alarm["id"]} for alarm in reversed(other["clock"]["alarms"])]
    other["maps"]["history"] = ["cafe"]
    assert same(one, other)
    messages = other["messages"]["threads"][0]["messages"]
    messages.reverse()
    assert same(one, other) is (len(messages) < 2)


@pytest.mark.parametrize(
    ("answer", "reply", "right"),
    [
        ("It costs $14.99.", "$14.99", True),
        ("14.99 dollars", "14.99", True),
        ("114.99", "14.99", False),
        ("$14.999", "14.99", False),
        ("1482", "148", False),
        ("密码是1482。", "1482", True),
        ("At 18:00:30", "18:00", False),
        ("", "x", False),
        ("x", "", False),
    ],
)
def test_an_answer_is_right_when_it_holds_the_reply_as_a_whole(answer, reply, right):
    assert says(answer, reply) is right


def test_photos_are_counted_and_nothing_else_may_change():
    before, p = episode("photo", 1, "en")
    now = copy.deepcopy(before)
    names = [f"IMG_{number}.jpg" for number in range(p["count"])]
    now["camera"] = {"count": len(names), "photos": [{"id": 900, "name": name, "time": ""} for name in names]}
    made = [{"name": name, "id": 950, "parent": 940, "folder": False, "text": ""} for name in names]
    now["files"]["entries"] += [{"name": "DCIM", "id": 940, "parent": 0, "folder": True, "text": ""}, *made]
    assert TASKS["photo"].success(before, now, p, "")
    contact_gone(now)
    assert not TASKS["photo"].success(before, now, p, "")

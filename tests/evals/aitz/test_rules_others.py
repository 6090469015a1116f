"""The rules of AgentCPM-GUI, Android-in-the-Wild and OS-Atlas, and our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.android import ClearText, DoubleTap, Drag, LongPress, OpenApp, Press, Swipe, TypeText, Wait
from actions.point import Point
from actions.screen import Answer, Done
from actions.space import Action
from envs.replay.step import COMPLETE, IMPOSSIBLE, PRESS_BACK, PRESS_HOME, TYPE, AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.aitw import Aitw
from evals.aitz.rules.clickfix import ClickFix
from evals.aitz.rules.os_atlas import OsAtlas
from evals.aitz.rules.qwen_agentcpm import QwenAgentCpm
from evals.aitz.rules.registry import ALL
from evals.aitz.rules.strict import Strict
from tests.evals.aitz.made import click, step, stored_episode

UP = step(touch=(0.5, 0.5), lift=(0.1, 0.5), description="scroll up")


def exact(rules: QwenAgentCpm | Aitw | OsAtlas | Strict | ClickFix, gold: AitzStep, action: Action) -> bool:
    return rules.judge(gold, Prediction(action)).exact


@pytest.mark.parametrize("y", [0.397, 0.634])
def test_the_icon_one_row_away_is_right_for_the_loose_and_wrong_for_the_strict(data: Path, y: float) -> None:
    # The Calendar's label above the Clock, 0.101 away, and the File Manager's icon below, 0.136 away.
    clock = stored_episode(data).steps[2]
    said = click(0.607, y)
    assert QwenAgentCpm().judge(clock, said).exact
    assert Aitw().judge(clock, said).exact
    assert OsAtlas().judge(clock, said).exact
    assert not Strict().judge(clock, said).exact
    assert Strict().judge(clock, said).type
    assert not ClickFix().judge(clock, said).exact


def test_within_the_icon_strict_agrees(data: Path) -> None:
    clock = stored_episode(data).steps[2]
    assert Strict().judge(clock, click(0.607, 0.51)).exact
    assert Strict().judge(clock, click(0.64, 0.498)).exact


@pytest.mark.parametrize(("away", "near"), [(0.14, True), (0.1401, False)])
def test_exactly_at_the_reach(away: float, near: bool) -> None:
    corner = step(touch=(0.0, 0.0), description="click")
    for rules in (QwenAgentCpm(), Aitw()):
        assert rules.judge(corner, click(away, 0.0)).exact is near
    assert OsAtlas().judge(corner, click(away + (0 if near else 0.001), 0.0)).exact is near


@pytest.mark.parametrize(("lift", "tapped"), [(0.04, True), (0.0401, False)])
def test_a_gesture_of_exactly_the_tap_distance_is_a_tap(lift: float, tapped: bool) -> None:
    gold = step(touch=(0.0, 0.0), lift=(lift, 0.0), description="click")
    for rules in (QwenAgentCpm(), Strict(), Aitw(), OsAtlas()):
        assert rules.judge(gold, click(0.0, 0.0)).exact is tapped
        assert rules.judge(gold, Prediction(Swipe("down"))).exact is not tapped


def test_the_gold_point_is_the_touch_and_not_the_lift() -> None:
    moved = step(touch=(0.5, 0.5), lift=(0.539, 0.5), description="click")
    assert QwenAgentCpm(reach=0.01).judge(moved, click(0.5, 0.5)).exact
    assert not QwenAgentCpm(reach=0.01).judge(moved, click(0.5, 0.539)).exact
    assert Strict(reach=0.01).judge(moved, click(0.5, 0.5)).exact
    assert not Strict(reach=0.01).judge(moved, click(0.5, 0.539)).exact


def test_boxes_grow_by_a_fifth_for_agentcpm_and_to_240_per_cent_for_aitw() -> None:
    # A line of text 100 pixels high: y 200 to 300 of 600, the whole width. The reach is set to nothing.
    line = step(touch=(250 / 600, 0.5), description="click", elements=[(200, 0, 100, 270)])
    cpm, aitw = QwenAgentCpm(reach=0), Aitw(reach=0)
    assert cpm.judge(line, click(0.9, 309 / 600)).exact
    assert not cpm.judge(line, click(0.9, 311 / 600)).exact
    assert aitw.judge(line, click(0.9, 369 / 600)).exact
    assert not aitw.judge(line, click(0.9, 371 / 600)).exact


def test_a_box_that_grows_over_the_edge_is_moved_as_the_original_moves_it() -> None:
    edge = step(touch=(0.0, 0.5), description="click", elements=[(0, 0, 100, 270)])
    # Grown to 120, begun at 0 and not at -10: it reaches to 120.
    assert QwenAgentCpm(reach=0).judge(edge, click(0.5, 119 / 600)).exact


def test_only_boxes_that_hold_the_gold_point_count() -> None:
    two = step(touch=(0.05, 0.5), description="click", elements=[(0, 0, 60, 270), (500, 0, 60, 270)])
    assert not QwenAgentCpm().judge(two, click(0.5, 530 / 600)).exact
    assert not Aitw().judge(two, click(0.5, 530 / 600)).exact


def test_strict_asks_for_the_smallest_box() -> None:
    nested = step(touch=(0.5, 0.5), description="click", elements=[(250, 50, 100, 100), (290, 125, 20, 20)])
    assert Strict().judge(nested, click(0.5, 0.5)).exact
    assert not Strict().judge(nested, click(0.3, 0.5)).exact
    assert QwenAgentCpm().judge(nested, click(0.3, 0.5)).exact
    whole = step(touch=(0.5, 0.5), description="click", elements=[(0, 0, 600, 270)])
    assert not Strict().judge(whole, click(0.1, 0.1)).exact
    assert QwenAgentCpm().judge(whole, click(0.1, 0.1)).exact


def test_strict_measures_pixels_the_same_up_and_across() -> None:
    bare = step(touch=(0.5, 0.5), description="click")
    assert Strict().judge(bare, click(0.5 + 17 / 270, 0.5)).exact
    assert not Strict().judge(bare, click(0.5 + 19 / 270, 0.5)).exact
    assert Strict().judge(bare, click(0.5, 0.5 + 17 / 600)).exact
    assert not Strict().judge(bare, click(0.5, 0.5 + 19 / 600)).exact


def test_typed_texts() -> None:
    lyft = step(TYPE, text="Lyft", description="type")
    texts = {"Lyft": "qsao", " lyft ": "qsao", "": "qa", "L": "qa", "lyft app": "qa", "Uber": "a", "ＬＹＦＴ": "sa"}
    for text, right in texts.items():
        action = TypeText(text)
        assert exact(QwenAgentCpm(), lyft, action) is ("q" in right), text
        assert exact(Strict(), lyft, action) is ("s" in right), text
        assert exact(Aitw(), lyft, action) is ("a" in right), text
    assert exact(OsAtlas(), lyft, TypeText("LYFT"))
    # The bracket is part of the only word compared: "[lyft" is not "[lyft]".
    assert not exact(OsAtlas(), lyft, TypeText("lyft app"))
    assert exact(OsAtlas(), step(TYPE, text="new york", description="type"), TypeText("new delhi"))
    assert not exact(Strict(), lyft, TypeText("Lyft", submit=True))
    assert QwenAgentCpm().judge(lyft, Prediction(TypeText("LYFT "))).text_ratio == 1


def test_an_empty_gold_text_equals_itself() -> None:
    empty = step(TYPE, text="", description="type")
    for rules in ALL:
        assert rules.judge(empty, Prediction(TypeText(""))).exact


def test_directions() -> None:
    assert exact(QwenAgentCpm(), UP, Swipe("up"))
    assert not exact(QwenAgentCpm(), UP, Swipe("down"))
    assert exact(Aitw(), UP, Swipe("down"))  # the axis alone
    assert not exact(Aitw(), UP, Swipe("left"))
    assert exact(Aitw(), UP, Drag(Point(0.5, 0.9), Point(0.4, 0.2)))
    assert not exact(Aitw(), UP, Drag(Point(0.5, 0.9), Point(0.5, 0.88)))  # a tap
    for rules in (QwenAgentCpm(), Strict(), OsAtlas()):
        assert exact(rules, UP, Drag(Point(0.5, 0.9), Point(0.4, 0.2)))
        assert not exact(rules, UP, Drag(Point(0.5, 0.9), Point(0.5, 0.9)))


def test_buttons_and_statuses_are_types_of_their_own_for_some() -> None:
    back, over, given_up = step(PRESS_BACK), step(COMPLETE), step(IMPOSSIBLE)
    for rules in (QwenAgentCpm(), Strict()):
        assert rules.judge(back, Prediction(Press("Home"))).type
        assert not rules.judge(back, Prediction(Press("Home"))).exact
    for rules in (Aitw(), OsAtlas()):
        assert not rules.judge(back, Prediction(Press("Home"))).type
        assert not rules.judge(over, Prediction(Done("failure"))).type
        assert rules.judge(given_up, Prediction(Done("failure"))).exact
    assert exact(QwenAgentCpm(), over, Done("failure"))
    assert Strict().judge(over, Prediction(Done("failure"))).type
    assert not exact(Strict(), over, Done("failure"))


def test_waiting_is_stopping_for_agentcpm_alone() -> None:
    over = step(COMPLETE, description="stop")
    for action in (Wait(), ClearText()):
        assert exact(QwenAgentCpm(), over, action)
        for rules in (Strict(), Aitw(), OsAtlas()):
            assert not rules.judge(over, Prediction(action)).type


def test_actions_the_benchmark_does_not_have_are_well_formed_and_wrong() -> None:
    golds = (UP, step(touch=(0.5, 0.5)), step(TYPE, text="a"), step(PRESS_HOME), step(COMPLETE))
    foreign = (LongPress(Point(0.5, 0.5)), DoubleTap(Point(0.5, 0.5)), OpenApp("Clock"), Answer("42"))
    for rules in (QwenAgentCpm(), Strict(), Aitw(), OsAtlas()):
        for gold in golds:
            for action in foreign:
                verdict = rules.judge(gold, Prediction(action))
                assert (verdict.type, verdict.exact, verdict.format) == (False, False, True)
        assert not rules.judge(step(PRESS_HOME), Prediction(Press("Recents"))).exact


def test_an_unknown_gold_action_is_never_matched() -> None:
    odd = step(9, description="click")
    for rules in (QwenAgentCpm(), Strict(), Aitw(), OsAtlas()):
        for action in (OpenApp("x"), Done(), Swipe("up")):
            assert not rules.judge(odd, Prediction(action)).type

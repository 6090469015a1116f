"""The published evaluator's quirks on the stored episode (reference 1.6), and what the repaired one makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.android import LongPress, Press, Swipe, TypeSecret, TypeText
from actions.point import Box, Point
from actions.screen import Click, Done
from envs.replay.gold import gold_action
from envs.replay.step import COMPLETE, DUAL_POINT, PRESS_HOME, TYPE, AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.clickfix import ClickFix
from evals.aitz.rules.published import Published
from tests.evals.aitz.made import click, coat, step, stored_episode

PERFECT = [590, 480, 625, 515]
"""Around the gold click at (0.607, 0.498)."""
ALL = [0, 0, 1000, 1000]
CORNER = [0, 0, 10, 10]


@pytest.fixture
def clock(data: Path) -> AitzStep:
    return stored_episode(data).steps[2]


@pytest.mark.parametrize(
    ("box", "published", "repaired"), [(PERFECT, False, True), (CORNER, True, False), (ALL, True, True)]
)
def test_a_click_is_judged_against_the_corner(clock: AitzStep, box: list[int], published: bool, repaired: bool) -> None:
    said = coat("click_element", bbox=box)
    assert Published().judge(clock, said).exact is published
    assert ClickFix().judge(clock, said).exact is repaired
    assert Published().judge(clock, said).type


def test_the_published_figures_of_gold_on_the_stored_episode(data: Path) -> None:
    verdicts = [Published().judge(one, Prediction(gold_action(one))) for one in stored_episode(data).steps]
    assert [verdict.type for verdict in verdicts] == [True] * 4
    assert [verdict.exact for verdict in verdicts] == [True, True, False, True]
    fixed = [ClickFix().judge(one, Prediction(gold_action(one))) for one in stored_episode(data).steps]
    assert all(verdict.exact for verdict in fixed)


def test_a_point_without_widening_misses_the_exact_gold(clock: AitzStep) -> None:
    # 163.9 pixels across are rounded to 164 on one side and cut to 163 on the other.
    exact = Prediction(gold_action(clock))
    assert not ClickFix(widening=0).judge(clock, exact).exact
    assert ClickFix().judge(clock, exact).exact


def test_a_box_of_the_source_is_taken_as_it_is(clock: AitzStep) -> None:
    beside = Prediction(Click(Point(0.607, 0.42)), box=Box(0.55, 0.41, 0.66, 0.43))
    assert not ClickFix().judge(clock, beside).exact
    assert ClickFix().judge(clock, Prediction(beside.action)).exact  # as a point it is widened by 70 of 1000, × 1.2


@pytest.mark.parametrize(
    ("text", "exact", "ratio"), [("", True, 0.0), ("L", True, 0.4), ("lyft", False, 0.75), ("Lyfts", True, 8 / 9)]
)
def test_typed_text_is_compared_by_parts_and_case(text: str, exact: bool, ratio: float) -> None:
    lyft = step(TYPE, text="Lyft", description='type in the content: "Lyft"')
    for rules in (Published(), ClickFix()):
        verdict = rules.judge(lyft, Prediction(TypeText(text)))
        assert verdict.type
        assert verdict.exact is exact
        assert verdict.text_ratio == pytest.approx(ratio)


def test_a_ratio_of_exactly_the_threshold_is_not_above_it() -> None:
    # Eight of ten letters on both sides: 0.8.
    alike = step(TYPE, text="abcdefghij", description="type it")
    verdict = Published().judge(alike, Prediction(TypeText("xbcdefghiy")))
    assert verdict.text_ratio == pytest.approx(0.8)
    assert not verdict.exact


STOPPING = [
    (step(TYPE, text="Lyft", description="type it"), coat("input", text=None)),
    (step(touch=(0.5, 0.5), description="tap on it"), coat("click_element", bbox=PERFECT)),
    (step(lift=(0.1, 0.5), touch=(0.5, 0.5), description="swipe up"), coat("scroll", direction="up")),
    (step(lift=(0.1, 0.5), touch=(0.5, 0.5), description="scroll"), coat("scroll", direction="up")),
    (step(PRESS_HOME, description="press home"), coat("press")),
    (step(touch=(0.5, 0.5), description="click"), coat("click_element", bbox=[1, 2, 3])),
    (step(touch=(0.5, 0.5), description="click"), coat("click_element", bbox="[1, 2, 3, 4]")),
    (step(touch=(0.5, 0.5), description="click"), coat("click_element", bbox=[1, 2, float("nan"), 4])),
    (step(touch=(0.5, 0.5), description="click"), coat("click_element", bbox=PERFECT)),  # no annotations
    (step(touch=(0.5, 0.5), description="click"), coat(["click"], bbox=PERFECT)),
    (step(touch=(0.5, 0.5), description=""), coat("click_element", bbox=PERFECT)),
]


@pytest.mark.parametrize(("gold", "said"), STOPPING)
def test_where_the_program_ends_the_step_is_wrong_and_counted(gold: AitzStep, said: Prediction) -> None:
    verdict = Published().judge(gold, said)
    assert verdict.stops
    assert (verdict.type, verdict.exact) == (False, False)
    assert not ClickFix().judge(gold, said).stops


def test_the_repair_falls_back_on_the_result_fields() -> None:
    swiped = step(touch=(0.5, 0.5), lift=(0.1, 0.5), description="swipe towards the top")
    assert ClickFix().judge(swiped, Prediction(Swipe("up"))).exact
    assert not ClickFix().judge(swiped, Prediction(Swipe("down"))).exact
    tapped = step(touch=(0.5, 0.5), description="tap on it")
    assert ClickFix().judge(tapped, click(0.5, 0.5)).exact


@pytest.mark.parametrize("words", ["scroll up.", "Scroll Up", "scroll  up"])
def test_a_full_stop_or_a_capital_hides_the_direction_from_the_published_rules(words: str) -> None:
    up = step(touch=(0.5, 0.5), lift=(0.1, 0.5), description=words)
    assert not Published().judge(up, Prediction(Swipe("up"))).exact
    assert ClickFix().judge(up, Prediction(Swipe("up"))).exact


def test_index_0_is_an_element_only_after_the_repair() -> None:
    boxes = [(0, 0, 10, 10), (300, 100, 20, 20)]
    corner = step(touch=(0.0, 0.0), description="click on it", elements=boxes)
    assert not Published().judge(corner, coat("click_element", idx=0)).exact
    assert ClickFix().judge(corner, coat("click_element", idx=0)).exact
    lower = step(touch=(310 / 600, 110 / 270), description="click on it", elements=boxes)
    assert ClickFix().judge(lower, coat("click_element", idx=1)).exact
    assert ClickFix().judge(lower, coat("click_element", idx="1")).exact
    for unknown in (-1, 2, "x", None, [0], 10**30):
        assert not ClickFix().judge(lower, coat("click_element", idx=unknown)).exact


def test_elements_are_numbered_by_lines() -> None:
    # The second box of the list stands to the left in the same line; the third is on the next one.
    boxes = [(100, 200, 20, 20), (104, 10, 20, 20), (300, 5, 20, 20)]
    left = step(touch=(114 / 600, 20 / 270), description="click on it", elements=boxes)
    assert ClickFix().judge(left, coat("click_element", idx=0)).exact
    assert not ClickFix().judge(left, coat("click_element", idx=1)).exact


def test_overlap_with_the_annotated_box_counts() -> None:
    # The predicted box ends before the gold point, but covers most of the element that holds it.
    wide = step(touch=(0.5, 0.99), description="click", elements=[(290, 0, 20, 270)])
    covering = coat("click_element", bbox=[0, 483, 800, 517])
    assert ClickFix().judge(wide, covering).exact
    assert "overlap" in ClickFix().judge(wide, covering).reason
    assert not ClickFix().judge(wide, coat("click_element", bbox=[0, 483, 300, 517])).exact


def test_types_are_read_off_names() -> None:
    stop = step(COMPLETE, description="stop and set the query as completed")
    for rules in (Published(), ClickFix()):
        assert rules.judge(stop, Prediction(Done("failure"))).exact
        assert rules.judge(stop, coat("STOP", task_status="failure")).exact
        assert not rules.judge(stop, Prediction(None, "nothing said")).format
        assert not rules.judge(stop, coat("answer")).format
        assert not rules.judge(stop, coat("")).format
    home = step(PRESS_HOME, description="press the home button")
    # A long press holds the word press, and is read as a press of the button "press".
    assert Published().judge(home, Prediction(LongPress(Point(0.5, 0.5)))).type
    assert not Published().judge(home, Prediction(LongPress(Point(0.5, 0.5)))).exact
    assert Published().judge(home, Prediction(Press("Home"))).exact
    assert not Published().judge(home, Prediction(Press("Back"))).exact


def test_the_gold_click_is_where_the_finger_touched() -> None:
    moved = step(DUAL_POINT, touch=(0.5, 0.5), lift=(0.53, 0.5), description="click", elements=[(0, 0, 5, 5)])
    rules = ClickFix(widening=5)
    assert rules.judge(moved, click(0.5, 0.5)).exact
    assert not rules.judge(moved, click(0.5, 0.53)).exact


@pytest.mark.parametrize("rules", [Published(), ClickFix()])
def test_a_secret_whose_text_nobody_knows_is_not_the_text(rules):
    gold = step(TYPE, text="Lyft", description="type it")
    assert rules.judge(gold, Prediction(TypeText("Lyft"))).exact
    secret = rules.judge(gold, Prediction(TypeSecret("card")))
    assert not secret.type
    assert not secret.exact


def test_a_call_of_input_without_a_text_is_the_empty_text_bug_for_bug_alone():
    gold = step(TYPE, text="Lyft", description="type it")
    assert Published().judge(gold, coat("input")).exact
    assert not ClickFix().judge(gold, coat("input")).exact

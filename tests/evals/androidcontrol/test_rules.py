"""Each rule, at its edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.android import Click, Done, Drag, LongPress, OpenApp, Press, Swipe, TypeText, Wait, android_space
from actions.point import Point
from envs.replay.androidcontrol.screen import Screen
from envs.replay.androidcontrol.step import AndroidControlStep
from evals.androidcontrol.rules.base import Gold, Verdict, kind_of
from evals.androidcontrol.rules.os_atlas import OsAtlas
from evals.androidcontrol.rules.registry import RULES
from evals.androidcontrol.rules.strict import Strict
from evals.androidcontrol.rules.ui_s1 import UiS1

SCREEN = Screen(1000, 2000, "image")
ATLAS, UI_S1, STRICT = OsAtlas(), UiS1(), Strict()


def gold(kind: str, **values) -> Gold:
    return Gold.of(AndroidControlStep(0, kind, "do it", "1_0.png", **values), SCREEN)


def verdicts(step: Gold, action) -> tuple[bool, bool, bool]:
    return tuple(rules.judge(step, action).exact for rules in (ATLAS, UI_S1, STRICT))


BARE = gold("click", point=(500, 1000))


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.5, 0.5, (True, True, True)),
        (0.54, 0.5, (True, True, True)),  # exactly 0.04 across
        (0.541, 0.5, (True, False, False)),
        (0.5, 0.54, (True, True, False)),  # 0.04 of the height is 0.08 of the width
        (0.5, 0.52, (True, True, True)),
        (0.64, 0.5, (True, False, False)),  # exactly 0.14
        (0.6401, 0.5, (False, False, False)),
        (0.0, 0.0, (False, False, False)),
    ],
)
def test_where_there_is_no_box_the_distance_decides(x, y, expected):
    assert verdicts(BARE, Click(Point(x, y))) == expected


def test_a_box_over_the_whole_screen_is_credit_for_any_click_under_one_rule_set_alone():
    step = gold("click", point=(500, 1000), boxes=((450, 950, 550, 1050), (0, 0, 1000, 2000)))
    assert verdicts(step, Click(Point(0.01, 0.99))) == (False, True, False)
    assert verdicts(step, Click(Point(0.45, 0.475))) == (True, True, True)  # the small box's corner
    # Half a tenth beyond it: within the box × 1.2 and within the distance, not within the box.
    assert verdicts(gold("click", point=(500, 1000), boxes=((450, 950, 550, 1050),)), Click(Point(0.555, 0.5))) == (
        True, True, False,
    )  # fmt: skip


def test_the_row_above_is_not_the_row_that_is_meant():
    step = gold("click", point=(500, 1000), boxes=((0, 900, 1000, 1100),))
    above = Click(Point(0.5, 0.44))
    assert verdicts(step, above) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Blue Jazz", (True, True, True)),
        ("blue jazz", (True, True, True)),
        ("  BLUE   JAZZ ", (False, False, True)),  # `[` alone to OS-Atlas; blanks within are the text's to UI-S1
        ("BLUE   JAZZ", (True, False, True)),
        ("blue jazz.", (True, True, False)),
        ("blue", (False, True, False)),  # `[blue]` for `[Blue` to OS-Atlas: the bracket is the word's
        ("blue rock", (True, False, False)),  # only the first word counts to OS-Atlas
        ("jazz", (False, True, False)),
        ("", (False, True, False)),  # nothing is within everything
        ("Ｂｌｕｅ jazz", (False, False, True)),
    ],
)
def test_texts(text, expected):
    assert verdicts(gold("type", text="Blue Jazz"), TypeText(text)) == expected
    assert verdicts(gold("open", text="Blue Jazz"), OpenApp(text)) == expected


@pytest.mark.parametrize(("text", "exact"), [("new", False), ("NEW", False), ("new york", True), ("new jersey", True)])
def test_a_text_of_one_word_is_not_the_first_word_of_a_longer_one_to_os_atlas(text, exact):
    assert ATLAS.judge(gold("type", text="New York"), TypeText(text)) == Verdict(True, exact)
    assert ATLAS.judge(gold("type", text="new"), TypeText(text)) == Verdict(True, text in ("new", "NEW"))


def test_an_empty_gold_text_is_matched_by_itself():
    assert verdicts(gold("type", text=""), TypeText("")) == (True, True, True)
    assert verdicts(gold("type", text=""), TypeText("x")) == (False, True, False)


def test_the_icon_opens_the_app_under_one_rule_set_alone():
    step = gold("open", text="Clock", boxes=((100, 200, 300, 400),))
    on, off = Click(Point(0.2, 0.15)), Click(Point(0.9, 0.9))
    assert [rules.judge(step, on) for rules in RULES] == [
        Verdict(False, False), Verdict(True, True), Verdict(False, False),
    ]  # fmt: skip
    assert UI_S1.judge(step, off) == Verdict(True, False)
    assert UI_S1.judge(gold("open", text="Clock"), on) == Verdict(False, False)  # no icon is on the screen


@pytest.mark.parametrize(
    ("direction", "finger"), [("down", "up"), ("up", "down"), ("left", "right"), ("right", "left")]
)
def test_a_swipe_goes_against_the_direction_in_which_more_is_seen(direction, finger):
    step = gold("swipe", direction=direction)
    assert verdicts(step, Swipe(finger)) == (True, True, True)
    assert verdicts(step, Swipe(direction)) == (False, True, False)  # the trap: right only where any swipe is


def test_a_drag_is_a_swipe_along_its_longer_side():
    step = gold("swipe", direction="down")
    assert verdicts(step, Drag(Point(0.5, 0.8), Point(0.4, 0.2))) == (True, True, True)
    assert verdicts(step, Drag(Point(0.9, 0.8), Point(0.1, 0.7))) == (False, True, False)


def test_buttons_waiting_and_kinds_that_the_set_does_not_have():
    back = gold("system_button", button="Back")
    assert verdicts(back, Press("Back")) == (True, True, True)
    assert [rules.judge(back, Press("Home")) for rules in RULES] == [Verdict(True, False)] * 3
    assert verdicts(gold("wait", seconds=2.0), Wait(0.0)) == (True, True, True)
    assert [rules.judge(BARE, Done()) for rules in RULES] == [Verdict(False, False)] * 3
    assert [rules.judge(BARE, LongPress(Point(0.5, 0.5))) for rules in RULES] == [Verdict(False, False)] * 3


@given(st.integers(0, 10_000))
def test_whatever_is_predicted_an_exact_step_is_of_the_right_type(seed):
    space = android_space(secrets=True)
    space.seed(seed)
    action = space.sample()
    steps = [BARE, gold("type", text="a"), gold("open", text="b", boxes=((1, 2, 3, 4),)), gold("wait"),
             gold("swipe", direction="up"), gold("system_button", button="Back"),
             gold("long_press", point=(1, 1))]  # fmt: skip
    for rules in RULES:
        for step in steps:
            verdict = rules.judge(step, action)
            assert verdict.type >= verdict.exact
            assert verdict.type == (kind_of(action) == step.step.kind) or (
                rules is RULES[1] and step.step.kind == "open" and kind_of(action) == "click"
            )


@pytest.mark.parametrize(
    ("step", "action", "reasons"),
    [
        (BARE, Click(Point(0.5, 0.6)), ("0.100 from the point, at most 0.14", "0.100 from the point, more than 0.04",
         "0.200 of the width from the point, more than 0.04")),
        (gold("click", point=(500, 1000), boxes=((450, 950, 550, 1050),)), Click(Point(0.5, 0.5)), (
         "0.000 from the point, at most 0.14", "in a candidate box × 1.2", "in the smallest candidate box")),
        (gold("type", text="a"), TypeText("b"), ("'b' for 'a'",) * 3),
        (gold("swipe", direction="down"), Swipe("down"), ("the finger goes down for up", "any swipe is right",
         "the finger goes down for up")),
        (gold("system_button", button="Back"), Press("Home"), ("'Home' for 'Back'",) * 3),
        (gold("wait"), Done(), ("done for wait",) * 3),
        (gold("wait"), Wait(1.0), ("any wait is right",) * 3),
    ],
)  # fmt: skip
def test_a_verdict_says_why(step, action, reasons):
    assert tuple(rules.judge(step, action).reason for rules in (ATLAS, UI_S1, STRICT)) == reasons


def test_names_differ():
    assert len({rules.name for rules in RULES}) == len(RULES) == 3

"""What a touch would bring about is told by the words under it, before it is done."""

from __future__ import annotations

import pytest

from actions.android import Answer, Click, Drag, LongPress, OpenApp, Press, Swipe, TypeText
from actions.point import Point
from agent.consent import Consent
from envs.base import HasIntent
from tests.envs.android_driver.fake import FIELD

TOP, BOTTOM = Point(0.5, 0.1), Point(0.5, 0.9)


def button(text, **more):
    return {"class": "android.widget.Button", "text": text, "clickable": "true", "bounds": "[0,0][108,60]"} | more


@pytest.fixture
def at(env, phone):
    def go(focus, nodes):
        phone.focus, phone.nodes = focus, nodes
        env.step(Press("VolumeUp"))
        phone.done.clear()
        phone.asked.clear()
        return env

    return go


def test_the_env_knows_intents(env):
    assert isinstance(env, HasIntent)


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Pay now", "pay"), ("支付", "pay"), ("Delete", "delete"), ("发送", "send"), ("Confirm", "submit")],
)
def test_a_button_is_judged_by_its_words_as_in_a_browser(at, phone, words, kind):
    env = at("com.example.shop/x.Main", [button(words)])
    for action in (Click(TOP), LongPress(TOP), Drag(TOP, BOTTOM), Swipe("right", TOP)):
        intent = env.intent(action)
        assert kind in intent.kinds
        assert words in intent.what
        assert "com.example.shop" in intent.what
    assert env.intent(Click(BOTTOM)) is None
    assert phone.done == []


def test_the_words_of_a_button_may_be_within_it_and_a_field_brings_nothing_about(at):
    inner = {"text": "Send", "bounds": "[10,10][40,40]"}
    assert at("a.b/a.b.C", [button(""), inner]).intent(Click(Point(0.9, 0.1))).kinds == ("send",)
    assert at("a.b/a.b.C", [FIELD | {"text": "Send a message", "focused": "false"}]).intent(Click(TOP)) is None


def test_of_a_region_full_of_prose_the_part_under_the_finger_counts(at):
    prose = {"text": "word " * 40 + "delete", "bounds": "[0,30][108,60]"}
    name = {"text": "A title", "bounds": "[0,0][108,30]"}
    assert at("a.b/a.b.C", [button("", bounds="[0,0][108,100]"), name, prose]).intent(Click(Point(0.5, 0.05))) is None


def test_a_button_does_not_hide_what_it_does_behind_many_words(at):
    long = "word " * 40
    assert at("a.b/a.b.C", [button(f"{long}Pay now")]).intent(Click(TOP)).kinds == ("pay",)
    assert at("a.b/a.b.C", [button(f"{long}Pay now", **{"class": "android.view.View"})]).intent(Click(TOP)) is None


def test_a_screen_that_is_never_at_rest_is_asked_once_and_then_judged_by_its_app(at, phone):
    env = at("com.eg.android.AlipayGphone/x.Main", None)
    assert env.intent(Click(TOP)).kinds == ("pay",)
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1
    assert phone.limits.command == 2.0
    assert env.intent(Click(TOP)).kinds == ("pay",)
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1
    assert at("com.example.video/x.Main", None).intent(Click(TOP)) is None
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1


def test_a_picture_in_an_app_for_payments_and_a_question_for_permission_are_asked_about(at):
    assert at("com.visuomotor.pay/x.Main", [button("")]).intent(Click(TOP)).kinds == ("pay",)
    assert at("com.example.notes/x.Main", [button("")]).intent(Click(TOP)) is None
    allow = [button("Only this time")]
    asks = at("com.google.android.permissioncontroller/x.GrantPermissionsActivity", allow)
    assert "submit" in asks.intent(Click(TOP)).kinds


def test_enter_hands_something_in_unless_it_searches(at):
    env = at("com.example.chat/x.Main", [FIELD])
    for action in (Press("Enter"), TypeText("hi", submit=True), TypeText("one\ntwo")):
        assert env.intent(action).kinds == ("submit", "send")
    assert env.intent(TypeText("hi")) is None
    search = FIELD | {"resource-id": "com.example.chat:id/search_src_text"}
    assert at("com.example.chat/x.Main", [search]).intent(Press("Enter")) is None
    focused = button("Pay", focused="true")
    assert "pay" in at("com.example.chat/x.Main", [focused]).intent(Press("Enter")).kinds
    assert at("com.example.video/x.Other", None).intent(Press("Enter")).kinds == ("submit", "send")


@pytest.mark.parametrize("action", [Answer("x"), OpenApp("x"), Press("Back"), Swipe("up")])
def test_other_actions_look_or_move(at, phone, action):
    assert at("a.b/a.b.C", [button("Pay")]).intent(action) is None
    assert not any(words[0] == "uiautomator" for words in phone.asked)


def test_an_apps_words_are_quoted_so_that_they_cannot_pass_for_the_runtimes(at):
    what = at("a.b/a.b.C", [button("Send” to nobody.\nAllow “it")]).intent(Click(TOP)).what
    assert what == 'tap “Send" to nobody. Allow "it” in a.b'


def test_an_icon_of_the_home_screen_opens_an_app_whatever_it_is_called(env, phone):
    phone.nodes = [button("Pay"), button("Uninstall: delete", bounds="[0,60][108,120]")]
    assert env.intent(Click(TOP)) is None
    assert env.intent(Click(Point(0.5, 0.4))).kinds == ("delete",)


def test_an_app_for_payments_that_came_up_at_the_start_is_not_taken_for_the_home_screen(at):
    env = at("com.eg.android.AlipayGphone/x.Main", [button("Pay")])
    env._phone.home = "com.eg.android.AlipayGphone"  # what had the focus when Home had been pressed
    assert env.intent(Click(TOP)).kinds == ("pay",)


def test_what_stands_elsewhere_on_a_background_is_not_meant(at):
    env = at("a.b/a.b.C", [button("", clickable="false", bounds="[0,0][108,240]"), button("Pay")])
    assert env.intent(Click(BOTTOM)) is None
    assert env.intent(Swipe("down", BOTTOM)) is None


def test_a_person_is_asked_before_the_tap_and_a_no_leaves_the_phone_untouched(at, phone):
    env = at("com.example.shop/x.Main", [button("Pay now")])
    asked = []
    guarded = Consent(env, lambda question: asked.append(question.intent.what) or "no")
    guarded.reset()
    phone.focus = "com.example.shop/x.Main"
    guarded.step(Press("VolumeUp"))
    phone.done.clear()
    observation, *_, info = guarded.step(Click(TOP))
    assert asked == ["tap “Pay now” in com.example.shop"]
    assert (observation["text"], phone.done) == ("no", [])
    assert info["consent"]["kinds"] == ["pay"]

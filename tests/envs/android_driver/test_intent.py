"""What a touch would bring about is told by the words under it, before it is done."""

from __future__ import annotations

import pytest

from actions.android import Answer, Click, DoubleTap, Drag, LongPress, OpenApp, Press, Swipe, TypeSecret, TypeText
from actions.point import Point
from agent.consent import KINDS, Consent
from envs.android.onscreen import read_keys
from envs.base import HasIntent
from tests.envs.android_driver.fake import FIELD, PASSWORD

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


def test_what_a_screen_that_is_never_at_rest_does_not_tell_is_asked_about(at, phone):
    env = at("com.eg.android.AlipayGphone/x.Main", None)
    assert env.intent(Click(TOP)).kinds == ("pay",)
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1
    assert phone.limits.command == 5.0
    assert env.intent(Click(TOP)).kinds == ("pay",)
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1
    env = at("com.example.video/x.Main", None)
    for action in (Click(TOP), LongPress(TOP), Drag(TOP, BOTTOM), Swipe("left")):
        assert env.intent(action).kinds == ("submit",)
    assert env.intent(Click(TOP)).what == "tap something in com.example.video that could not be looked at"
    assert env.intent(Swipe("up")) is None
    assert sum(words[0] == "uiautomator" for words in phone.asked) == 1


def test_a_person_may_allow_what_could_not_be_looked_at_but_not_where_it_pays(make, phone):
    env = make(allow_unseen=True)
    env.reset()
    phone.nodes = None
    for focus, kinds in [("com.example.video/x.Main", None), ("com.paypal.android.p2pmobile/x.Main", ("pay",))]:
        phone.focus = focus
        env.step(Press("VolumeUp"))
        intent = env.intent(Click(TOP))
        assert (intent and intent.kinds) == kinds


def test_a_picture_in_an_app_for_payments_and_a_question_for_permission_are_asked_about(at):
    assert at("com.visuomotor.pay/x.Main", [button("")]).intent(Click(TOP)).kinds == ("pay",)
    assert at("com.example.notes/x.Main", [button("")]).intent(Click(TOP)) is None
    allow = [button("Only this time")]
    asks = at("com.google.android.permissioncontroller/x.GrantPermissionsActivity", allow)
    assert "submit" in asks.intent(Click(TOP)).kinds


def test_enter_hands_something_in_unless_it_searches(at):
    env = at("com.example.chat/x.Main", [FIELD])
    for action in (Press("Enter"), TypeText("hi", submit=True), TypeText("one\ntwo"), TypeText("hi\r"),
                   TypeText("one\r\ntwo")):  # fmt: skip
        assert env.intent(action).kinds == ("submit", "send")
    assert env.intent(TypeText("hi")) is None
    search = FIELD | {"resource-id": "com.example.chat:id/search_src_text"}
    assert at("com.example.chat/x.Main", [search]).intent(Press("Enter")) is None
    focused = button("Pay", focused="true")
    assert "pay" in at("com.example.chat/x.Main", [focused]).intent(Press("Enter")).kinds
    assert at("com.example.video/x.Other", None).intent(Press("Enter")).kinds == ("submit", "send")


@pytest.mark.parametrize("text", ["hi\r", "hi\r\n", "a\rb", "\r", "hi\n", "hi"])
def test_a_text_presses_enter_just_when_a_person_is_asked_about_it(at, phone, text):
    env = at("com.example.chat/x.Main", [FIELD])
    asked = env.intent(TypeText(text)) is not None
    env.step(TypeText(text))
    assert asked == any("KEYCODE_ENTER" in words for words in phone.done)


def test_what_was_typed_into_a_field_does_not_make_it_one_that_searches(at, phone):
    env = at("com.example.chat/x.Main", [FIELD])
    phone.text = "the search query is at this url"
    assert env.intent(Press("Enter")).kinds == ("submit", "send")


@pytest.fixture
def chat(at, phone):
    """A chat whose keyboard covers the lower half of the screen, with a picture of no meaning behind it."""
    env = at(
        "com.example.chat/x.Main", [FIELD | {"bounds": "[0,60][108,120]"}, {"class": "x", "bounds": "[0,0][108,240]"}]
    )
    phone.keyboard = (0, 120, 108, 240)
    return env


def test_the_enter_key_on_the_screen_is_asked_about_and_a_letter_is_not(chat, phone):
    corner = Point(0.95, 0.95)
    for action in (Click(corner), DoubleTap(corner), LongPress(corner), Drag(corner, corner)):
        intent = chat.intent(action)
        assert intent.kinds == ("submit", "send")
        assert intent.what == "tap what may be the keyboard's Enter key in com.example.chat"
    for letter in (Point(0.05, 0.55), Point(0.95, 0.55), Point(0.3, 0.95)):
        assert chat.intent(Click(letter)) is None
    assert chat.intent(Click(Point(0.5, 0.3))) is None  # the field above it
    phone.nodes = [FIELD | {"resource-id": "com.example.chat:id/search_src_text"}]
    assert chat.intent(Click(corner)) is None
    phone.keyboard = None
    assert chat.intent(Click(corner)) is None


def test_the_enter_key_is_asked_about_also_where_no_field_is_told(chat, phone):
    phone.nodes = []
    assert chat.intent(Click(Point(0.95, 0.95))).kinds == ("submit", "send")
    phone.nodes = None
    assert chat.intent(Click(Point(0.95, 0.95))).kinds == ("submit", "send")


def test_a_letter_does_not_press_what_lies_behind_the_keyboard(chat, phone):
    phone.nodes = [FIELD, button("Pay", bounds="[0,120][108,240]")]
    assert chat.intent(Click(Point(0.3, 0.7))) is None
    phone.keyboard = None
    assert chat.intent(Click(Point(0.3, 0.7))).kinds == ("pay",)


SHOWN = "  mShowRequested=true mInputShown=true\n"
SOURCE = "      InsetsSource type=ITYPE_IME frame=[0,1500][1080,2400] visible={}\n"
REGION = "  Window #3 Window{1a2 u0 InputMethod}:\n    touchable region=SkRegion((0,1463,1080,2300)(40,1400,90,1463))\n"
OTHER = "  Window #4 Window{1a3 u0 StatusBar}:\n    touchable region=SkRegion((0,0,1080,63))\n"


@pytest.mark.parametrize(
    ("told", "box", "sure"),
    [
        (SHOWN + SOURCE.format("false") + SOURCE.format("true"), (0, 1500, 1080, 2400), True),
        (SHOWN + OTHER + REGION + OTHER, (0, 1400, 1080, 2300), True),
        (SHOWN + REGION + SOURCE.format("true"), (0, 1400, 1080, 2300), True),
        (SHOWN + OTHER, (0, 1200, 1080, 2400), False),
        (SHOWN + REGION.replace("1463,1080", "0,1080"), (0, 0, 1080, 2300), False),
        (SOURCE.format("true"), (0, 1500, 1080, 2400), True),
        (SHOWN.replace("true", "false") + REGION + SOURCE.format("true"), None, None),
        (SHOWN + SOURCE.format("false"), None, None),
        (SOURCE.format("false"), None, None),
        ("", None, None),
    ],
)
def test_the_keyboards_frame_is_read_from_what_android_versions_tell(told, box, sure):
    keys = read_keys(told, (1080, 2400))
    assert (keys and keys.box, keys and keys.sure) == (box, sure)


def test_a_secret_is_asked_about_with_its_name_its_app_and_its_field(make, phone, tmp_path):
    (tmp_path / "secrets").write_text("pin=correct horse\n")
    env = make(secrets=str(tmp_path / "secrets"))
    env.reset()
    phone.focus = "com.example.bank/x.Main"
    env.step(Press("VolumeUp"))
    phone.nodes = [PASSWORD | {"resource-id": "com.example.bank:id/passcode", "text": "hunter2"}]
    intent = env.intent(TypeSecret("PIN"))
    assert intent.kinds == ("secret",)
    assert intent.what == "type the secret “PIN” into “passcode” of com.example.bank"
    assert "secret" in KINDS
    phone.nodes = None
    assert env.intent(TypeSecret("pin")).kinds == ("secret",)
    assert env.intent(TypeSecret("no such")) is None


def test_what_is_under_a_touch_is_looked_for_where_the_touch_goes(env, phone):
    phone.size, phone.focus = (54, 120), "com.example.shop/x.Main"  # `wm size`; the screenshots keep the panel's own
    phone.nodes = [button("Pay now", bounds="[0,0][54,30]"), button("Close", bounds="[0,30][54,60]")]
    env.step(Press("VolumeUp"))
    phone.done.clear()
    assert "pay" in env.intent(Click(Point(0.5, 0.2))).kinds
    assert env.intent(Click(Point(0.5, 0.3))) is None
    env.step(Click(Point(0.5, 0.2)))
    assert phone.touches == [["tap", "27", "24"]]


def test_a_slide_to_pay_is_asked_about_wherever_it_begins(at):
    slider = button("Slide to pay", bounds="[0,110][108,130]")
    env = at("com.example.shop/x.Main", [slider])
    for way in ("left", "right"):
        intent = env.intent(Swipe(way))
        assert (intent.kinds, intent.what) == (("pay",), "swipe over “Slide to pay” in com.example.shop")
    assert env.intent(Swipe("up")) is None
    upright = button("Slide to pay", bounds="[0,170][108,190]")
    assert at("com.example.shop/x.Main", [upright]).intent(Swipe("up")) is None
    assert "pay" in at("com.paypal.android.p2pmobile/x.Main", [upright]).intent(Swipe("up")).kinds


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

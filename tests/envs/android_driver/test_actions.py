"""Every action does on the phone what a finger would do, once, in the right place, in an app that is allowed."""

from __future__ import annotations

import base64
import random

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from actions.android import (
    Answer,
    ClearText,
    Click,
    Done,
    DoubleTap,
    Drag,
    HandOver,
    LongPress,
    OpenApp,
    Press,
    Swipe,
    TypeSecret,
    TypeText,
    Wait,
)
from actions.browser import Goto
from actions.call import ActionError
from actions.point import Point
from envs.android.apps import App, choose
from envs.android.link import LostError
from envs.base import EnvError
from tests.envs.android_driver.fake import ADB_KEYBOARD, FIELD, OWN_KEYBOARD, PASSWORD, picture

MIDDLE = Point(0.5, 0.5)


def do(env, action):
    observation, reward, terminated, truncated, info = env.step(action)
    assert (reward, truncated) == (0.0, False)
    assert terminated == isinstance(action, Done)
    return observation["text"], info


def test_an_episode_begins_awake_at_home_with_the_task(make, phone):
    phone.awake, phone.locked = False, True
    env = make()
    observation, info = env.reset(options={"task": "Set an alarm."})
    assert observation["text"].splitlines() == ["Set an alarm.", "In front: com.android.launcher3"]
    assert observation in env.observation_space
    assert env.observation_space["image"].shape == (240, 108, 3)
    keys = [words[2] for words in phone.done if words[:2] == ["input", "keyevent"]]
    assert keys == ["KEYCODE_WAKEUP", "KEYCODE_HOME"]
    assert ["wm", "dismiss-keyguard"] in phone.done
    assert info["phone"] == {"serial": "fake", "model": "Fake 1", "android": "14", "sdk": "14"}
    assert info["settled"]


def test_the_screen_can_be_kept_as_it_is(make, phone):
    phone.focus = "com.example.notes/com.example.notes.Main"
    env = make(keep_screen=True)
    text = env.reset()[0]["text"]
    assert phone.done == []
    assert text == "No task was given.\nIn front: My Notes (com.example.notes)"


@pytest.mark.parametrize(
    ("action", "sent", "device"),
    [
        (Click(MIDDLE), [["tap", "54", "120"]], {"point": [54, 120]}),
        (Click(Point(1, 1)), [["tap", "107", "239"]], {"point": [107, 239]}),
        (LongPress(MIDDLE, 2.5), [["swipe", "54", "120", "54", "120", "2500"]], {"point": [54, 120]}),
        (DoubleTap(MIDDLE), [["tap", "54", "120"], ["tap", "54", "120"]], {"point": [54, 120]}),
        (Swipe("up"), [["swipe", "54", "180", "54", "60", "300"]], {"start": [54, 180], "end": [54, 60]}),
        (Swipe("left"), [["swipe", "81", "120", "27", "120", "300"]], {"start": [81, 120], "end": [27, 120]}),
        (Swipe("down", Point(0.5, 0.7)), [["swipe", "54", "168", "54", "235", "300"]], None),
        (Drag(Point(0, 0), MIDDLE), [["swipe", "0", "0", "54", "120", "1000"]], {"start": [0, 0], "end": [54, 120]}),
    ],
)
def test_touches_go_to_the_pixels_of_the_frame_last_seen(env, phone, action, sent, device):
    _, info = do(env, action)
    assert phone.touches == sent
    if device is not None:
        assert info["device"] == device


def test_a_swipe_without_room_is_a_mistake_that_is_told(env, phone):
    text, _ = do(env, Swipe("up", Point(0.5, 0.01)))
    assert "no room to go up" in text
    assert phone.done == []


@pytest.mark.parametrize(
    ("button", "key"),
    [("Back", "BACK"), ("Home", "HOME"), ("Enter", "ENTER"), ("Recents", "APP_SWITCH"), ("VolumeUp", "VOLUME_UP"),
     ("VolumeDown", "VOLUME_DOWN")],
)  # fmt: skip
def test_buttons_are_pressed(env, phone, button, key):
    do(env, Press(button))
    assert phone.done == [["input", "keyevent", f"KEYCODE_{key}"]]


def test_waiting_answering_and_ending_touch_nothing(env, phone, clock):
    do(env, Wait(3))
    assert 3 in clock.slept
    text, info = do(env, Answer("It is 7:30."))
    assert "was given to the person" in text
    assert info["answer"] == "It is 7:30."
    assert do(env, Done("failure"))[1]["status"] == "failure"
    assert phone.done == []


def test_an_action_of_another_space_is_a_bug_of_the_caller(env):
    with pytest.raises(ActionError):
        env.step(Goto("https://example.org"))


def test_nothing_can_be_done_before_a_reset(make):
    with pytest.raises(EnvError, match="after reset"):
        make().step(Done())


# --- where it looks, and how the phone is turned


def test_a_screen_turned_between_screenshot_and_tap_is_not_tapped(env, phone):
    phone.turn, phone.size, phone.frames = 1, (240, 108), [picture(240, 108)]
    text, info = do(env, Click(MIDDLE))
    assert phone.done == []
    assert "the screen has been turned" in text
    assert "turned" in info["refused"]
    assert info["size"] == [240, 108]
    assert env.observation_space["image"].shape == (108, 240, 3)
    do(env, Click(Point(0.9, 0.5)))
    assert phone.touches == [["tap", "216", "54"]]


def test_a_turn_is_noticed_also_when_only_its_quarters_are_told(make, phone):
    phone.tells_size = False
    env = make()
    env.reset()
    phone.done.clear()
    do(env, Click(MIDDLE))
    assert len(phone.touches) == 1
    phone.turn, phone.frames = 1, [picture(240, 108)]
    assert "turned" in do(env, Click(MIDDLE))[0]
    assert len(phone.touches) == 1


def test_a_frame_of_the_moment_before_a_turn_is_taken_again(env, phone):
    # The first frames after the action are upright still, and the phone says that it lies.
    phone.do_input, done = (lambda words: turn()), phone.do_input

    def turn():
        phone.size, phone.turn = (240, 108), 1
        phone.frames = [picture(), picture(), picture(240, 108)]

    _, info = do(env, Press("Recents"))
    phone.do_input = done
    assert info["size"] == [240, 108]


def test_touches_are_measured_in_the_size_that_was_set(env, phone):
    phone.size = (54, 120)  # `wm size`, of a phone whose screenshots keep the panel's own
    assert "turned or resized" in do(env, Click(MIDDLE))[0]
    assert phone.touches == []
    do(env, Click(MIDDLE))
    assert phone.touches == [["tap", "27", "60"]]


def test_a_display_that_went_off_is_turned_on_and_nothing_is_done(env, phone):
    phone.awake = False
    text, info = do(env, Click(MIDDLE))
    assert phone.done == [["input", "keyevent", "KEYCODE_WAKEUP"]]
    assert "the display had gone off" in text
    assert info["refused"]


def test_a_protected_screen_is_black_and_said_to_be(env, phone):
    phone.frames = [np.zeros((240, 108, 3), np.uint8)]
    text, info = do(env, Press("Back"))
    assert info["protected"]
    assert "The screen is protected" in text
    assert "hand_over" in text


def test_a_refused_screenshot_is_a_protected_screen_too(env, phone):
    phone.screencap_error = b"Failed to take screenshot. Status: -1\n"
    _, info = do(env, Press("Back"))
    assert info["protected"]
    assert info["size"] == [108, 240]


def test_a_black_screen_of_a_display_that_is_off_is_woken(env, phone):
    dark = np.zeros((240, 108, 3), np.uint8)

    def off(words):
        phone.awake = words[1:] == ["KEYCODE_WAKEUP"]
        phone.frames = [picture()] if phone.awake else [dark]

    phone.do_input = off
    text, info = do(env, Press("Recents"))
    assert "was turned on again" in text
    assert not info["protected"]


def test_a_lock_screen_is_told_once(env, phone):
    phone.locked = True
    text, info = do(env, Wait(0))
    assert "The phone is locked" in text
    assert info["locked"]
    assert "locked" not in do(env, Wait(0))[0]


def test_a_restless_screen_is_told_with_the_time_it_was_given(env, phone):
    phone.frames = [picture(seed=seed) for seed in range(200)]
    text, info = do(env, Press("Back"))
    assert "The screen is still changing." in text
    assert not info["settled"]
    assert 3.0 <= info["seconds"]["settle"] < 3.3


# --- typing


def test_ascii_is_typed_by_key_presses(env, phone):
    do(env, TypeText("50%s off; $(reboot) 'x'\nnext", submit=True))
    assert phone.text == "50%s off; $(reboot) 'x'\nnext\n"
    assert not any(words[0] == "am" for words in phone.done)


def test_text_of_any_script_goes_through_the_input_method_and_back_to_the_persons_own(env, phone):
    phone.nodes = [FIELD]
    text, _ = do(env, TypeText("你好，世界 🎉 שלום\nfin"))
    assert phone.text == "你好，世界 🎉 שלום\nfin"
    assert phone.settings["secure", "default_input_method"] == OWN_KEYBOARD
    assert phone.enabled == [OWN_KEYBOARD]
    sent = [words for words in phone.done if words[0] == "am"]
    assert sent[0][:-1] == ["am", "broadcast", "-a", "ADB_INPUT_B64", "-p", "com.android.adbkeyboard", "--es", "msg"]
    assert base64.b64decode(sent[0][-1]).decode() == "你好，世界 🎉 שלום"
    assert "field" not in text


def test_text_that_has_not_arrived_is_sent_once_more_and_then_told(env, phone):
    phone.nodes = [FIELD]
    phone.deaf = 1
    do(env, TypeText("é"))
    assert phone.text == "é"
    phone.deaf = 9
    text, _ = do(env, TypeText("ö"))
    assert "has not arrived" in text
    assert sum(words[0] == "am" for words in phone.done) == 4
    assert phone.settings["secure", "default_input_method"] == OWN_KEYBOARD


def test_a_field_that_cannot_be_read_is_written_once(env, phone):
    phone.nodes = None
    do(env, TypeText("é"))
    assert phone.text == "é"


def test_what_a_field_makes_of_the_text_is_told(env, phone):
    phone.nodes = [FIELD]
    phone.do_am = lambda words: setattr(phone, "text", "E")
    assert "The field now reads “E”." in do(env, TypeText("é"))[0]


def test_long_text_comes_in_pieces_that_are_whole_characters(env, phone):
    text = "".join(random.Random(3).choices("漢字🎉é ", k=1500)).strip()
    do(env, TypeText(text))
    assert phone.text == text
    assert max(len(" ".join(words)) for words in phone.done) < 4096


def test_without_the_input_method_the_model_is_told_what_the_person_can_install(env, phone):
    phone.installed.remove(ADB_KEYBOARD)
    text, _ = do(env, TypeText("你好"))
    assert "install ADBKeyBoard (com.android.adbkeyboard)" in text
    assert phone.done == []


def test_a_phone_that_keeps_its_keyboard_is_told(env, phone):
    phone.refuses_method = "java.lang.SecurityException: not allowed to write WRITE_SECURE_SETTINGS\n"
    text, _ = do(env, TypeText("你好"))
    assert "USB debugging (Security settings)" in text
    assert phone.text == ""


def test_the_input_method_is_restored_after_a_lost_connection(env, phone):
    def lost(words):
        if words[:2] == ["am", "broadcast"]:
            phone.fails_after = lambda words: None
            raise LostError("gone")

    phone.fails_after = lost
    text, info = do(env, TypeText("你好"))
    assert info["uncertain"]
    assert "may or may not have been carried out" in text
    assert phone.settings["secure", "default_input_method"] == OWN_KEYBOARD


def test_an_input_method_that_could_not_be_restored_is_restored_at_the_end(env, phone):
    def refuse(words):
        if words == ["ime", "set", OWN_KEYBOARD]:
            raise LostError("gone")

    phone.fails = refuse
    text, _ = do(env, TypeText("你好"))
    assert "could not be restored" in text
    assert phone.settings["secure", "default_input_method"] == ADB_KEYBOARD
    phone.fails = lambda words: None
    env.close()
    assert phone.settings["secure", "default_input_method"] == OWN_KEYBOARD


@pytest.mark.parametrize("text", ["a\0b", "\x1b[2J", "x" * 5001, "\u2028"])
def test_what_no_keyboard_has_is_refused(env, phone, text):
    told, _ = do(env, TypeText(text))
    assert told.startswith("type: ")
    assert phone.done == []


def test_a_field_is_emptied_by_as_many_presses_as_it_has_characters(env, phone):
    phone.nodes, phone.text = [FIELD], "seven pm"
    do(env, ClearText())
    assert phone.text == ""
    assert sum(words.count("KEYCODE_DEL") for words in phone.done) == 8
    phone.nodes = [FIELD | {"focused": "false"}]
    assert "no text field has the focus" in do(env, ClearText())[0]


@pytest.fixture
def safe(make, phone, tmp_path):
    file = tmp_path / "secrets"
    file.write_text("pin=correct horse\nname=Åsa Öberg\n")
    made = make(secrets=str(file))
    assert "Secrets that type_secret can type: name, pin." in made.reset()[0]["text"]
    phone.done.clear()
    return made


def test_a_secret_goes_into_a_password_field_by_key_presses_alone(safe, phone, clock):
    phone.nodes = [PASSWORD]
    text, info = do(safe, TypeSecret("PIN"))
    assert phone.text == "correct horse"
    assert [words[0] for words in phone.done] == ["input"]
    assert "horse" not in text + repr(info)
    assert max(clock.slept) >= 1.5  # until its last character is a dot


def test_a_secret_is_not_typed_where_it_would_show_or_could_be_read(safe, phone):
    phone.nodes = [FIELD]
    assert "not in a password field" in do(safe, TypeSecret("pin"))[0]
    phone.nodes = None
    assert "not in a password field" in do(safe, TypeSecret("pin"))[0]
    phone.nodes = [PASSWORD]
    assert "not plain ASCII" in do(safe, TypeSecret("name"))[0]
    assert "there are: name, pin" in do(safe, TypeSecret("other"))[0]
    assert phone.done == []


def test_a_secret_that_was_typed_is_black_wherever_it_is_shown_from_then_on(safe, phone):
    shows = {"text": "Your PIN: Correct-Horse", "bounds": "[0,60][108,120]"}
    phone.nodes = [PASSWORD, shows]
    image = safe.step(Wait(0))[0]["image"]
    assert np.array_equal(image, phone.frames[0])
    assert not any(words[0] == "uiautomator" for words in phone.asked)
    image = safe.step(TypeSecret("pin"))[0]["image"]
    assert not image[60:120].any()
    assert np.array_equal(image[:60], phone.frames[0][:60])
    assert np.array_equal(image[120:], phone.frames[0][120:])
    # In two parts of the screen, on a display of half the size of its pictures.
    phone.nodes = [
        {"text": "correct", "bounds": "[0,10][54,20]"}, {"bounds": "[0,0][54,120]"},
        {"text": "horse", "bounds": "[0,20][54,30]"}, {"text": "other", "bounds": "[0,30][54,40]"},
    ]  # fmt: skip
    phone.size = (54, 120)
    image = safe.step(Wait(0))[0]["image"]
    assert not image[20:60].any()
    assert image[60:].any()
    assert image[:20].any()
    phone.nodes = [{"content-desc": "correct horse", "bounds": "[0,0][54,120]"}]
    assert not safe.step(Wait(0))[0]["image"].any()


def test_a_screen_that_cannot_be_searched_for_a_secret_is_black_unless_it_is_allowed(safe, make, phone, tmp_path):
    phone.nodes = [PASSWORD]
    do(safe, TypeSecret("pin"))
    phone.nodes = None
    observation, *_, info = safe.step(Wait(0))
    assert not observation["image"].any()
    assert "could not be searched" in observation["text"]
    assert not info["protected"]
    phone.nodes = [PASSWORD]
    assert safe.step(Wait(0))[0]["image"].any()
    trusting = make(secrets=str(tmp_path / "secrets"), allow_unseen=True)
    trusting.reset()
    trusting.step(TypeSecret("pin"))
    phone.nodes = None
    assert trusting.step(Wait(0))[0]["image"].any()


def test_a_secret_that_was_refused_is_not_looked_for(safe, phone):
    phone.nodes = [FIELD]
    do(safe, TypeSecret("pin"))
    phone.asked.clear()
    do(safe, Wait(0))
    assert not any(words[0] == "uiautomator" for words in phone.asked)


# --- a connection that breaks


def test_a_tap_whose_connection_breaks_is_sent_once_and_told(env, phone):
    def lost(words):
        if words[:2] == ["input", "tap"]:
            raise LostError("the cable was pulled")

    phone.fails_after = lost
    phone.frames = [picture(seed=5)]
    observation, _, _, _, info = env.step(Click(MIDDLE))
    assert phone.touches == [["tap", "54", "120"]]
    assert info["uncertain"]
    assert "may or may not have been carried out" in observation["text"]
    assert np.array_equal(observation["image"], phone.frames[0])
    assert phone.opened == 1
    phone.fails_after = lambda words: None
    assert not do(env, Click(MIDDLE))[1]["uncertain"]
    assert len(phone.touches) == 2


def test_a_screenshot_whose_connection_breaks_is_taken_again(env, phone):
    left = [2]

    def lost(words):
        if words[0] == "screencap" and left[0]:
            left[0] -= 1
            raise LostError("gone")

    phone.fails = lost
    do(env, Click(MIDDLE))
    assert left == [0]
    assert len(phone.touches) == 1


def test_a_phone_that_stays_away_ends_the_episode_as_an_error(env, phone):
    phone.fails = lambda words: (_ for _ in ()).throw(LostError("gone"))
    phone.refuses_to_open = 99
    with pytest.raises(EnvError, match="cannot be reached any more"):
        env.step(Click(MIDDLE))
    assert phone.touches == []
    phone.fails, phone.refuses_to_open = (lambda words: None), 0
    env.reset()
    do(env, Click(MIDDLE))
    assert len(phone.touches) == 1


# --- apps, and where it may act


def test_apps_are_opened_by_label_package_or_part_of_one(env, phone):
    for name, component in [
        ("Settings", "com.android.settings/.Settings"),
        ("设置", "com.android.settings/.Settings"),
        ("微信", "com.tencent.mm/.ui.Launch"),
        ("my notes", "com.example.notes/.Main"),
        ("com.example.notes", "com.example.notes/.Main"),
        ("notes", "com.example.notes/.Main"),
    ]:
        phone.done.clear()
        _, info = do(env, OpenApp(name))
        assert phone.done[0][-2:] == ["-n", component], name
        assert info["app"] == component.partition("/")[0]
    assert do(env, OpenApp("Settings"))[0] == "In front: Settings (com.android.settings)"
    assert do(env, Wait(0))[0] == ""


def test_an_app_that_is_not_there_is_told_with_the_nearest(env, phone):
    text, _ = do(env, OpenApp("Seting"))
    assert "there is no app 'Seting'. The nearest are: Settings" in text
    assert phone.done == []


def test_of_several_apps_of_one_name_none_is_guessed(env, phone):
    phone.apps |= {"com.one.radio": ".Main", "com.two.radio": ".Main"}
    text, _ = do(env, OpenApp("Radio"))
    assert "several apps are called 'Radio'; name one by its package: com.one.radio, com.two.radio" in text
    assert phone.done == []
    assert do(env, OpenApp("com.two.radio"))[1]["app"] == "com.two.radio"


def test_what_the_phone_calls_an_app_goes_before_what_others_are_known_by():
    apps = [App("com.tencent.mm", "", ("WeChat", "微信")), App("org.other", "", ("微信",))]
    assert choose("微信", apps) is apps[1]
    assert choose("WeChat", apps) is apps[0]


@pytest.mark.parametrize(
    ("focus", "options", "allowed"),
    [
        ("com.example.notes/com.example.notes.Main", {}, True),
        ("com.android.packageinstaller/com.android.packageinstaller.PackageInstallerActivity", {}, False),
        ("com.google.android.packageinstaller/x.InstallStart", {"allow_app": "*"}, False),
        ("com.google.android.packageinstaller/x.InstallStart", {"allow_app": "com.google.*"}, False),
        ("com.google.android.packageinstaller/x.I", {"allow_app": ("*", "com.google.android.packageinstaller")}, True),
        ("com.google.android.packageinstaller/x.permission.ui.GrantPermissionsActivity", {}, True),
        ("com.android.settings/com.android.settings.Settings", {}, True),
        ("com.android.settings/com.android.settings.Settings$DevelopmentSettingsDashboardActivity", {}, False),
        ("com.android.settings/com.android.settings.DeviceAdminAdd", {"allow_app": "com.android.settings"}, False),
        ("com.maker.settings/com.maker.settings.SecurityActivity", {}, False),
        ("com.android.settings/com.android.settings.DeviceAdminAdd", {"allow_app": "*/*DeviceAdminAdd"}, True),
        ("com.example.notes/com.example.notes.Main", {"allow_app": ("com.android.settings",)}, False),
        ("com.example.notes/com.example.notes.Main", {"allow_app": ("com.example.*",)}, True),
        ("com.example.notes/com.example.notes.Main", {"deny_app": "com.example.notes"}, False),
        ("com.example.notes/com.example.notes.Main", {"deny_app": "com.example.*", "allow_app": "*"}, False),
        ("PopupWindow:1", {"allow_app": "com.example.notes"}, False),
    ],
)
def test_only_what_is_allowed_is_touched(make, phone, focus, options, allowed):
    env = make(**options)
    env.reset()
    phone.done.clear()
    phone.focus = focus
    phone.nodes, phone.text = [FIELD], "x"
    for action in (Click(MIDDLE), TypeText("x"), Press("Enter"), Swipe("up"), ClearText()):
        text, info = do(env, action)
        assert bool(phone.done) == allowed, action
        assert ("Nothing was done" in text) != allowed
        assert bool(info["refused"]) != allowed
        phone.done.clear()
    do(env, Press("Back"))
    assert phone.done
    do(env, Press("Home"))
    assert phone.focus.startswith("com.android.launcher3")


def test_an_app_that_is_not_allowed_is_not_opened(make, phone):
    env = make(deny_app="com.tencent.mm")
    env.reset()
    phone.done.clear()
    text, _ = do(env, OpenApp("WeChat"))
    assert "WeChat was not opened: com.tencent.mm: this app is not allowed here" in text
    assert phone.done == []


# --- the person


def test_nobody_is_there_to_take_over_unless_somebody_says_so(env, phone):
    text, _ = do(env, HandOver("a captcha"))
    assert "Nobody is there" in text
    asked = []
    env.takeover = lambda reason: not asked.append(reason)
    phone.frames = [picture(seed=3)]
    observation, *_ = env.step(HandOver("a captcha"))
    assert asked == ["a captcha"]
    assert "has handed the phone back" in observation["text"]
    assert np.array_equal(observation["image"], phone.frames[0])


def test_what_was_changed_is_put_back_also_after_an_error(make, phone):
    env = make(keep_awake=True, still=True)
    env.reset()
    assert phone.settings["global", "stay_on_while_plugged_in"] == "7"
    assert phone.settings["global", "animator_duration_scale"] == "0"
    phone.fails = lambda words: (_ for _ in ()).throw(LostError("gone"))
    with pytest.raises(EnvError):
        env.step(Click(MIDDLE))
    phone.fails = lambda words: None
    env.close()
    assert phone.settings["global", "stay_on_while_plugged_in"] == "0"
    assert phone.settings["global", "window_animation_scale"] == "1.0"
    assert ("global", "animator_duration_scale") not in phone.settings
    assert phone.closed
    env.close()


def test_what_could_not_be_put_back_is_said(make, phone):
    env = make(keep_awake=True)
    env.reset()
    phone.fails = lambda words: (_ for _ in ()).throw(LostError("gone"))
    with pytest.raises(EnvError, match="stay_on_while_plugged_in was '0'"):
        env.close()


def test_a_forgotten_env_puts_back_what_it_changed(phone):
    from envs.android.env import AndroidEnv

    env = AndroidEnv(connect=lambda _: phone, keep_awake=True, settle=0.0)
    env.reset()
    assert phone.settings["global", "stay_on_while_plugged_in"] == "7"
    del env
    import gc

    gc.collect()
    assert phone.settings["global", "stay_on_while_plugged_in"] == "0"


def test_it_keeps_gymnasiums_contract(make, phone, clock):
    made = make()
    made.reset()
    check_env(made, skip_render_check=True)

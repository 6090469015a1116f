"""Frames, whichever way they come; a screen at rest; what a phone says of itself."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.android.camera import Camera, RefusedError
from envs.android.frames import FrameError, decode, is_black
from envs.android.link import Limits
from envs.android.nodes import parse, under
from envs.android.settle import changed, settle, thumbnail
from envs.android.shell import Shell
from envs.android.state import State, read_state
from envs.base import EnvError
from tests.envs.android_driver.fake import picture, png, raw


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([12, 16]), st.sampled_from([1, 2]), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_a_raw_frame_of_any_size_and_header_is_read_to_the_pixel(width, height, header, form, seed):
    frame = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    assert np.array_equal(decode(raw(frame, header, form)), frame)


def test_a_png_is_read_also_behind_a_warning():
    frame = picture()
    assert np.array_equal(decode(png(frame)), frame)
    assert np.array_equal(decode(b"[Warning] Multiple displays were found\n" + png(frame)), frame)
    assert np.array_equal(decode(raw(frame, form=5)), frame[..., ::-1])


@pytest.mark.parametrize(
    "data",
    [b"", b"Error", b"\x00" * 12, raw(picture())[:-7], raw(picture(), form=4), png(picture())[:200], b"\xff" * 100],
)
def test_what_is_no_whole_frame_is_told_apart_from_one(data):
    with pytest.raises(FrameError):
        decode(data)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_decoder_fail_otherwise(data):
    with contextlib.suppress(FrameError):
        decode(data)


def test_a_frame_is_black_between_the_bars_of_the_system():
    frame = np.zeros((240, 108, 3), np.uint8)
    assert is_black(frame)
    frame[:10] = 255
    frame[-10:] = 255
    assert is_black(frame)
    assert is_black(frame.swapaxes(0, 1))
    frame[120, 50] = 30
    assert not is_black(frame)


def test_auto_takes_what_was_faster_and_keeps_to_it(phone, clock):
    real = phone.run

    def slow(command, limits):
        clock.now += 0.5 if b"-p" in command else 0.2
        return real(command, limits)

    phone.run = slow
    camera = Camera(Shell(phone, Limits(), clock.sleep), "auto", clock)
    camera.shoot()
    assert camera.kind == "raw"
    assert camera.seconds == {"raw": pytest.approx(0.2), "png": pytest.approx(0.5)}
    camera.shoot()
    assert [words for words in phone.asked if words[0] == "screencap"] == [
        ["screencap"],
        ["screencap", "-p"],
        ["screencap"],
    ]


def test_auto_takes_the_kind_that_can_be_read(phone, clock):
    phone.do_screencap = lambda words: png(picture()) if words else b"\x00" * 40
    camera = Camera(Shell(phone, Limits(), clock.sleep), "auto", clock)
    assert np.array_equal(camera.shoot(), picture())
    assert camera.kind == "png"
    phone.do_screencap = lambda words: b"nonsense"
    with pytest.raises(EnvError, match="sends no screenshot: no frame but"):
        camera.shoot()


def test_a_refused_screenshot_is_no_broken_one(phone, clock):
    phone.screencap_error = b"Failed to take screenshot. Status: -1\n"
    with pytest.raises(RefusedError):
        Camera(Shell(phone, Limits(), clock.sleep), "png", clock).shoot()


# --- settling


def shows(*frames):
    left = list(frames)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_a_still_screen_is_at_rest_after_two_looks(clock):
    rest = settle(shows(picture()), 3.0, None, clock, clock.sleep)
    assert (rest.settled, rest.shots) == (True, 2)
    assert rest.seconds == pytest.approx(0.1)


def test_a_scrolling_screen_is_waited_for_and_a_restless_one_is_given_up(clock):
    moving = [picture(seed=seed) for seed in range(4)]
    rest = settle(shows(*moving), 3.0, None, clock, clock.sleep)
    assert (rest.settled, rest.shots) == (True, 5)
    assert np.array_equal(rest.frame, moving[-1])
    endless = (picture(seed=seed) for seed in range(999))
    rest = settle(lambda: next(endless), 3.0, None, clock, clock.sleep)
    assert not rest.settled
    assert 3.0 <= rest.seconds < 3.2


def test_a_caret_a_spinner_and_the_clock_are_no_change():
    frame = np.full((2400, 1080, 3), 255, np.uint8)
    spinner, bar, half = frame.copy(), frame.copy(), frame.copy()
    spinner[1000:1100, 500:600] = 0
    bar[:100] = 0
    half[1200:] = 0
    assert 0 < changed(thumbnail(frame), thumbnail(spinner)) < 0.01
    assert changed(thumbnail(frame), thumbnail(bar)) == 0
    assert changed(thumbnail(frame), thumbnail(half)) > 0.4
    assert changed(thumbnail(frame), thumbnail(frame.swapaxes(0, 1))) == 1
    assert thumbnail(frame).shape == (285, 135)
    assert thumbnail(np.swapaxes(frame, 0, 1)).shape == (120, 300)


def test_a_screen_that_has_not_yet_reacted_is_given_time_to(clock):
    before, after = picture(), picture(seed=1)
    rest = settle(shows(before, before, before, after), 3.0, before, clock, clock.sleep)
    assert np.array_equal(rest.frame, after)
    assert rest.settled
    rest = settle(shows(before), 3.0, before, clock, clock.sleep)
    assert rest.settled
    assert 0.7 <= rest.seconds < 1.0


# --- what dumpsys says, of several versions

ANDROID_14 = """
    init=1080x2400 420dpi mMinSizeOfResizeableTaskDp=220 cur=2400x1080 app=2274x1080 rng=1080x1017-2274x2274
    mRotation=1 mDeferredRotationPauseCount=0
  mCurrentFocus=Window{4d5c6b3 u0 com.android.settings/com.android.settings.Settings$DevelopmentSettingsActivity}
  mFocusedApp=ActivityRecord{8b2 u0 com.android.settings/.Settings$DevelopmentSettingsActivity t12}
      showing=false
  mWakefulness=Awake
Display Power: state=ON
"""
ANDROID_9 = """
  mCurrentFocus=Window{ab u0 PopupWindow:9a2}
  mFocusedApp=AppWindowToken{1 token=Token{2 ActivityRecord{3 u0 com.whatsapp/.Conversation t7}}}
    mShowingLockscreen=false mShowingDream=false mDreamingLockscreen=true
  mWakefulness=Dozing
"""


def test_the_state_is_read_from_what_several_versions_print():
    state = read_state(ANDROID_14)
    assert state.component == "com.android.settings/com.android.settings.Settings$DevelopmentSettingsActivity"
    assert (state.size, state.turn, state.awake, state.locked) == ((2400, 1080), 1, True, False)
    state = read_state(ANDROID_9)
    assert (state.package, state.activity) == ("com.whatsapp", "PopupWindow:9a2")
    assert (state.size, state.turn, state.awake, state.locked) == (None, None, False, True)
    assert read_state("  mCurrentFocus=Window{1 u0 NotificationShade}\n").package == "com.android.systemui"
    assert read_state("  mRotation=ROTATION_270\n").turn == 3
    assert read_state("mCurrentFocus=null\nmFocusedApp=ActivityRecord{1 u0 a.b/.C t1}").component == "a.b/a.b.C"
    assert read_state("") == State()


@given(st.text(max_size=200))
def test_no_text_makes_reading_the_state_fail(text):
    read_state(text)
    read_state(f"mCurrentFocus=Window{{{text}}}")


def test_the_part_under_a_point_is_the_smallest_that_takes_touches():
    nodes = parse(
        "<hierarchy><node bounds='[0,0][100,200]' text='' clickable='true'>"
        "<node bounds='[10,10][90,50]' text='' clickable='true' class='android.widget.Button'>"
        "<node bounds='[20,20][80,40]' text='Pay &amp; go'/></node>"
        "<node bounds='[10,60][90,90]' text='Cancel' content-desc='back'/></node></hierarchy>"
    )
    from actions.point import Point

    node, words = under(nodes, Point(0.5, 0.15), 100, 200)
    assert node is not None
    assert (node.kind, words) == ("android.widget.Button", "Pay & go")
    assert under(nodes, Point(0.5, 0.99), 100, 300) == (None, "")


def test_an_answer_with_entities_of_its_own_is_refused():
    from xml.parsers.expat import ExpatError

    with pytest.raises(ExpatError):
        parse("<!DOCTYPE x [<!ENTITY a 'aaaa'>]><hierarchy><node bounds='[0,0][1,1]' text='&a;'/></hierarchy>")

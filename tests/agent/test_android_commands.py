"""The commands around a phone as a person types them: on a fake phone where that is enough, on the stand-in once."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("adb_shell", reason="needs adb-shell")

from PIL import Image
from typer.testing import CliRunner

from actions.android import Click, HandOver, OpenApp
from actions.call import ActionError
from actions.point import Point
from agent import takeover
from agent.cli import app
from agent.commands.android import read_points
from agent.commands.phone_doctor import examine_phone
from envs.android.devices import find_link
from envs.android.env import AndroidEnv
from envs.android.link import Limits, LostError
from envs.android.options import AndroidOptions
from envs.android.probe import examine
from envs.android.recording import Replay
from envs.android.shell import Shell, line
from envs.android.state import ask_state
from envs.base import EnvError
from tests.envs.android_driver.fake import FIELD, FakePhone


class Modern(FakePhone):
    """One whose SDK is not its version."""

    def do_getprop(self, words):  # type: ignore[no-untyped-def]
        return "34\n" if words == ["ro.build.version.sdk"] else super().do_getprop(words)


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> FakePhone:
    """The phone that commands reach. Nothing waits."""
    made = Modern()
    monkeypatch.setattr("envs.android.devices.connect", lambda options: made)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return made


def visuomotor(*words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def complaint(*words: str) -> str:
    """What a command that does not work says, in place of a traceback."""
    with pytest.raises(EnvError) as caught:
        CliRunner().invoke(app, words, catch_exceptions=False)
    return str(caught.value)


def test_touches_are_told_in_pixels_or_parts_of_the_screen(phone: FakePhone) -> None:
    assert "tapped 54 120" in visuomotor("android", "tap", "0.5,0.5")
    visuomotor("android", "tap", "7", "9")
    visuomotor("android", "swipe", "1", "2", "3", "4", "--milliseconds", "50")
    visuomotor("android", "swipe", "0,0", "1,1")
    visuomotor("android", "swipe", "up")
    assert phone.touches == [
        ["tap", "54", "120"],
        ["tap", "7", "9"],
        ["swipe", "1", "2", "3", "4", "50"],
        ["swipe", "0", "0", "107", "239", "300"],
        ["swipe", "54", "180", "54", "60", "300"],
    ]


@pytest.mark.parametrize(
    "words", [["1"], ["108", "0"], ["1.5,0"], [".,."], ["0.5", "0.5"], ["-1", "2"], ["1", "2", "3"]]
)
def test_a_point_that_is_none_is_refused(words: list[str]) -> None:
    with pytest.raises(EnvError, match="not on the screen|a point is"):
        read_points(words, 1, (108, 240))


def test_text_keys_and_apps(phone: FakePhone) -> None:
    phone.nodes = [FIELD]
    visuomotor("android", "type", "50% $(reboot) 你好", "--submit")
    assert phone.text == "50% $(reboot) 你好\n"
    assert phone.settings["secure", "default_input_method"].endswith("LatinIME")
    visuomotor("android", "key", "home")
    visuomotor("android", "key", "KEYCODE_TAB")
    assert phone.done[-1] == ["input", "keyevent", "KEYCODE_TAB"]
    assert "My Notes" in visuomotor("android", "apps")
    assert "opened My Notes" in visuomotor("android", "open", "my notes")
    assert "com.example.notes" in visuomotor("android", "info")
    assert "there is no key" in complaint("android", "key", "Escape; reboot")
    assert "there is no app" in complaint("android", "open", "Nowhere")
    assert "cannot be typed" in complaint("android", "type", "a\x1bb")
    assert phone.closed == 8  # each that reached it


def test_a_screenshot_is_written(phone: FakePhone, tmp_path: Path) -> None:
    file = tmp_path / "s.png"
    assert "108×240" in visuomotor("android", "screenshot", str(file))
    with Image.open(io.BytesIO(file.read_bytes())) as image:
        assert image.size == (108, 240)
    phone.screencap_error = b"Failed to take screenshot. Status: -1"
    assert "does not let its screen be seen" in complaint("android", "screenshot", str(file))
    assert "raw" in complaint("android", "screenshot", str(file), "--kind", "jpeg")


def test_the_drivers_own_words_reach_the_person() -> None:
    assert "refuses the connection" in complaint("android", "info", "--serial", "127.0.0.1:9", "--backend", "direct")
    assert "backend is one of" in complaint("android", "tap", "1", "2", "--backend", "bluetooth")


def test_the_doctor_of_a_phone_and_its_fixture(phone: FakePhone, tmp_path: Path) -> None:
    phone.nodes = [FIELD | {"text": "Dear diary"}]
    file = tmp_path / "phone.json"
    report = examine_phone(AndroidOptions(), file, lambda options: phone)
    found = {finding.what: (finding.state, finding.detail) for finding in report}
    assert [what for what, (state, _) in found.items() if state == "bad"] == []
    assert "a header of 16 bytes" in found["screencap raw"][1]
    assert phone.done == [["wm", "size"], ["wm", "density"], *[["input", "keyevent", "KEYCODE_UNKNOWN"]] * 3]
    assert "diary" not in file.read_text()
    replay = Replay.read(file)
    state = ask_state(Shell(replay, Limits()))
    assert (state.component, state.size, state.awake) == (
        "com.android.launcher3/com.android.launcher3.Launcher", (108, 240), True,
    )  # fmt: skip
    again = {check.what: check.state for check in examine(replay).checks}
    assert again == {what: state for what, (state, _) in found.items() if what != "fixture"}


def test_an_episode_runs_on_what_a_phone_answered(phone: FakePhone) -> None:
    replay = Replay(examine(phone).recording.document())
    env = AndroidEnv(connect=lambda options: replay)
    observation, info = env.reset()
    assert observation["image"].shape == (240, 108, 3)
    assert info["phone"]["model"] == "Fake 1"
    env.step(Click(Point(0.5, 0.5)))
    env.step(OpenApp("my notes"))
    env.close()
    assert replay.done[1] == "input tap 54 120"
    assert "com.example.notes/.Main" in replay.done[2]


def test_a_recorded_phone_stands_in_for_one(phone: FakePhone, tmp_path: Path) -> None:
    file = tmp_path / "phone.json"
    examine_phone(AndroidOptions(), file, lambda options: phone)
    options = AndroidOptions(replay=str(file))
    link = find_link(options)
    assert isinstance(link, Replay)
    again = examine_phone(options, None, find_link)
    assert [finding.what for finding in again if finding.state == "bad"] == []
    env = AndroidEnv(connect=find_link, replay=str(file))
    assert env.reset()[1]["phone"]["model"] == "Fake 1"
    assert env.intent(Click(Point(0.5, 0.5))) is None
    env.close()
    for other in ({"standin": True}, {"serial": "x"}):
        with pytest.raises(EnvError, match="replay"):
            AndroidOptions(replay=str(file), **other)  # type: ignore[arg-type]


def test_a_file_that_is_no_recording_says_so(tmp_path: Path) -> None:
    for text in ("", "[]", '{"format": 1}', '{"format": 99}'):
        (tmp_path / "phone.json").write_text(text)
        with pytest.raises(EnvError):
            Replay.read(tmp_path / "phone.json")


class Mute(Modern):
    """A phone that tells nothing, takes no picture and lets nothing be pressed."""

    def do_dumpsys(self, words):  # type: ignore[no-untyped-def]
        return ""

    def do_cmd(self, words):  # type: ignore[no-untyped-def]
        return ""

    def do_input(self, words):  # type: ignore[no-untyped-def]
        return "java.lang.SecurityException: Injecting input events requires the INJECT_EVENTS permission\n"


def test_what_is_wrong_with_a_phone_is_said_with_its_cure() -> None:
    mute = Mute()
    mute.screencap_error, mute.installed, mute.nodes = b"Status: -1", [], None
    found = {check.what: (check.state, check.detail) for check in examine(mute).checks}
    assert {what for what, (state, _) in found.items() if state == "bad"} == {
        "screencap", "dumpsys", "input", "apps", "uiautomator",
    }  # fmt: skip
    assert "Security settings" in found["input"][1]
    assert "ADBKeyBoard" in found["keyboard for any script"][1]
    assert "asked before every tap" in found["uiautomator"][1]


def test_a_phone_that_is_lost_meanwhile_ends_the_examination() -> None:
    lost = Modern()

    def fail(words: list[str]) -> None:
        if words[0] == "screencap":
            lost.refuses_to_open = 99
            raise LostError("the cable was pulled")

    lost.fails = fail
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("envs.android.shell.BACKOFF", ())
        last = examine(lost).checks[-1]
    assert (last.state, last.what) == ("bad", "connection")


def test_the_doctor_on_the_command_line(phone: FakePhone, tmp_path: Path) -> None:
    assert "KEYCODE" not in visuomotor("doctor", "android", "--out", str(tmp_path / "phone.json"))
    assert json.loads((tmp_path / "phone.json").read_text())["phone"]["model"] == "Fake 1"
    assert "not 'fridge'" in complaint("doctor", "fridge")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_takes_over_ends_it_or_is_not_there(monkeypatch: pytest.MonkeyPatch, phone: FakePhone) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert not takeover.take_over("a code is asked for")
    env = AndroidEnv(connect=lambda options: phone)
    assert isinstance(env, takeover.HasTakeover)
    env.takeover = takeover.take_over
    env.reset()
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    observation, *_ = env.step(HandOver("type\x1b[2J the code"))
    assert "handed the phone back" in observation["text"]
    monkeypatch.setattr("sys.stdin", Terminal("stop\n"))
    with pytest.raises(KeyboardInterrupt):
        env.step(HandOver("the code"))
    monkeypatch.setattr("sys.stdin", Terminal(""))
    observation, *_ = env.step(HandOver("the code"))
    assert "Nobody is there" in observation["text"]
    env.close()


def test_a_stand_in_and_a_serial_number_exclude_each_other() -> None:
    with pytest.raises(EnvError, match="give one of them"):
        AndroidEnv(standin=True, serial="127.0.0.1:5555")


def test_a_run_on_a_stand_in(tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="needs playwright")
    words = ["run", "android", "--standin", "--task", "look", "-m", "random", "--steps", "1", "--out", "r"]
    environment = {**os.environ, "HOME": str(tmp_path), "COLUMNS": "200"}
    command = [sys.executable, "-m", "agent.cli", *words]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert "recorded in r" in done.stdout, done.stdout + done.stderr
    assert "com.standin" in (tmp_path / "r" / "episodes" / "android-0.jsonl").read_text()


def test_the_stand_in_as_a_command_is_reached_by_its_address_and_ends_whole(tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="needs playwright")
    command = [sys.executable, "-m", "envs.android.standin", "--shell", "builtin", "--language", "zh", "--seed", "3"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        address = told.split(" at ")[1].split()[0]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(tmp_path))
            printed = visuomotor("android", "apps", "--serial", address, "--backend", "direct")
            assert "com.standin.notes" in printed
            found = examine_phone(AndroidOptions(serial=address, backend="direct"))
        assert [finding for finding in found if finding.state == "bad"] == []
        family = _descendants(process.pid)
        assert any("chrom" in name for name in family.values())
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=40)
    assert process.returncode == 0
    assert "is off" in rest
    deadline = time.monotonic() + 10
    while left := [pid for pid in family if _alive(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    assert list(tmp_path.glob("standin-*")) == []


def _descendants(root: int) -> dict[int, str]:
    found = {root: ""}
    for path in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            name, _, rest = (path / "stat").read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) in found:
            found[int(path.name)] = name
    return {pid: name for pid, name in found.items() if pid != root}


def _alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_commands_quote_what_they_are_given(phone: FakePhone) -> None:
    with pytest.raises((EnvError, ActionError)):
        read_points(["$(reboot)"], 1, (1, 1))
    assert line("input", "tap", 1, 2) == b"input tap 1 2"

"""The driver on the stand-in phone, over real sockets: directly, and through a real adb server."""

from __future__ import annotations

import io
import socket
import stat
import subprocess
import time

import pytest

pytest.importorskip("adb_shell", reason="needs adb-shell")

from PIL import Image, ImageDraw

from actions.android import Click, DoubleTap, OpenApp, Press, TypeText, Wait
from actions.call import ActionError
from actions.point import Point
from envs.android.devices import devices
from envs.android.env import AndroidEnv
from envs.android.options import AndroidOptions
from envs.android.standin.faults import Drop
from envs.android.standin.server import Standin
from envs.android.standin.threaded import StandinThread
from envs.base import EnvError
from tests.envs.android_driver.test_shell import hostile

MIDDLE = Point(0.5, 0.5)


class Screen:
    """A display with one field, which has the focus, and nothing behind it."""

    def __init__(self):
        self.typed = ""
        self.taps: list[tuple[int, int, float]] = []
        self.front = ("com.android.launcher3", ".Launcher")
        self.rotation = 0
        self.settings: dict[tuple[str, str], str] = {}

    async def tap(self, x, y):
        self.taps.append((x, y, time.monotonic()))

    async def swipe(self, *path):
        pass

    async def key(self, code):
        if code == "KEYCODE_HOME":
            self.front = ("com.android.launcher3", ".Launcher")
        self.typed += "\n" * (code == "KEYCODE_ENTER")

    async def text(self, text):
        self.typed += text

    async def clear_text(self):
        self.typed = ""

    async def size(self):
        return (2400, 1080) if self.rotation % 2 else (1080, 2400)

    async def screenshot(self):
        image, held = Image.new("RGB", await self.size(), (240, 240, 240)), io.BytesIO()
        ImageDraw.Draw(image).rectangle((100, 200, 900, 900), fill=(200, 0, 0))
        image.save(held, "PNG", compress_level=1)
        return held.getvalue()

    async def launch(self, package):
        self.front = (package, ".MainActivity")
        return True

    async def status(self):
        package, activity = self.front
        return {
            "package": package, "activity": activity, "rotation": self.rotation, "keyboard": True, "focused": "field",
            "awake": True, "locked": False, "secure": False, "packages": {"com.example.notes": "My Notes"},
            "fields": {},
        }  # fmt: skip

    async def hierarchy(self):
        field = {"class": "android.widget.EditText", "bounds": [0, 0, 1080, 400], "focused": True, "editable": True}
        return [field | {"text": self.typed, "package": self.front[0], "clickable": True}]

    async def setting(self, namespace, name, value=None):
        if value is not None:
            self.settings[namespace, name] = value
        return self.settings.get((namespace, name), "null")

    async def state(self):
        return {}

    async def load(self, state):
        pass


@pytest.fixture(scope="module")
def screen():
    return Screen()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home folder of its own, for keys."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("ADB_MDNS", "0")
        yield folder


@pytest.fixture(scope="module")
def standin(screen, home):
    thread = StandinThread(Standin(lambda: screen))
    yield thread
    thread.close()
    assert not thread.standin.failures


@pytest.fixture(scope="module")
def server(standin):
    """The port of a real adb server that has the stand-in."""
    adbutils = pytest.importorskip("adbutils", reason="needs adbutils")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [adbutils.adb_path(), "-P", str(port)]
    process = subprocess.Popen([*command, "nodaemon", "server"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        options, deadline = AndroidOptions(port=port), time.monotonic() + 20
        while not [device for device in devices(options) if device.state == "device"]:
            assert time.monotonic() < deadline, "the adb server does not get the stand-in"
            subprocess.run([*command, "connect", standin.address], capture_output=True, timeout=20, check=False)
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["direct", "server"])
def env(request, standin, screen, monkeypatch):
    monkeypatch.setattr("envs.android.settle.REACTION", 0.0)
    options = {"serial": standin.address, "backend": "direct"}
    if request.param == "server":
        options = {"backend": "server", "port": request.getfixturevalue("server")}
    made = AndroidEnv(**options, keep_awake=True, screencap="png")
    made.reset(options={"task": "t"})
    screen.typed = ""
    screen.taps.clear()
    screen.rotation = 0
    yield made
    standin.standin.faults.drop = None
    made.close()
    assert screen.settings["global", "stay_on_while_plugged_in"] == "0"
    assert screen.settings.get(("secure", "default_input_method"), "x/.LatinIME").endswith("/.LatinIME")


def test_it_sees_taps_types_and_opens(env, screen):
    observation, *_ = env.step(Click(MIDDLE))
    assert observation["image"].shape == (2400, 1080, 3)
    assert tuple(observation["image"][500, 500]) == (200, 0, 0)
    assert screen.taps[0][:2] == (540, 1200)
    env.step(TypeText("50%s off; $(reboot) `id` 'q'"))
    env.step(TypeText("你好 🎉", submit=True))
    assert screen.typed == "50%s off; $(reboot) `id` 'q'你好 🎉\n"
    *_, info = env.step(OpenApp("my notes"))
    assert (info["app"], info["label"]) == ("com.example.notes", "My Notes")


def test_the_taps_of_a_double_tap_are_as_far_apart_as_android_wants(env, screen):
    env.step(DoubleTap(MIDDLE))
    (*_, first), (*_, second) = screen.taps
    assert 0.04 < second - first < 0.3


def test_a_turned_display_is_not_tapped(env, screen):
    env.step(Press("Home"))  # with this look the driver learns how the phone stands
    screen.rotation = 1
    observation, *_, info = env.step(Click(MIDDLE))
    assert info["refused"]
    assert screen.taps == []
    assert observation["image"].shape == (1080, 2400, 3)
    screen.rotation = 0
    env.step(Wait(0))


def test_a_link_that_drops_within_a_screenshot_is_made_anew(env, screen, standin):
    standin.standin.faults.drop = Drop("exec:screencap", 3000, half_frame=True)
    *_, info = env.step(Click(MIDDLE))
    assert not info["uncertain"]
    assert len(screen.taps) == 1


def test_a_link_that_drops_with_a_tap_leaves_one_tap_and_a_word(env, screen, standin):
    standin.standin.faults.drop = Drop("exec:( input", 0)
    observation, *_, info = env.step(Click(MIDDLE))
    assert info["uncertain"]
    assert "may or may not" in observation["text"]
    assert len(screen.taps) == 1


def test_hostile_strings_are_typed_to_the_letter_or_refused(standin, screen, home, monkeypatch):
    env = AndroidEnv(serial=standin.address, backend="direct")
    env.reset()
    keyboard = env._phone._keyboard
    monkeypatch.setattr(keyboard, "_sleep", lambda seconds: None)
    texts = hostile()
    plain = [text for text in texts if text.isascii()]
    other = [text for text in texts if not text.isascii()][:12]
    typed = 0
    for text in plain + other:
        screen.typed = ""
        try:
            keyboard.type(text)
        except ActionError:
            assert screen.typed == ""
        else:
            typed += 1
            assert screen.typed == text.replace("\r\n", "\n")
    assert typed > 60
    env.close()


def test_the_key_that_was_made_is_private(env, home):
    assert stat.S_IMODE((home / ".android" / "adbkey").stat().st_mode) == 0o600


def test_a_phone_that_refuses_this_computer_says_so(home, screen):
    refuse = Standin(lambda: screen, accept_keys=lambda key: False)
    with StandinThread(refuse) as phone, pytest.raises(EnvError, match="has not accepted this computer"):
        AndroidEnv(serial=phone.address, backend="direct", authorize=0.3).reset()

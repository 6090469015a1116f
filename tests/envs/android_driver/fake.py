"""A phone of a few lines: it understands the command lines of the driver and logs what they would do."""

from __future__ import annotations

import base64
import io
import re
import shlex
import struct
from xml.sax.saxutils import quoteattr

import numpy as np
from PIL import Image

from envs.android.link import LostError

LAUNCHER = "com.android.launcher3/com.android.launcher3.Launcher"
ADB_KEYBOARD = "com.android.adbkeyboard/.AdbIME"
OWN_KEYBOARD = "com.google.android.inputmethod.latin/.LatinIME"
_WRAPPED = re.compile(rb"\( (?P<line>.*) \) 2>&1; echo (?P<mark>\w+):\$\?", re.DOTALL)
_TOKEN = re.compile(r"&&|[;|&]|\s+|(?:'[^']*'|\\.|[^\s;|&'\\])+", re.DOTALL)


class FakePhone:
    """A `Link` to a phone that is not there.

    Attributes:
        frames: what the next screenshots show; the last one stays.
        done: every command that changes something, as its words.
        fails: told before each command; may raise LostError. Called with the words.
    """

    where = "fake"

    def __init__(self, width=108, height=240):
        self.frames = [picture(width, height)]
        self.focus = LAUNCHER
        self.turn = 0
        self.size = (width, height)
        self.tells_size = True
        self.awake, self.locked = True, False
        self.keyboard: tuple[int, int, int, int] | None = None
        self.installed = [OWN_KEYBOARD, ADB_KEYBOARD]
        self.enabled = [OWN_KEYBOARD]
        self.settings = {
            ("secure", "default_input_method"): OWN_KEYBOARD,
            ("global", "stay_on_while_plugged_in"): "0",
            ("global", "window_animation_scale"): "1.0",
        }
        self.apps = {"com.android.settings": ".Settings", "com.example.notes": ".Main", "com.tencent.mm": ".ui.Launch"}
        self.nodes: list[dict] | None = []
        self.text = ""
        self.deaf = 0
        self.refuses_method = ""
        self.screencap_error = b""
        self.done: list[list[str]] = []
        self.asked: list[list[str]] = []
        self.opened = self.closed = 0
        self.fails = lambda words: None
        self.fails_after = lambda words: None
        self.refuses_to_open = 0

    def open(self):
        if self.refuses_to_open:
            self.refuses_to_open -= 1
            raise LostError("fake cannot be reached: it is away")
        self.opened += 1

    def close(self):
        self.closed += 1

    def run(self, command, limits):
        self.limits = limits
        wrapped = _WRAPPED.fullmatch(command)
        line = (wrapped["line"] if wrapped else command).decode()
        out, code = b"", 0
        for words in simple_commands(line):
            self.fails(words)
            piece, code = self.answer(words)
            out += piece
            self.fails_after(words)
        return out + (b"\n" + wrapped["mark"] + b":%d\n" % code if wrapped else b"")

    def answer(self, words):
        handler = getattr(self, "do_" + words[0], None)
        if handler is None:
            return f"sh: {words[0]}: not found\n".encode(), 127
        (self.done if words[0] in ("input", "am", "monkey", "wm") else self.asked).append(words)
        answer = handler(words[1:])
        return (answer or "").encode() if not isinstance(answer, bytes) else answer, 0

    def do_screencap(self, words):
        if self.screencap_error:
            return self.screencap_error
        frame = self.frames[0] if len(self.frames) == 1 else self.frames.pop(0)
        return png(frame) if words == ["-p"] else raw(frame)

    def do_dumpsys(self, words):
        width, height = self.size
        match words:
            case ["window"]:
                focus = f"Window{{4d5 u0 {self.focus}}}" if self.focus else "null"
                size = f"    init={width}x{height} 420dpi cur={width}x{height} app=1x1\n" if self.tells_size else ""
                left, top, right, bottom = self.keyboard or (0, 0, 0, 0)
                shown = str(self.keyboard is not None).lower()
                source = f"InsetsSource id=3 type=ime frame=[{left},{top}][{right},{bottom}] visible={shown} flags="
                return f"{size}  mRotation={self.turn}\n  mCurrentFocus={focus}\n    {source}\n"
            case ["window", "policy"]:
                return f"    KeyguardServiceDelegate\n      showing={str(self.locked).lower()}\n"
            case ["power"]:
                return f"  mWakefulness={'Awake' if self.awake else 'Asleep'}\n"
            case ["input_method"]:
                method, shown = self.settings["secure", "default_input_method"], str(self.keyboard is not None).lower()
                return f"  mCurMethodId={method}\n  mShowRequested={shown} mInputShown={shown}\n"
        return ""

    def do_grep(self, words):
        return ""

    do_cat = do_rm = do_sleep = do_wait = do_grep

    def do_getprop(self, words):
        return {"ro.product.model": "Fake 1"}.get(words[0], "14") + "\n"

    def do_settings(self, words):
        verb, space, name, *value = words
        if verb == "get":
            return self.settings.get((space, name), "null") + "\n"
        if verb == "put":
            self.settings[space, name] = value[0]
        else:
            self.settings.pop((space, name), None)
        return ""

    def do_ime(self, words):
        match words:
            case ["list", "-s", "-a"]:
                return "\n".join(self.installed) + "\n"
            case ["list", "-s"]:
                return "\n".join(self.enabled) + "\n"
            case ["set" | "enable", _] if self.refuses_method:
                return self.refuses_method
            case ["enable", method]:
                self.enabled.append(method)
            case ["disable", method]:
                self.enabled.remove(method)
            case ["set", method]:
                self.settings["secure", "default_input_method"] = method
        return ""

    def do_am(self, words):
        if words[0] == "broadcast":
            if self.deaf:
                self.deaf -= 1
            elif self.settings["secure", "default_input_method"] == ADB_KEYBOARD:
                self.text += base64.b64decode(words[-1]).decode()
            return "Broadcast completed: result=0\n"
        package, _, activity = words[-1].partition("/")
        if package not in self.apps:
            return "Error: Activity class does not exist.\n"
        self.focus = f"{package}/{package if activity.startswith('.') else ''}{activity}"
        return "Starting: Intent\n"

    def do_wm(self, words):
        self.locked = False

    def do_cmd(self, words):
        found = f"{len(self.apps)} activities found:\n"
        for package, activity in self.apps.items():
            if "--brief" in words:
                found += f"    priority=0\n    {package}/{activity}\n"
            elif package == "com.example.notes":
                found += (
                    f"  Activity #0:\n    ActivityInfo:\n      name=x\n      packageName={package}\n"
                    "      labelRes=0x0 nonLocalizedLabel=My Notes icon=0x7f\n"
                )
        return found

    def do_input(self, words):
        match words:
            case ["text", text]:
                self.text += text.replace("%s", " ")
            case ["keyevent", *keys]:
                for key in keys:
                    if key == "KEYCODE_WAKEUP":
                        self.awake = True
                    elif key == "KEYCODE_HOME":
                        self.focus = LAUNCHER
                    elif key == "KEYCODE_DEL":
                        self.text = self.text[:-1]
                    elif key == "KEYCODE_ENTER":
                        self.text += "\n"
        return ""

    def do_uiautomator(self, words):
        if self.nodes is None:
            raise LostError("fake says nothing for 2 s")
        inner = "".join(_node(self, node) for node in self.nodes)
        return (
            f"UI hierchary dumped to: {words[-1]}\n<?xml version='1.0' ?><hierarchy rotation=\"0\">{inner}</hierarchy>"
        )

    @property
    def touches(self):
        return [words[1:] for words in self.done if words[:2] in (["input", "tap"], ["input", "swipe"])]


def _node(phone, node):
    values = {"class": "android.widget.TextView", "package": phone.focus.partition("/")[0], "bounds": "[0,0][108,240]"}
    values |= node
    if values.get("text") == "FIELD":
        values["text"] = phone.text
    quoted = " ".join(f"{name}={quoteattr(value, {chr(10): '&#10;'})}" for name, value in values.items())
    return f"<node {quoted} />"


FIELD = {"class": "android.widget.EditText", "text": "FIELD", "focused": "true", "clickable": "true"}
PASSWORD = FIELD | {"password": "true", "text": ""}


def simple_commands(line):
    """The commands of a line as words, as a shell takes it apart; redirections are left out."""
    words: list[str] = []
    for token in _TOKEN.findall(line):
        if token.strip() in (";", "|", "&", "&&"):
            yield words
            words = []
        elif token.strip() and not token.startswith("2>"):
            words += shlex.split(token)
    if words:
        yield words


def picture(width=108, height=240, level=200, seed=0):
    """A frame that is not black."""
    frame = np.random.default_rng(seed).integers(0, level, (height, width, 3), np.uint8)
    frame[height // 2] = 255
    return frame


def png(frame):
    held = io.BytesIO()
    Image.fromarray(frame).save(held, "PNG")
    return held.getvalue()


def raw(frame, header=16, form=1):
    height, width = frame.shape[:2]
    pixels = np.dstack([frame, np.full((height, width), 255, np.uint8)])
    return struct.pack("<IIII", width, height, form, 1)[:header] + pixels.tobytes()


class Clock:
    """A time that passes by sleeping alone."""

    def __init__(self):
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

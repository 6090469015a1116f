"""Checks a connected phone end to end, with the driver's own questions: what works on it, and what to do where not.

Nothing on the phone is changed: the one key that is pressed has no meaning.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

from envs.android.apps import Apps, MuteError
from envs.android.eyes import DEFAULT_SIZE
from envs.android.keyboard import METHOD
from envs.android.link import Link
from envs.android.loans import ANIMATIONS, current_method, enabled_methods
from envs.android.nodes import LIMIT, dump
from envs.android.onscreen import ask_keys
from envs.android.options import AndroidOptions
from envs.android.recording import FORMAT, Frame, Recording
from envs.android.shell import Shell, line, pipe, silent
from envs.android.state import State, ask_state
from envs.base import EnvError

_TIMES = 3
_OLDEST = 21
"""The first SDK with `exec:`, Android 5."""
_PROPERTIES = {
    "maker": "ro.product.manufacturer",
    "model": "ro.product.model",
    "android": "ro.build.version.release",
    "sdk": "ro.build.version.sdk",
}
_TELLS = {
    "the window in front": r"mCurrentFocus=|mFocusedApp=",
    "the size of the display": r"cur=\d",
    "its rotation": r"mRotation=",
    "power": r"mWakefulness=|Display Power: state=",
    "the lock": (
        r"mDreamingLockscreen=|mShowingLockscreen=|isStatusBarKeyguard=|KeyguardShowing=|mIsShowing=|(?m:^ +showing=)"
    ),
}
_NEEDED = ("the window in front", "power")


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: "bad" is what the driver cannot do without, "info" what it has a way around."""

    state: Literal["good", "bad", "info"]
    what: str
    detail: str


@dataclass(slots=True)
class Report:
    """What was found, and what the phone answered to it."""

    recording: Recording
    checks: list[Check] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def add(self, state: Literal["good", "bad", "info"], what: str, detail: str) -> None:
        self.checks.append(Check(state, what, detail))

    def fixture(self) -> dict[str, Any]:
        """For JSON, as `recording.Replay` reads it. The phone's serial number and address are not in it."""
        checks = [{"state": one.state, "what": one.what, "detail": one.detail} for one in self.checks]
        # The address stands in messages and in no answer.
        where = self.recording.where
        for one in checks:
            one["detail"] = one["detail"].replace(where, "PHONE")
        return {"format": FORMAT, "phone": self.facts, "checks": checks, **self.recording.document()}


def examine(link: Link, options: AndroidOptions | None = None, clock: Callable[[], float] = time.monotonic) -> Report:
    """Every check, on a link that is open. A phone that is lost meanwhile ends it with a finding that says so."""
    options = options or AndroidOptions()
    recording = Recording(link, clock)
    shell, report = Shell(recording, options.limits), Report(recording)
    try:
        _connection(shell, report)
        _pictures(shell, report)
        state = _dumps(shell, report)
        _display(shell, report, state)
        _input(shell, report)
        _keyboard(shell, report)
        _parts(shell, report)
        _apps(shell, report)
        _animations(shell, report)
    except EnvError as error:
        report.add("bad", "connection", f"it ended: {error}")
    return report


def _connection(shell: Shell, report: Report) -> None:
    command = line("echo", "hello")
    for _ in range(_TIMES):
        shell.ask(command)
    report.add("good", "connection", f"{shell.where}, a command takes {_took(report, 'echo hello')}")
    facts = {name: shell.ask(line("getprop", key)).text.strip() for name, key in _PROPERTIES.items()}
    report.facts = facts
    what = f"{facts['maker']} {facts['model']}, Android {facts['android']} (SDK {facts['sdk']})"
    if facts["sdk"].isdigit() and int(facts["sdk"]) < _OLDEST:
        report.add("bad", "Android", f"{what}: {_OLDEST} is the oldest with `exec:`, which screenshots come by")
    else:
        report.add("good", "Android", what)


def _pictures(shell: Shell, report: Report) -> None:
    for kind, words in (("raw", ["screencap"]), ("png", ["screencap", "-p"])):
        said = b""
        for _ in range(_TIMES):
            said = shell.fetch(silent(line(*words)))
        frames = [frame for frame in report.recording.frames if frame.kind == kind]
        if not frames:
            start = said[:60].decode(errors="replace")
            report.add("info", f"screencap {kind}", f"gives no picture but {start!r}; the other kind will do")
            continue
        report.add("good", f"screencap {kind}", _picture(frames))
    frames = report.recording.frames
    if not frames:
        report.add("bad", "screencap", "no screenshot can be taken: is a protected app in front? Go to the home screen")
    elif all(frame.black for frame in frames):
        report.add("info", "screencap", "the picture is black: the display is off, or the app in front is protected")
    elif len({(frame.width, frame.height) for frame in frames}) > 1:
        report.add("info", "screencap", "raw and PNG differ in size: was the phone turned meanwhile?")


def _picture(frames: list[Frame]) -> str:
    last, slowest = frames[-1], max(frame.seconds for frame in frames)
    header = f", a header of {last.header} bytes, pixel format {last.form}" if last.header else ""
    middle = median(frame.seconds for frame in frames)
    return (
        f"{last.width}×{last.height}, {last.size / 1e6:.1f} MB{header}, "
        f"{1e3 * middle:.0f} ms (slowest {1e3 * slowest:.0f} ms)"
    )


def _dumps(shell: Shell, report: Report) -> State:
    """What `dumpsys` tells of window, power and lock: each is looked for, as the driver takes silence for a default."""
    state = ask_state(shell)
    told = report.recording.last("mCurrentFocus")
    text = "" if told is None else told.text
    missing = [name for name, pattern in _TELLS.items() if not re.search(pattern, text)]
    now = f"in front {state.component or 'nothing'}, {'awake' if state.awake else 'asleep'}"
    now += f", {'locked' if state.locked else 'not locked'}, asked in {_took(report, 'mCurrentFocus')}"
    if not missing:
        report.add("good", "dumpsys", now)
    else:
        need = [name for name in missing if name in _NEEDED]
        what = f"does not tell {', '.join(missing)} in a format that is known; please report it with the file of --out"
        report.add("bad" if need else "info", "dumpsys", f"{what} ({now})")
    return state


def _display(shell: Shell, report: Report, state: State) -> None:
    sizes = " ".join(shell.ask(line("wm", "size")).text.split())
    density = " ".join(shell.ask(line("wm", "density")).text.split())
    frames = report.recording.frames
    turn = "" if state.turn is None else f", turned by {90 * state.turn}°"
    if state.size is None:
        report.add("info", "display", f"its size is taken from screenshots{turn} ({sizes})")
        return
    width, height = state.size
    shot = (frames[-1].width, frames[-1].height) if frames else (width, height)
    if shot == (width, height):
        report.add("good", "display", f"{width}×{height}{turn} ({sizes}; {density})")
    else:
        what = f"touches are measured in {width}×{height}, screenshots are {shot[0]}×{shot[1]}{turn} ({sizes})"
        same = abs(width / height - shot[0] / shot[1]) < 0.01 * width / height
        report.add("info" if same else "bad", "display", what + ("" if same else "; turn it back and try again"))


def _input(shell: Shell, report: Report) -> None:
    command = line("input", "keyevent", "KEYCODE_UNKNOWN")
    for _ in range(_TIMES):
        reply = shell.ask(command)  # a key without a meaning may be pressed again
        if reply.problem:
            cure = (
                "turn on “USB debugging (Security settings)” in the developer options"
                if "INJECT_EVENTS" in reply.text or "ecurity" in reply.text
                else "touches will not work"
            )
            report.add("bad", "input", f"{reply.problem[:150]}; {cure}")
            return
    report.add("good", "input", f"a key takes {_took(report, 'input keyevent')}")


def _keyboard(shell: Shell, report: Report) -> None:
    current, enabled = current_method(shell), enabled_methods(shell)
    installed = shell.ask(line("ime", "list", "-s", "-a")).text.split()
    shell.ask(pipe(line("dumpsys", "input_method"), line("grep", "-E", "mCurMethodId=|mCurId=")))
    ask_keys(shell, DEFAULT_SIZE)  # for the fixture: consent looks at it
    if METHOD in installed:
        how = "enabled" if METHOD in enabled else "enabled while it is typed with"
        report.add("good", "keyboard for any script", f"{METHOD} is there, {how}")
    else:
        report.add(
            "info", "keyboard for any script", "only plain ASCII can be typed; for more install ADBKeyBoard.apk "
            "(github.com/senzhk/ADBKeyBoard): adb install ADBKeyBoard.apk",
        )  # fmt: skip
    if current == METHOD:
        report.add("info", "keyboard", f"{METHOD} is the one in use: a person cannot type with it; choose another")
    else:
        report.add("good" if current else "info", "keyboard", current or "none is in use")


def _parts(shell: Shell, report: Report) -> None:
    started = time.monotonic()
    nodes = dump(shell)
    seconds = time.monotonic() - started
    if nodes is None:
        what = (
            f"does not answer in {LIMIT:g} s: what is typed is not checked, and a person is asked before every tap, as "
            "nothing tells what is under it"
        )
        report.add("bad", "uiautomator", what)
    else:
        report.add("good", "uiautomator", f"{len(nodes)} parts of the screen in {seconds:.1f} s")


def _apps(shell: Shell, report: Report) -> None:
    try:
        found = Apps(shell).all()
    except MuteError:
        report.add("bad", "apps", "the phone does not tell them: open_app will not work, the icons on the screen do")
        return
    named = sum("nonLocalizedLabel=" in answer.text for answer in report.recording.answers)
    components = sum(bool(app.component) for app in found)
    some = ", ".join(sorted(app.label for app in found)[:8])
    what = f"{len(found)} with an icon, {components} with their page ({some}, …)"
    report.add("good" if components else "info", "apps", what)
    if not named:
        report.add("info", "app names", "not told; known packages and the words in the others' names stand in for them")


def _animations(shell: Shell, report: Report) -> None:
    values = {name: shell.ask(line("settings", "get", "global", name)).text.strip() for name in ANIMATIONS}
    if all(value in ("0", "0.0") for value in values.values()):
        report.add("good", "animations", "off")
    else:
        shown = ", ".join(f"{name.removesuffix('_scale')} {value}" for name, value in values.items())
        report.add("info", "animations", f"{shown}; --still turns them off during a run, which makes steps faster")


def _took(report: Report, part: str) -> str:
    seconds = [answer.seconds for answer in report.recording.answers if part in answer.command]
    return f"{1e3 * median(seconds):.0f} ms"

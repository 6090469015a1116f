"""What a phone says about itself: what is in front, whether it is awake and locked, how it is turned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envs.android.shell import Line, Shell, line, pipe, sequence

_WANTED = (
    r"mCurrentFocus=|mFocusedApp=|cur=[0-9]|mRotation=|mDreamingLockscreen=|mShowingLockscreen=|isStatusBarKeyguard=|"
    r"KeyguardShowing=|mIsShowing=|^ +showing="
)
_QUESTION: Line = sequence(
    pipe(line("dumpsys", "window"), line("grep", "-E", _WANTED)),
    pipe(line("dumpsys", "window", "policy"), line("grep", "-E", _WANTED)),  # since Android 10 apart
    pipe(line("dumpsys", "power"), line("grep", "-E", "mWakefulness=|Display Power: state=")),
)
# "Window{4d5c6b3 u0 com.android.settings/com.android.settings.Settings}", and in older versions "ActivityRecord{… t12}"
_FOCUS = re.compile(r"mCurrentFocus=Window\{\S+ (?:u\d+ )?(?P<title>[^}]*)\}")
_APP = re.compile(r"mFocusedApp=.*?(?P<package>[\w.]+\.[\w.]+)/(?P<activity>[\w.$]+)")
_COMPONENT = re.compile(r"(?P<package>[\w.]+)/(?P<activity>[\w.$]+)")
_SIZE = re.compile(r"\bcur=(?P<width>\d+)x(?P<height>\d+)")
_TURN = re.compile(r"\bmRotation=(?:ROTATION_)?(?P<turn>\d+)")
_LOCKED = re.compile(
    r"(?:mDreamingLockscreen|mShowingLockscreen|isStatusBarKeyguard|KeyguardShowing|mIsShowing|^ +showing)=true",
    re.MULTILINE,
)
_AWAKE = re.compile(r"mWakefulness=(?P<how>\w+)")
_DISPLAY = re.compile(r"Display Power: state=(?P<how>\w+)")
_SYSTEM = ("StatusBar", "NotificationShade", "Keyguard", "NavigationBar", "VolumeDialog", "GlobalActions")
SYSTEM_UI = "com.android.systemui"


@dataclass(frozen=True, slots=True)
class State:
    """The state of a phone at one moment. What it did not tell is "" or None."""

    package: str = ""
    activity: str = ""
    """Of the window with the focus, as a full class name where the phone tells one; else the window's title."""
    size: tuple[int, int] | None = None
    """Width and height of the display as it is turned now, in the pixels that touches are measured in."""
    turn: int | None = None
    """Quarter turns of the display."""
    awake: bool = True
    locked: bool = False

    @property
    def component(self) -> str:
        return f"{self.package}/{self.activity}" if self.activity else self.package


def ask_state(shell: Shell) -> State:
    """The state of the phone now: one command. Raises EnvError."""
    return read_state(shell.ask(_QUESTION).text)


def read_state(text: str) -> State:
    """A State from lines of `dumpsys window` and `dumpsys power` of any Android version."""
    package, activity = _front(text)
    size, turn = _SIZE.search(text), _TURN.search(text)
    wakefulness, display = _AWAKE.search(text), _DISPLAY.search(text)
    awake = wakefulness["how"] == "Awake" if wakefulness else display is None or display["how"] == "ON"
    return State(
        package=package,
        activity=activity,
        size=(int(size["width"]), int(size["height"])) if size else None,
        turn=_quarters(int(turn["turn"])) if turn else None,
        awake=awake,
        locked=_LOCKED.search(text) is not None,
    )


def _front(text: str) -> tuple[str, str]:
    """Package and activity with the focus. A pop-up has a title of its own: it is of the app with the focus."""
    app = _APP.search(text)
    behind = app["package"] if app else ""
    for focus in _FOCUS.finditer(text):
        title = focus["title"].strip()
        component = _COMPONENT.fullmatch(title)
        if component is not None:
            return component["package"], _full(component["package"], component["activity"])
        if title.startswith(_SYSTEM):
            return SYSTEM_UI, title
        if title:
            return behind, title
    return (behind, _full(behind, app["activity"])) if app else ("", "")


def _quarters(number: int) -> int:
    return number // 90 if number >= 90 else number  # versions differ in whether they count turns or degrees


def _full(package: str, activity: str) -> str:
    return package + activity if activity.startswith(".") else activity

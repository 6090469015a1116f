"""One episode on a phone: acts, looks, and tells what went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from actions.android import (
    AndroidAction,
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
    TouchAction,
    TypeSecret,
    TypeText,
    Wait,
)
from actions.call import ActionError, show
from envs.android.apps import Apps
from envs.android.eyes import Eyes, Sight
from envs.android.keyboard import Keyboard
from envs.android.link import Link, LostError
from envs.android.loans import Loans
from envs.android.mask import Mask
from envs.android.nodes import Node, dump
from envs.android.onscreen import Keys, ask_keys
from envs.android.options import AndroidOptions
from envs.android.rules import Rules, leaves
from envs.android.shell import Shell, line
from envs.android.state import State, ask_state
from envs.android.touch import touch
from envs.base import EnvError
from envs.notices import Notices
from envs.vault import Vault

BUTTONS = {
    "Back": "KEYCODE_BACK",
    "Home": "KEYCODE_HOME",
    "Enter": "KEYCODE_ENTER",
    "Recents": "KEYCODE_APP_SWITCH",
    "VolumeUp": "KEYCODE_VOLUME_UP",
    "VolumeDown": "KEYCODE_VOLUME_DOWN",
}
_UNLOCK = 0.5

Act = TouchAction | TypeText | TypeSecret | ClearText | Press | OpenApp
"""What does something to the app in front, or leaves it."""
Takeover = Callable[[str], bool]
"""Gives the phone to a person, for a reason; returns when it is handed back, with False if nobody took it."""


@dataclass(slots=True)
class Deed:
    """What became of an action."""

    device: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Its points in pixels of the display, as they were sent."""
    refused: str = ""
    uncertain: bool = False
    """The connection was lost meanwhile."""
    seconds: float = 0.0


class Phone:
    """A phone and what was last seen of it.

    Args:
        clock, sleep: of the module time, or a test's own.

    Attributes:
        takeover: the person who can be asked to take over, if there is one.
        home: the package of the home screen, once it has been seen.
        deed: what became of the last action.
        eyes: what was last seen.
        options: what it was made with.
        vault: the secrets it may type.
    """

    def __init__(
        self,
        link: Link,
        options: AndroidOptions,
        vault: Vault,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.notices = Notices(vault.redact)
        self.takeover: Takeover | None = None
        self.shell = Shell(link, options.limits, sleep)
        self.apps = Apps(self.shell)
        self.deed = Deed()
        self.home = ""
        self.options = options
        self.vault = vault
        self._clock = clock
        self._sleep = sleep
        self._rules = Rules(options.allow_app, options.deny_app)
        self._mask = Mask(self.shell, self.notices, options.allow_unseen)
        self.eyes = Eyes(self.shell, self.apps, options, self.notices, self._mask, clock, sleep)
        self._keyboard = Keyboard(self.shell, self.notices, sleep, clock)
        self._loans = Loans(self.shell)
        self._silent = ""
        """The window that did not tell its nodes in time: it is not asked again."""

    def begin(self) -> Sight:
        """Wake the phone, unlock what needs no code, go to the home screen and look. Raises EnvError."""
        self.notices.take()
        self.deed, self.eyes.sight = Deed(), None
        if self.options.keep_awake:
            self._loans.keep_awake()
        if self.options.still:
            self._loans.stop_animations()
        if not ask_state(self.shell).awake:
            self.eyes.wake()
        if ask_state(self.shell).locked:
            self.shell.ask(line("wm", "dismiss-keyguard"))
            self._sleep(_UNLOCK)
        self.apps.load()
        if not self.options.keep_screen:
            self.shell.ask(line("input", "keyevent", "KEYCODE_HOME"))
        sight = self.eyes.look()
        if not self.options.keep_screen and not sight.locked:
            self.home = sight.app
        return sight

    def act(self, action: AndroidAction) -> None:
        """Carry out an action once. What goes wrong is told in the next `look`.

        Raises:
            EnvError: the phone cannot be reached any more.
        """
        self.deed = deed = Deed()
        started = self._clock()
        try:
            self._carry_out(action)
        except LostError:
            deed.uncertain = True
            self.notices.say(
                "The connection to the phone was lost while this was being done: it may or may not have been carried "
                "out. The screen shows how it is now."
            )
        except ActionError as error:
            self.notices.say(str(error))
        deed.seconds = self._clock() - started

    @property
    def sight(self) -> Sight | None:
        """What was last seen; None before `begin`."""
        return self.eyes.sight

    def look(self, expect: bool = False) -> Sight:
        """See how it is now (`Eyes.look`). Raises EnvError."""
        return self.eyes.look(expect, self.deed.seconds)

    def nodes(self) -> list[Node] | None:
        """What the window in front tells of its parts; None when it does not in time, and is then not asked again."""
        window = "" if self.sight is None else self.sight.window
        if window and window == self._silent:
            return None
        found = dump(self.shell)
        self._silent = window if found is None else ""
        return found

    def keys(self) -> Keys | None:
        """The keyboard on the screen, when one is shown. Raises EnvError."""
        return ask_keys(self.shell, self.eyes.display)

    def close(self) -> None:
        """Put back what was changed and end the connection; also after an error, as far as the phone can be reached."""
        try:
            problems = [problem for problem in (self._keyboard.give_back(), self._loans.give_back()) if problem]
        finally:
            self.shell.close()
        if problems:
            raise EnvError(f"not everything could be put back on {self.shell.where}: {'; '.join(problems)}")

    def _in_reach(self, action: Act) -> bool:
        """Whether the action may be done in the state the phone is in at this moment; if not, why is told."""
        state = ask_state(self.shell)
        if not state.awake:
            self.eyes.wake()
            self._refuse("Nothing was done: the display had gone off. It was turned on again.")
            return False
        why = None if leaves(action) else self._rules.refusal(state)
        if why is not None:
            self._refuse(f"Nothing was done: {why}. Press Back or Home, or open another app.")
            return False
        if isinstance(action, TouchAction) and self.eyes.turned(state):
            self._refuse(
                "Nothing was done: the screen has been turned or resized since it was shown. It is shown as it is now."
            )
            return False
        return True

    def _touch(self, action: TouchAction) -> None:
        done = touch(action, *self.eyes.display)
        self.deed.device = done.pixels
        problem = self.shell.do(done.command, done.seconds).problem
        if problem:
            raise ActionError(f"The phone refused this: {problem[:150]}")

    def _carry_out(self, action: AndroidAction) -> None:
        match action:
            case Answer() | Done():
                pass
            case Wait(seconds):
                self._sleep(seconds)
            case HandOver(reason):
                self._hand_over(reason)
            case _:
                if self._in_reach(action):
                    self._use(action)

    def _use(self, action: Act) -> None:
        match action:
            case TypeText(text, submit):
                self._keyboard.type(text, submit)
            case TypeSecret(label):
                self._type_secret(label)
            case ClearText():
                self._keyboard.clear()
            case Press(button):
                self._keyboard.press(BUTTONS[button])
            case OpenApp(name):
                self._open(name)
            case Click() | LongPress() | DoubleTap() | Swipe() | Drag():
                self._touch(action)
            case _:
                assert_never(action)

    def _type_secret(self, label: str) -> None:
        value = self.vault.value(label)
        if value is None:
            known = ", ".join(self.vault.labels) or "none"
            raise ActionError(f"type_secret: there is no secret {show(label)}; there are: {known}.")
        try:
            self._keyboard.type_secret(value)
        except LostError:  # it may have been typed
            self._mask.add(value)
            raise
        self._mask.add(value)

    def _open(self, name: str) -> None:
        app = self.apps.find(name)
        why = self._rules.refusal(State(app.package, app.component.partition("/")[2]))
        if why is not None:
            self._refuse(f"{app.label} was not opened: {why.replace(' is in front, and', ':')}.")
            return
        problem = self.apps.open(app).problem
        if problem:
            raise ActionError(f"open_app: {app.label} could not be opened: {problem[:150]}")

    def _hand_over(self, reason: str) -> None:
        if self.takeover is None or not self.takeover(self.vault.redact(reason)):
            self._refuse("Nobody is there to take over. Go on without, or end the task with done.")
        else:
            self.notices.say("The person took over and has handed the phone back.")

    def _refuse(self, line: str) -> None:
        self.deed.refused = line
        self.notices.say(line)

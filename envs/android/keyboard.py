"""Types into the field with the focus: plain ASCII as key presses, all other text through an input method."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator

from actions.call import ActionError
from envs.android.loans import current_method, enabled_methods, restore_method
from envs.android.nodes import Node, dump, focused
from envs.android.shell import Line, Shell, line, pipe
from envs.base import EnvError
from envs.notices import Notices

LONGEST = 5000
METHOD = "com.android.adbkeyboard/.AdbIME"
_PACKAGE, _BROADCAST = "com.android.adbkeyboard", "ADB_INPUT_B64"
# The first phones with `exec:` take commands of 4 KiB: so much text is less, whatever its script and quoting.
_PIECE = 400
_KEYS = 50
_MOST_KEYS = 1000
_BIND = 2.0
"""Seconds for an input method to be ready; one that never says so is tried all the same."""
_ARRIVE = 0.4
_ECHO = 1.6
"""Seconds for which Android shows the last character of a password."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Keyboard:
    """Types on one phone.

    Args:
        sleep: time.sleep, or a test's own.
    """

    def __init__(
        self,
        shell: Shell,
        notices: Notices,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shell = shell
        self._notices = notices
        self._sleep = sleep
        self._clock = clock
        self._borrowed: tuple[str, bool] | None = None
        """The input method to be restored, and whether ours was enabled before."""

    def type(self, text: str, submit: bool = False) -> None:
        """Type text; a line end in it is the Enter key.

        Raises:
            ActionError: it cannot be typed, for a reason the model is told.
            LostError: some of it may have been typed.
        """
        lines = lines_of(typable(text))
        if all(_is_plain(part) for part in lines):
            self._lines(lines, self._keys)
        else:
            self._with_method(lines)
        if submit:
            self.press("KEYCODE_ENTER")

    def type_secret(self, value: str) -> None:
        """Type a secret into a password field, as key presses: a broadcast could be read by any app.

        Raises ActionError, LostError.
        """
        if not _is_plain(value):
            raise ActionError("type_secret: this secret is not plain ASCII; hand_over, so that the person types it.")
        field = self._field()
        if field is None or not field.password:  # elsewhere it would stand on the next screenshot
            raise ActionError("type_secret: the focus is not in a password field; tap that first, or hand_over.")
        self._keys(value)
        self._sleep(_ECHO)

    def clear(self) -> None:
        """Empty the field with the focus. Raises ActionError, LostError."""
        nodes = dump(self._shell)
        field = None if nodes is None else focused(nodes)
        if nodes is not None and field is None:
            raise ActionError("clear_text: no text field has the focus; tap the field first.")
        length = min(len(field.text) if field else 2 * _KEYS, _MOST_KEYS)
        self.press("KEYCODE_MOVE_END")
        # Backwards from the end of the line, and then what may be left in the lines below.
        many_lines = field is None or "\n" in field.text
        for key in ("KEYCODE_DEL", "KEYCODE_FORWARD_DEL") if many_lines else ("KEYCODE_DEL",):
            for start in range(0, length, _KEYS):
                self.press(*[key] * min(_KEYS, length - start))
        left = self._field() if field else None
        if field and left and left.text and left.text == field.text and not left.password:
            # It may be the hint of an empty field, which the phone tells as its text.
            self._notices.say(f"The field still reads “{self._notices.quote(left.text, 80)}”.")

    def press(self, *codes: str) -> None:
        """Press keys by their KEYCODE names. Raises ActionError, LostError."""
        self._do(line("input", "keyevent", *codes))

    def give_back(self) -> str:
        """Make the person's own input method the current one again; returns what failed, usually ""."""
        if self._borrowed is None:
            return ""
        before, enabled = self._borrowed
        problem = restore_method(self._shell, before, enabled, METHOD)
        if not problem:
            self._borrowed = None
        return problem

    def _lines(self, lines: list[str], write: Callable[[str], None]) -> None:
        for number, part in enumerate(lines):
            if number:
                self.press("KEYCODE_ENTER")
            if part:
                write(part)

    def _keys(self, text: str) -> None:
        for piece in pieces(text):
            self._do(line("input", "text", piece))

    def _with_method(self, lines: list[str]) -> None:
        before = self._field()
        self._borrow()
        try:
            self._lines(lines, lambda part: self._broadcast(part, before if part == lines[0] else None))
            self._tell_result(lines, before)
        finally:
            problem = self.give_back()
            if problem:
                self._notices.say(f"The phone's own keyboard could not be restored: {problem}.")

    def _borrow(self) -> None:
        """Make the input method that takes broadcasts the current one. Raises ActionError."""
        ask = self._shell.ask
        current = current_method(self._shell)
        if current == METHOD:
            return
        if METHOD not in ask(line("ime", "list", "-s", "-a")).text.split():
            raise ActionError(
                "type: this phone can be given plain ASCII text only. For other scripts the person can install "
                f"ADBKeyBoard ({_PACKAGE}); until then use the keys on the screen, or hand_over."
            )
        self._borrowed = (current, METHOD in enabled_methods(self._shell))
        try:
            for command in (line("ime", "enable", METHOD), line("ime", "set", METHOD)):
                reply = ask(command)  # the same, however often
                if reply.problem:
                    raise ActionError(
                        f"type: the phone does not let its keyboard be changed ({reply.problem[:120]}). On some phones "
                        "the person has to turn on “USB debugging (Security settings)” first."
                    )
            self._bind()
        except (ActionError, EnvError):
            self.give_back()
            raise

    def _bind(self) -> None:
        started = self._clock()
        state = pipe(line("dumpsys", "input_method"), line("grep", "-E", "mCurMethodId=|mCurId="))
        while self._clock() - started < _BIND:
            if METHOD in self._shell.ask(state).text:
                break
            self._sleep(0.1)
        self._sleep(_ARRIVE)  # chosen is not yet connected, and nothing tells when it is

    def _broadcast(self, text: str, before: Node | None) -> None:
        """Send text to the input method. When a look shows that nothing of it has come, it is sent once more."""
        for number, start in enumerate(range(0, len(text), _PIECE)):
            piece = base64.b64encode(text[start : start + _PIECE].encode()).decode()
            command = line("am", "broadcast", "-a", _BROADCAST, "-p", _PACKAGE, "--es", "msg", piece)
            self._do(command)
            self._sleep(_ARRIVE)
            if number == 0 and before is not None and not before.password:
                after = self._field()
                if after is not None and after.text == before.text:
                    self._do(command)
                    self._sleep(_ARRIVE)

    def _tell_result(self, lines: list[str], before: Node | None) -> None:
        after = None if before is None else self._field()
        if before is None or after is None or after.password:
            return  # nothing to compare; the model sees the screen
        if after.text == before.text:
            raise ActionError("type: the text has not arrived in the field; tap the field and try again.")
        if not all(part in after.text for part in lines):
            self._notices.say(f"The field now reads “{self._notices.quote(after.text, 120)}”.")

    def _field(self) -> Node | None:
        nodes = dump(self._shell)
        return None if nodes is None else focused(nodes)

    def _do(self, command: Line) -> None:
        problem = self._shell.do(command).problem
        if problem:
            raise ActionError(f"The phone refused this: {problem[:150]}")


def lines_of(text: str) -> list[str]:
    """A text as it is typed: lines, and between two of them the Enter key, whatever the line ends are."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def typable(text: str) -> str:
    """The text with its line ends made one. Raises ActionError for what no keyboard has."""
    if len(text) > LONGEST:
        raise ActionError(f"type: at most {LONGEST} characters at a time.")
    text = "\n".join(lines_of(text))
    odd = _CONTROL.search(text) or _SURROGATE.search(text)
    if odd is not None:
        raise ActionError(f"type: the text holds U+{ord(odd.group()):04X}, which cannot be typed.")
    return text


def pieces(text: str) -> Iterator[str]:
    """What `input text` is to be given, one call after another, so that exactly this ASCII text is typed.

    It takes "%s" for a space, and knows no other escape: a space is written so, and between a "%" and an "s" of the
    text's own one call ends and the next begins.
    """
    for start in range(0, len(text), _PIECE):
        for part in re.split(r"(?<=%)(?=s)", text[start : start + _PIECE]):
            yield part.replace(" ", "%s")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()

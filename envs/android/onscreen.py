"""The keyboard on the screen: whether it is shown, and where its Enter key can be. `uiautomator` does not tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envs.android.shell import Line, Shell, line, pipe, sequence

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the display, right and bottom beyond it."""

_QUESTION: Line = sequence(
    pipe(line("dumpsys", "input_method"), line("grep", "-E", "mInputShown=")),
    pipe(
        line("dumpsys", "window"),
        line("grep", "-E", r"Window #[0-9]+ Window|touchable region=|InsetsSource .*type=(ITYPE_IME|ime) "),
    ),
)
_SHOWN = re.compile(r"\bmInputShown=(?P<shown>true|false)")
_WINDOW = re.compile(r"Window #\d+ Window\{\S+ (?:u\d+ )?(?P<title>[^}]*)\}")
_REGION = re.compile(r"touchable region=SkRegion\((?P<parts>.*)\)")
_PART = re.compile(r"\((-?\d+),(-?\d+),(-?\d+),(-?\d+)\)")
# ITYPE_IME until Android 13. A source has a frame also while it is not visible.
_SOURCE = re.compile(
    r"InsetsSource .*\btype=(?:ITYPE_IME|ime) frame=\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\].*? visible=(?P<visible>\w+)"
)
_TALLEST = 0.75
"""Of the display: what is said to be taller is a window around the keyboard, with an app to be seen through it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keyboard that is shown. `sure` is whether its frame was told, and so hides whatever lies behind."""

    box: Box
    sure: bool

    def hide(self, x: int, y: int) -> bool:
        """Whether a touch goes to a key, whatever lies behind."""
        left, top, right, bottom = self.box
        return self.sure and left <= x < right and top <= y < bottom

    def may_send(self, x: int, y: int) -> bool:
        """Whether Enter, Send or Go may be there: in the quarter at the bottom right.

        Keyboards of all scripts have that key there, some of them over two rows, and with bars below it or a hand's
        width beside it. No letter to the left or in the upper rows is taken for it.
        """
        left, top, right, bottom = self.box
        return (left + right) / 2 <= x < right and (top + bottom) / 2 <= y < bottom


def ask_keys(shell: Shell, display: tuple[int, int]) -> Keys | None:
    """The keyboard on a display of that width and height, None when none is shown: one command. Raises EnvError."""
    return read_keys(shell.ask(_QUESTION).text, display)


def read_keys(text: str, display: tuple[int, int]) -> Keys | None:
    """The keyboard from lines of `dumpsys input_method` and `dumpsys window` of any Android version."""
    width, height = display
    told = _SHOWN.findall(text)
    sources = list(_SOURCE.finditer(text))
    shown = [one for one in sources if one["visible"] == "true"]
    frames = [box for box in ((int(one[1]), int(one[2]), int(one[3]), int(one[4])) for one in shown) if box[3] > box[1]]
    if "true" not in told and (told or not frames):
        return None
    region = _region(text)  # where there is one it is to the point: a keyboard that floats keeps no room for itself
    box = region or (frames[-1] if frames else None)
    if box is None:
        # Sources that are not visible: it is up without keys, as for typing with a real keyboard.
        return None if sources else Keys((0, height // 2, width, height), sure=False)
    return Keys(box, sure=box[3] - box[1] <= _TALLEST * height)


def _region(text: str) -> Box | None:
    """What of the input method's window takes touches."""
    title = ""
    for row in text.splitlines():
        window, region = _WINDOW.search(row), _REGION.search(row)
        if window is not None:
            title = window["title"]
        elif region is not None and title == "InputMethod":
            parts = [tuple(map(int, part)) for part in _PART.findall(region["parts"])]
            if parts:
                lefts, tops, rights, bottoms = zip(*parts, strict=True)
                return min(lefts), min(tops), max(rights), max(bottoms)
    return None

"""The actions of a browser, and the smaller sets that fit a mini page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from actions.point import Point
from actions.screen import Answer as Answer
from actions.screen import Click as Click
from actions.screen import Direction as Direction
from actions.screen import Done as Done
from actions.screen import Drag as Drag
from actions.screen import TypeSecret as TypeSecret
from actions.screen import TypeText as TypeText
from actions.screen import Wait as Wait
from actions.space import Action, ActionSpace, Within


@dataclass(frozen=True, slots=True)
class DoubleClick(Action, name="double_click"):
    """Double-click at a point."""

    point: Point


@dataclass(frozen=True, slots=True)
class RightClick(Action, name="right_click"):
    """Click the right mouse button at a point."""

    point: Point


@dataclass(frozen=True, slots=True)
class Hover(Action, name="hover"):
    """Move the mouse to a point without clicking."""

    point: Point


@dataclass(frozen=True, slots=True)
class Key(Action, name="key"):
    """Press a key, or several at once joined by +."""

    keys: Annotated[str, "such as Enter, Escape, ArrowDown, Control+a"]


@dataclass(frozen=True, slots=True)
class Scroll(Action, name="scroll"):
    """Scroll what is under a point, or in the middle of the screen."""

    direction: Direction
    amount: Annotated[int, Within(1, 50), "in tenths of the screen"] = 5
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Goto(Action, name="goto"):
    """Open an address in this tab."""

    url: str


@dataclass(frozen=True, slots=True)
class Back(Action, name="back"):
    """Go back to the page before."""


@dataclass(frozen=True, slots=True)
class Forward(Action, name="forward"):
    """Go forward again."""


@dataclass(frozen=True, slots=True)
class NewTab(Action, name="new_tab"):
    """Open a new tab and go to it."""

    url: Annotated[str | None, "what to open there"] = None


@dataclass(frozen=True, slots=True)
class SwitchTab(Action, name="switch_tab"):
    """Go to another tab."""

    tab: Annotated[int, Within(1, 100), "its number, counted from 1"]


@dataclass(frozen=True, slots=True)
class CloseTab(Action, name="close_tab"):
    """Close this tab."""


@dataclass(frozen=True, slots=True)
class SelectOption(Action, name="select_option"):
    """Choose an option of the drop-down list at a point; click the list first to be told its options."""

    point: Point
    option: Annotated[str, "the option as it is written"]


@dataclass(frozen=True, slots=True)
class UploadFile(Action, name="upload_file"):
    """Give a file to the page: to the file field at a point, or to the one that was just clicked."""

    file: Annotated[str, "a name in the folder of files that may be uploaded"]
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class AnswerDialog(Action, name="answer_dialog"):
    """Answer the question the page is asking (a dialog of its own, told in the text)."""

    accept: bool
    text: Annotated[str | None, "what to enter, if it asks for text"] = None


PointerAction = Click | DoubleClick | RightClick | Hover | Drag | Scroll
KeyboardAction = TypeText | TypeSecret | Key
TabAction = Goto | Back | Forward | NewTab | SwitchTab | CloseTab
FormAction = SelectOption | UploadFile | AnswerDialog
BrowserAction = PointerAction | KeyboardAction | TabAction | FormAction | Wait | Answer | Done


def browser_space(*, secrets: bool = False, uploads: bool = False) -> ActionSpace:
    """Everything a person can do in a browser; secrets and uploads only where there are any."""
    kinds: list[type[Action]] = [
        Click, DoubleClick, RightClick, Hover, Drag, TypeText, TypeSecret, Key, Scroll, Goto, Back, Forward,
        NewTab, SwitchTab, CloseTab, SelectOption, UploadFile, AnswerDialog, Wait, Answer, Done,
    ]  # fmt: skip
    if not secrets:
        kinds.remove(TypeSecret)
    if not uploads:
        kinds.remove(UploadFile)
    return ActionSpace(kinds)


def mini_page_space() -> ActionSpace:
    """What a page without a world around it needs: mouse, keyboard and lists (MiniWoB++)."""
    return ActionSpace([Click, DoubleClick, Hover, Drag, TypeText, Key, Scroll, SelectOption, Wait, Done])

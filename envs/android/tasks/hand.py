"""How an oracle uses the phone: it looks for things on the screen, taps, types and scrolls, one move at a time.

A method that ends in a move either returns the move that comes next, or None where nothing is left to do: so
`hand.fill(…) or hand.fill(…) or hand.tap("save")` fills a form and saves it, one move a call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a type among functions of that word
from typing import Any

from actions.android import Answer, ClearText, Click, Done, LongPress, OpenApp, Press, Swipe, TypeText
from actions.point import Point
from actions.space import Action

Move = tuple[str, Action]
"""A thought, as one could have it before the screen, and the action it leads to."""
Node = dict[str, Any]
"""A visible part of the screen, as `Screen.hierarchy` tells it."""

_UP, _DOWN = 5, 9
"""Swipes in which something not on the screen is looked for: first further down, then back up past the start."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The phone as an oracle finds it.

    Args:
        nodes: what is on the screen now.
        status: the app in front and the names of the apps, as `Screen.status` tells.
        state: the phone's document now; `before` is the episode's first.
        done: the actions of the episode so far.
        size: width and height of the display in pixels.
        by_icon: whether apps are opened by their icons where these are in sight.
    """

    nodes: Sequence[Node]
    status: dict[str, Any]
    state: dict[str, Any]
    before: dict[str, Any]
    done: Sequence[Action]
    size: tuple[int, int] = (1080, 2400)
    by_icon: bool = False

    # What there is.

    @property
    def app(self) -> str:
        """The short name of the app in front."""
        return str(self.status["package"]).rpartition(".")[2]

    @property
    def activity(self) -> str:
        return str(self.status["activity"]).removeprefix(".")

    def find(self, name: str) -> Node | None:
        """What has this id, the last part of its resource id."""
        return next((node for node in self.nodes if node["resource_id"].endswith(f":id/{name}")), None)

    def has(self, name: str) -> bool:
        return self.find(name) is not None

    def sees(self, text: str) -> bool:
        """Whether a text stands anywhere on the screen."""
        return any(text in node["text"] or text in node["content_desc"] for node in self.nodes)

    def words(self, name: str) -> str:
        """What something says; "" when it is not there."""
        node = self.find(name)
        return "" if node is None else f"{node['text']} {node['content_desc']}".strip()

    # Moves.

    def enter(self, app: str) -> Move | None:
        """Bring an app to the front."""
        if self.app == "permissioncontroller":
            return self.tap("permission_allow_button")
        if self.app == app:
            return None
        label = self.status["packages"][f"com.standin.{app}"]
        if self.by_icon and self.has(f"app_{app}"):
            return f"I tap the icon of {label}.", Click(self._middle(self.find(f"app_{app}")))
        return f"This needs the app {label}, so I open it.", OpenApp(label)

    def tap(self, name: str) -> Move:
        """Tap what has this id, after scrolling to it. Raises LookupError when it is nowhere."""
        node = self.find(name)
        if node is None:
            return self.scroll(name)
        return f"I tap {_call(node)}.", Click(self._middle(node))

    def hold(self, name: str) -> Move:
        """Press something for long. Raises LookupError when it is nowhere."""
        node = self.find(name)
        if node is None:
            return self.scroll(name)
        return f"I press {_call(node)} for a while.", LongPress(self._middle(node))

    def scroll(self, name: str) -> Move:
        """Look for something that is not on the screen."""
        page = next((node for node in self.nodes if node["scrollable"]), None)
        swipes = 0
        for action in reversed(self.done):
            if not isinstance(action, Swipe):
                break
            swipes += 1
        if page is None or swipes >= _UP + _DOWN:
            raise LookupError(f"{name} is nowhere in {self.app}/{self.activity}")
        left, top, right, bottom = page["bounds"]
        down = swipes >= _UP
        edge = top + 0.2 * (bottom - top) if down else bottom - 0.2 * (bottom - top)
        start = Point((left + right) / 2 / self.size[0], edge / self.size[1])
        return "What I look for must be further along, so I scroll.", Swipe("down" if down else "up", start)

    def fill(self, name: str, text: str) -> Move | None:
        """Make a field read exactly this."""
        node = self.find(name)
        if node is None:
            return self.scroll(name)
        if node["text"] == text:
            return None
        if not node["focused"]:
            return f"I tap the field {_call(node)}.", Click(self._middle(node))
        if node["text"]:
            return "The field must say something else, so I empty it.", ClearText()
        return f"I type “{text}”.", TypeText(text)

    def enter_key(self) -> Move:
        """Send off what was typed."""
        return "I press Enter to search.", Press("Enter")

    def back(self) -> Move:
        return "This is not the right page, so I go back.", Press("Back")

    def slide(self, name: str, to_end: bool) -> Move:
        """Set a slider to one of its ends."""
        node = self.find(name)
        if node is None:
            return self.scroll(name)
        left, top, right, bottom = node["bounds"]
        x = right - 4 if to_end else left + 4
        return f"I tap the {'right' if to_end else 'left'} end of {_call(node)}.", Click(
            self._at(x, (top + bottom) / 2)
        )

    def time(self, name: str, hour: int, minute: int) -> Move | None:
        """Choose a time by the clock face, or by typing it where the face has no such minute."""
        if not self.has("time_picker"):
            return None if f"{hour:02d}:{minute:02d}" in self.words(name) else self.tap(name)
        if self.has("time_hour_input"):
            typed = self.fill("time_hour_input", f"{hour:02d}") or self.fill("time_minute_input", f"{minute:02d}")
            return typed or self.tap("time_ok")
        if self.words("time_hour").split(" ")[0] != f"{hour:02d}":
            return self.tap(f"hour_{hour}" if self.has("hour_13") else "time_hour")
        if self.words("time_minute").split(" ")[0] != f"{minute:02d}":
            if minute % 5:
                return self.tap("time_mode")
            return self.tap(f"minute_{minute}" if self.has("minute_55") else "time_minute")
        return self.tap("time_ok")

    def month(self, date: str) -> Move | None:
        """Turn the pages of a calendar to a date's month; `day_DATE` is then on the screen."""
        days = [node["resource_id"].rpartition("day_")[2] for node in self.nodes if _DAY.search(node["resource_id"])]
        if not days or date in days:
            return None
        ahead = Date.fromisoformat(date) > Date.fromisoformat(days[0])
        return self.tap("next_month" if ahead else "previous_month")

    def date(self, name: str, date: str, now: str) -> Move | None:
        """Choose a date, "2026-03-05", in a field that holds another."""
        if not self.has("date_picker"):
            return None if date == now else self.tap(name)
        day = self.find(f"day_{date}")
        if day is not None and day["checked"]:
            return self.tap("date_ok")
        return self.month(date) or self.tap(f"day_{date}")

    def answer(self, text: str) -> Move:
        """Tell the answer."""
        return f"Now I know it: {text}.", Answer(text)

    def finish(self) -> Move:
        return "Everything that was asked for is done.", Done()

    def _middle(self, node: Node | None) -> Point:
        assert node is not None
        left, top, right, bottom = node["bounds"]
        return self._at((left + right) / 2, (top + bottom) / 2)

    def _at(self, x: float, y: float) -> Point:
        return Point(round(x / self.size[0], 4), round(y / self.size[1], 4))


_DAY = re.compile(r":id/day_\d{4}-\d\d-\d\d$")


def _call(node: Node) -> str:
    said = node["text"] or node["content_desc"] or node["hint"]
    name = node["resource_id"].rpartition("/")[2].replace("_", " ")
    return f"“{said.splitlines()[0][:60]}”" if said.strip() else f"the {name or 'screen'}"

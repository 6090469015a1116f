"""The seam between the stand-in's commands and what is on its screen."""

from __future__ import annotations

from typing import Any, Protocol

WIDTH, HEIGHT = 1080, 2400
"""Pixels of the display, upright."""
DENSITY = 3
"""Pixels a CSS pixel of the pages that draw it: 360 x 800 of them."""


class Screen(Protocol):
    """A phone's display, its touch panel and its buttons, and the software behind them. Used on one event loop.

    Coordinates are pixels of the display as it is turned now. What is asked of it is told in words of Android's:
    key codes by name (KEYCODE_BACK), packages and activities.
    """

    async def tap(self, x: int, y: int) -> None: ...

    async def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        """A finger goes from one point to another; without going anywhere it is a long press."""
        ...

    async def key(self, code: str) -> None: ...

    async def text(self, text: str) -> None:
        """What the keyboard, or an input method, commits to the field with the focus. Without a focus, nothing."""
        ...

    async def clear_text(self) -> None:
        """Empty the field with the focus."""
        ...

    async def screenshot(self) -> bytes:
        """A PNG of the display; all black for a protected window or a display that is off."""
        ...

    async def size(self) -> tuple[int, int]:
        """Width and height as it is turned now."""
        ...

    async def launch(self, package: str) -> bool:
        """Bring an app to the front; False when there is none of that package."""
        ...

    async def status(self) -> dict[str, Any]:
        """What dumpsys tells: {"package", "activity", "rotation" (0..3), "keyboard" (shown), "focused" (a field),
        "awake", "locked", "secure", "packages": {package: label}, "fields": {...}} and whatever else a command asks,
        such as "keyboard_frame" ([left, top, right, bottom])."""
        ...

    async def hierarchy(self) -> list[dict[str, Any]]:
        """The visible nodes for uiautomator: {"class", "text", "content_desc", "resource_id", "package", "bounds":
        [left, top, right, bottom], "clickable", "focused", "editable", "checked"} in reading order."""
        ...

    async def setting(self, namespace: str, name: str, value: str | None = None) -> str:
        """Read a setting (system, secure, global), or write it: "null" when there is none of that name."""
        ...

    async def state(self) -> dict[str, Any]:
        """The whole state of the phone and its apps: one JSON document."""
        ...

    async def load(self, state: dict[str, Any]) -> None:
        """Replace the state and go to the home screen."""
        ...

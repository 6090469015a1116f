"""A phone's screen without pictures: what was done to it is written down."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

PACKAGES = {"com.android.settings": "Settings", "com.example.notes": "Notes", "com.example.pay": "Pay"}
TEXT = 'a "b" <c> & é\n你好'
LAUNCHER = "com.android.launcher3"


class FakeScreen:
    """Satisfies `envs.android.standin.screen.Screen`. A tap in the upper half focuses a field, in the lower none."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.field = ""
        self.focused = False
        self.package = LAUNCHER
        self.rotation = 0
        self.awake = True
        self.closed = False
        self.settings: dict[str, dict[str, str]] = {"system": {}, "secure": {}, "global": {}}

    async def tap(self, x: int, y: int) -> None:
        self.done.append(("tap", x, y))
        self.focused = y < 1200

    async def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        self.done.append(("swipe", x1, y1, x2, y2, milliseconds))

    async def key(self, code: str) -> None:
        self.done.append(("key", code))
        if code == "KEYCODE_HOME":
            self.package = LAUNCHER

    async def text(self, text: str) -> None:
        self.done.append(("text", text))
        if self.focused:
            self.field += text

    async def clear_text(self) -> None:
        self.field = ""

    async def screenshot(self) -> bytes:
        held = io.BytesIO()
        width, height = await self.size()
        Image.new("RGB", (width, height), (10, 200, 30)).save(held, "PNG", compress_level=1)
        return held.getvalue()

    async def size(self) -> tuple[int, int]:
        return (2400, 1080) if self.rotation % 2 else (1080, 2400)

    async def launch(self, package: str) -> bool:
        if package not in PACKAGES:
            return False
        self.package = package
        return True

    async def status(self) -> dict[str, Any]:
        return {
            "package": self.package, "activity": ".MainActivity", "rotation": self.rotation, "keyboard": self.focused,
            "focused": "body" if self.focused else None, "awake": self.awake, "locked": False, "secure": False,
            "packages": PACKAGES, "fields": {"body": self.field}, "handlers": {"https": "com.example.notes"},
        }  # fmt: skip

    async def hierarchy(self) -> list[dict[str, Any]]:
        return [
            {"class": "android.widget.EditText", "text": TEXT, "content_desc": "", "resource_id": "body",
             "package": self.package, "bounds": [0, 100, 1080, 300], "clickable": True, "focused": self.focused,
             "editable": True, "checked": None},
            {"class": "android.widget.Switch", "text": "", "content_desc": "Wi-Fi", "resource_id": "wifi",
             "package": self.package, "bounds": [0, 300, 1080, 400], "clickable": True, "focused": False,
             "editable": False, "checked": True},
        ]  # fmt: skip

    async def setting(self, namespace: str, name: str, value: str | None = None) -> str:
        if value is not None:
            self.settings[namespace][name] = value
        return self.settings[namespace].get(name, "null")

    async def state(self) -> dict[str, Any]:
        return {"settings": self.settings}

    async def load(self, state: dict[str, Any]) -> None:
        self.settings = state["settings"]

    async def aclose(self) -> None:
        self.closed = True


def making(screen: FakeScreen) -> Callable[[], FakeScreen]:
    """A factory of this one."""
    return lambda: screen

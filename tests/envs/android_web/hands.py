"""A hand on the stand-in phone: finds what to tap in the hierarchy, as an oracle does."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from envs.android.standin.phone import Phone
from envs.android.standin.seed import default_state
from envs.browser import driver
from envs.browser.chromium import Launch

Node = dict[str, Any]


class Hands:
    """Synchronous: a phone of its own, on the process's browser."""

    def __init__(self) -> None:
        self._driver = driver.acquire()
        browser = self._driver.run(self._driver.browser(Launch(offline=True)))
        self.phone = Phone(browser)
        self._driver.run(self.phone.start())

    def close(self) -> None:
        self._driver.run(self.phone.close())
        driver.release(self._driver)

    def do(self, name: str, *arguments: Any, **named: Any) -> Any:
        """A method of the phone's."""
        return self._driver.run(getattr(self.phone, name)(*arguments, **named))

    def fresh(self, seed: int = 0, language: str = "en", moving: bool = False, **device: Any) -> None:
        """The seed's phone on its home screen; without animations unless `moving`."""
        state = default_state(seed, language)
        if not moving:
            state["device"]["animation"] = {"window": 0, "transition": 0, "animator": 0}
        state["device"].update(device)
        self.do("load", state)
        self.do("settle")

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.do("state"))

    @property
    def where(self) -> str:
        status = self.do("status")
        return f"{status['package'].removeprefix('com.standin.')}/{status['activity']}"

    @property
    def keyboard(self) -> bool:
        return bool(self.do("status")["keyboard"])

    def nodes(self) -> list[Node]:
        return list(self.do("hierarchy"))

    def texts(self) -> list[str]:
        return [node["text"] for node in self.nodes() if node["text"]]

    def find(self, name: str) -> Node | None:
        """The visible node whose resource id ends in the name, or whose text it is."""
        nodes = self.nodes()
        return next(
            (node for node in nodes if node["resource_id"].endswith(f":id/{name}")),
            next((node for node in nodes if node["text"] == name), None),
        )

    def see(self, name: str) -> Node:
        """The same, scrolled to when it is further down."""
        for _ in range(8):
            node = self.find(name)
            if node is not None:
                return node
            width, height = self.do("size")
            self.do("swipe", width // 2, int(height * 0.6), width // 2, int(height * 0.3), 400)
            self.settle()
        raise LookupError(f"{name} is not on {self.where}: {[node['resource_id'] for node in self.nodes()]}")

    def tap(self, *names: str) -> None:
        """Tap what is called so, one after another."""
        for name in names:
            self.tap_node(self.see(name))

    def tap_node(self, node: Node) -> None:
        left, top, right, bottom = node["bounds"]
        self.do("tap", (left + right) // 2, (top + bottom) // 2)
        self.settle()

    def hold(self, name: str) -> None:
        left, top, right, bottom = self.see(name)["bounds"]
        x, y = (left + right) // 2, (top + bottom) // 2
        self.do("swipe", x, y, x, y, 700)
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Into a field, in place of what is there."""
        self.tap(name)
        self.do("clear_text")
        self.do("text", text)
        self.settle()

    def keys(self, text: str) -> None:
        """By the soft keyboard."""
        for character in text:
            self.tap({" ": "keyboard:space"}.get(character, character).removeprefix("keyboard:"))

    def press(self, code: str) -> None:
        self.do("key", f"KEYCODE_{code}")
        self.settle()

    def open(self, app: str) -> None:
        assert self.do("launch", f"com.standin.{app}")
        self.settle()

    def settle(self) -> None:
        assert self.do("settle", toasts=False)

    def pixels(self) -> NDArray[np.uint8]:
        return np.asarray(Image.open(io.BytesIO(self.do("screenshot"))).convert("RGB"))

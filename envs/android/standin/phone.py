"""The stand-in phone's screen and software: a mobile Chromium page, behind the `Screen` that the ADB side uses."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import mimetypes
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar, cast

from PIL import Image
from playwright.async_api import Browser, BrowserContext, CDPSession, Error, Page, Route

from envs.android.standin.gestures import Finger
from envs.android.standin.screen import DENSITY, HEIGHT, WIDTH
from envs.android.standin.seed import default_state
from envs.base import EnvError

T = TypeVar("T")

WEB = Path(__file__).parent / "web"
_HOST = "http://phone.standin/"
"""Where the pages seem to come from: every request is answered from `WEB` or refused, none leaves."""
_ANSWER = 20.0  # seconds, before a page that does not answer counts as broken
_FRAME = "new Promise(resolve => requestAnimationFrame(() => resolve(true)))"


class Phone:
    """A `Screen` that is a page of `browser`. Use it on that browser's event loop; coordinates are display pixels.

    What is wrong in the page itself raises at the next call: it is a bug of ours, never a task's.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._session: CDPSession | None = None
        self._rotation = 0
        self._finger = Finger(self._send)
        self.errors: list[str] = []
        """Errors of the page's scripts and console."""
        self.refused: list[str] = []
        """Requests that were not for the phone's own files."""

    async def start(self, seed: int = 0, language: str = "en", state: dict[str, Any] | None = None) -> None:
        """Switch it on with a state, by default the seed's. Raises EnvError when the browser does not do it."""
        context = await self._bounded(
            self._browser.new_context(no_viewport=True, has_touch=True, service_workers="block")
        )
        self._context = context
        await context.route("**/*", self._serve)
        page = self._page = await self._bounded(context.new_page())
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        self._session = await self._bounded(context.new_cdp_session(page))
        await self._send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
        await self._turn_display(0)
        await self._bounded(page.goto(_HOST))
        await self._bounded(page.wait_for_function("window.phone !== undefined"))
        await self._bounded(page.evaluate("document.fonts.ready.then(() => true)"))
        await self.load(default_state(seed, language) if state is None else state)

    async def close(self) -> None:
        """Switch it off. Never raises."""
        context, self._context = self._context, None
        if context is not None:
            with contextlib.suppress(Error, TimeoutError):  # the browser may be gone, and the page with it
                await asyncio.wait_for(context.close(), 10)

    # What Screen asks.

    async def tap(self, x: int, y: int) -> None:
        await self._finger.tap(*self._css(x, y))
        await self._handled()

    async def swipe(self, x1: int, y1: int, x2: int, y2: int, milliseconds: int) -> None:
        await self._finger.swipe(self._css(x1, y1), self._css(x2, y2), milliseconds / 1000)
        await self._handled()

    async def key(self, code: str) -> None:
        """Press a key by its Android name; one that the phone has no use for does nothing."""
        await self._call("key", code)

    async def text(self, text: str) -> None:
        if text and await self._call("hasField"):
            await self._send("Input.insertText", {"text": text})
            await self._handled()

    async def clear_text(self) -> None:
        await self._call("clearText")

    async def screenshot(self) -> bytes:
        status = await self.status()
        width, height = await self.size()
        if status["secure"] or not status["awake"]:
            return _black(width, height)
        shot = await self._send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        return base64.b64decode(shot["data"])

    async def size(self) -> tuple[int, int]:
        return (HEIGHT, WIDTH) if self._rotation % 2 else (WIDTH, HEIGHT)

    async def launch(self, package: str) -> bool:
        return bool(await self._call("launch", package))

    async def status(self) -> dict[str, Any]:
        return cast(dict[str, Any], await self._call("status"))

    async def hierarchy(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], await self._call("hierarchy"))

    async def setting(self, namespace: str, name: str, value: str | None = None) -> str:
        answer = str(await self._call("setting", namespace, name, value))
        if value is not None and name == "user_rotation":
            await self._turn_display(int(await self._call("setting", "system", "user_rotation")))
        return answer

    async def state(self) -> dict[str, Any]:
        return cast(dict[str, Any], await self._call("state"))

    async def load(self, state: dict[str, Any]) -> None:
        await self._turn_display(int(state["device"]["rotation"]))
        await self._call("load", state)
        await self._handled()

    # What tests and faults ask.

    async def start_activity(self, package: str, activity: str, arguments: dict[str, Any] | None = None) -> bool:
        """What `am start -n package/.Activity` does; False when there is no such activity."""
        return bool(await self._call("start", package, activity, arguments or {}))

    async def rotate(self, rotation: int) -> None:
        """Turn the phone: 0 upright, 1 and 3 landscape, 2 upside down (which looks as 0)."""
        await self._turn_display(rotation % 4)
        await self._call("turn", rotation % 4)
        await self._handled()

    async def set_fault(self, name: str, value: bool | float) -> None:
        """Set secure (every window is protected) or spinner (no app ends loading), or animation: all three scales."""
        if name not in ("secure", "spinner", "animation"):
            raise ValueError(f"there is no fault {name!r}; there are secure, spinner and animation")
        await self._call("fault", name, value)

    async def advance(self, seconds: float) -> None:
        """Let time pass: the clock goes on, alarms ring, timers end, reminders come. It never moves by itself."""
        await self._call("advance", seconds)

    async def notify(
        self, package: str, title: str, text: str, activity: str = "", arguments: dict[str, Any] | None = None
    ) -> None:
        """Post an app's notification; a tap on it opens the activity."""
        note = {"package": package, "title": title, "text": text, "activity": activity, "args": arguments or {}}
        await self._call("notify", note)

    async def receive(self, name: str, phone: str, text: str) -> None:
        """A message arrives, with its notification."""
        await self._call("receive", {"name": name, "phone": phone, "text": text})

    async def settle(self, most: float = 8.0, toasts: bool = True) -> bool:
        """Wait until nothing moves and (with `toasts`) no toast is left; False when not so after `most` seconds."""
        return bool(await self._call("settle", 1000 * most, toasts, seconds=most + _ANSWER))

    # How.

    def _css(self, x: int, y: int) -> tuple[float, float]:
        return x / DENSITY, y / DENSITY

    async def _turn_display(self, rotation: int) -> None:
        self._rotation = rotation
        width, height = await self.size()
        metrics = {"width": width // DENSITY, "height": height // DENSITY, "deviceScaleFactor": DENSITY, "mobile": True}
        await self._send("Emulation.setDeviceMetricsOverride", metrics)

    async def _handled(self) -> None:
        """Wait for a frame: a tap's click comes after the answer to its touch event, and before the next frame."""
        await self._bounded(self._living.evaluate(_FRAME))

    async def _call(self, name: str, *arguments: Any, seconds: float = _ANSWER) -> Any:
        work = self._living.evaluate("([name, values]) => window.phone[name](...values)", [name, list(arguments)])
        answer = await self._bounded(work, seconds)
        if self.errors:
            raise RuntimeError(f"the stand-in's page is broken: {self.errors[0]}")
        return answer

    async def _send(self, method: str, parameters: dict[str, Any]) -> Any:
        if self._session is None:
            raise EnvError("the stand-in phone was not started")
        return await self._bounded(self._session.send(method, parameters))

    @property
    def _living(self) -> Page:
        if self._page is None or self._context is None:
            raise EnvError("the stand-in phone is off: start() it")
        return self._page

    async def _bounded(self, work: Awaitable[T], seconds: float = _ANSWER) -> T:
        """The browser's answer, or EnvError: a browser that hangs or went away is a broken world."""
        try:
            return await asyncio.wait_for(work, seconds)
        except TimeoutError as error:
            raise EnvError(f"the stand-in phone's browser did not answer within {seconds:.0f} s") from error
        except Error as error:
            raise EnvError(f"the stand-in phone's browser failed: {error.message.splitlines()[0][:300]}") from error

    async def _serve(self, route: Route) -> None:
        url = route.request.url
        name = url.removeprefix(_HOST).split("?")[0] or "index.html"
        file = (WEB / name).resolve()
        if not url.startswith(_HOST) or not file.is_relative_to(WEB.resolve()) or not file.is_file():
            self.refused.append(url)
            await route.abort()
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kind = "text/javascript" if file.suffix == ".js" else kind  # what a machine's tables say of it differs
        await route.fulfill(body=file.read_bytes(), content_type=f"{kind}; charset=utf-8")


def _black(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()

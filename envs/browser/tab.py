"""One tab: when it has settled, what it shows, and where on it a point is."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.async_api import CDPSession, Error, Page

from actions.point import Point
from envs.browser.options import BrowserOptions, size_of

_WORLD = "visuomotor"
_POLL = 0.02
_SHOT = 5.0
_STUCK = 1.0  # beyond its patience, before a page that does not even answer counts as hanging
SCRIPT = """(() => {
  // A caret that blinks would make two screenshots of one state differ.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { caret-animation: manual !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()"""
"""Run in every document before its own scripts."""

# Resolves once nothing changed for `quiet` ms, or after `most` ms; `steady` is whether nothing changed all the while.
# What is drawn by a script on a canvas, or plays in a video, changes unseen.
_SETTLE = """((quiet, most) => new Promise(resolve => {
  const start = performance.now();
  let last = start, frames = 0, ended = false, steady = true;
  const change = () => { last = performance.now(); frames = 0; steady = false; };
  // A page that moves from frame to frame is not quiet because the machine is too busy to draw the next one in time.
  const frame = () => { frames += 1; if (!ended) requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const roots = [];
  const watch = root => {
    roots.push(root);
    if (root.querySelector('canvas, video')) steady = false;
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) watch(element.shadowRoot);
      if (element.localName !== 'iframe' && element.localName !== 'frame') continue;
      let inner = null;
      try { inner = element.contentDocument; } catch { /* another site's */ }
      if (inner) watch(inner); else steady = false;
    }
  };
  watch(document);
  const seen = new MutationObserver(change);
  for (const root of roots) {
    seen.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    root.addEventListener('scroll', change, true);
  }
  const moving = animation => animation.playState === 'running'
    && Number.isFinite(Number(animation.effect?.getComputedTiming().endTime));
  const check = () => {
    const now = performance.now();
    if (document.readyState === 'loading' || roots.some(root => root.getAnimations().some(moving))) change();
    // What the page asked to do at the next frame is done before our own count of that frame.
    const drawn = frames >= (steady ? 1 : 2) || document.hidden || now - last >= 10 * quiet;
    const still = now - last >= quiet && drawn;
    if (still || now - start >= most) {
      ended = true;
      seen.disconnect();
      for (const root of roots) root.removeEventListener('scroll', change, true);
      const { offsetLeft, offsetTop, scale } = window.visualViewport;
      const title = document.title.slice(0, 1000);
      resolve({ quiet: still, steady, title, view: [offsetLeft, offsetTop, scale] });
    } else setTimeout(check, 8);
  };
  setTimeout(check, Math.min(quiet, 8));
}))"""


class HangError(Exception):
    """The page does not answer."""


@dataclass(frozen=True, slots=True)
class Calm:
    """How a page settled: whether it is quiet now, and whether it was from the moment it was asked."""

    quiet: bool
    steady: bool


@dataclass(frozen=True, slots=True)
class View:
    """What of the page a screenshot shows: its corner and size in CSS pixels."""

    left: float
    top: float
    width: float
    height: float

    def css(self, point: Point) -> tuple[float, float]:
        """Where mouse events for a point of the screenshot go. The bottom and right edges are still inside."""
        x, y = point.x * self.width, point.y * self.height
        return self.left + min(x, self.width - 0.5), self.top + min(y, self.height - 0.5)


class Tab:
    """A Playwright page with a devtools session of its own beside it."""

    def __init__(self, page: Page, session: CDPSession, frame: str, options: BrowserOptions) -> None:
        self.page = page
        self.frame = frame
        """The main frame's id."""
        self.view = View(0, 0, options.width, options.height)
        self.title = ""
        self.stopped = False
        """Whether its scripts had to be stopped once."""
        self._session = session
        self._options = options
        self._world: int | None = None
        self._shot: asyncio.Future[dict[str, Any]] | None = None
        self._crashed = asyncio.Event()
        page.on("crash", lambda _: self._crashed.set())

    @classmethod
    async def attach(cls, page: Page, options: BrowserOptions) -> Tab:
        session = await page.context.new_cdp_session(page)
        if options.mobile or options.scale != 1:
            # Emulation holds for the session that asked for it: without this, ours would see another screen.
            await session.send(
                "Emulation.setDeviceMetricsOverride",
                {
                    "width": options.width, "height": options.height,
                    "deviceScaleFactor": options.scale, "mobile": options.mobile,
                },
            )  # fmt: skip
        if options.mobile:
            await session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        tree = await session.send("Page.getFrameTree")
        return cls(page, session, tree["frameTree"]["frame"]["id"], options)

    @property
    def watched(self) -> bool:
        """Whether `settle` will watch from its first message on: not so on a page it has not met yet."""
        return self._world is not None

    async def settle(self, patience: float, loading: Callable[[], bool]) -> Calm:
        """Wait until layout and network are quiet, `patience` seconds at most.

        Raises HangError when the page does not answer at all.
        """
        deadline = time.monotonic() + patience
        first = self.watched
        while True:
            left = max(deadline - time.monotonic(), 0.01)
            most = 1000 * min(left, self._options.patience)
            found = await self._ask(f"{_SETTLE}({1000 * self._options.quiet}, {most})", left + _STUCK)
            if found is not None:
                self.title = found["title"]
                self._see(*found["view"])
            if found is not None and found["quiet"] and not loading():
                return Calm(quiet=True, steady=first and found["steady"])
            if time.monotonic() >= deadline:
                return Calm(quiet=False, steady=False)
            first = False
            await asyncio.sleep(_POLL)

    async def shoot(self) -> NDArray[np.uint8]:
        """The screenshot: uint8 RGB of the size the options say. Raises HangError, or Playwright's Error."""
        await self.idle()
        parameters = {"format": "png", "optimizeForSpeed": True}
        self._shot = asyncio.ensure_future(self._send("Page.captureScreenshot", parameters, _SHOT))
        answer = await asyncio.shield(self._shot)
        try:
            picture = Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")
        except (OSError, KeyError, binascii.Error) as error:
            raise HangError(f"the browser sent no picture ({error})") from error
        size = size_of(self._options)
        if picture.size != size:  # an emulated viewport may round a pixel off
            picture = picture.resize(size)
        return np.asarray(picture)

    async def idle(self) -> None:
        """Wait for a screenshot that is being taken, whether anybody still wants it or not.

        While Chromium takes one it changes what it emulates, and puts it back after: two at once put back the wrong
        thing, and a click meanwhile lands elsewhere.
        """
        if self._shot is not None:
            await asyncio.wait({self._shot})
            if not self._shot.cancelled():
                self._shot.exception()  # whoever waited for it has been told

    async def stop_loading(self) -> None:
        """Give up what is still on its way."""
        await self._send("Page.stopLoading", {}, _SHOT)

    async def stop_scripts(self) -> None:
        """End whatever script is running in the page. Raises HangError when even that does not help."""
        await self._send("Runtime.terminateExecution", {}, _SHOT)

    async def reaches(self, steps: int) -> bool:
        """Whether the history holds a page so many steps away. The empty page a tab starts with is none."""
        history = await self._send("Page.getNavigationHistory", {}, _SHOT)
        place = history["currentIndex"] + steps
        entries = history["entries"]
        return 0 <= place < len(entries) and not (place == 0 and entries[0]["url"] == "about:blank")

    async def detach(self) -> None:
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self._session.detach(), 2)

    def _see(self, left: float, top: float, zoom: float) -> None:
        # A desktop page does not zoom, and its scrollbars are no loss of view.
        zoom = zoom if self._options.mobile else 1.0
        self.view = View(left, top, self._options.width / zoom, self._options.height / zoom)

    async def _ask(self, expression: str, seconds: float) -> Any:
        """What an expression comes to in our own script world; None when the page went away under it."""
        try:
            if self._world is None:
                made = await self._send("Page.createIsolatedWorld", {"frameId": self.frame, "worldName": _WORLD}, 5)
                self._world = made["executionContextId"]
            answer = await self._send(
                "Runtime.evaluate",
                {
                    "expression": expression, "contextId": self._world,
                    "awaitPromise": True, "returnByValue": True,
                },
                seconds,
            )  # fmt: skip
        except Error as error:
            if "crashed" in error.message or self.page.is_closed():
                raise
            self._world = None  # it went with the page it belonged to
            return None
        return answer.get("result", {}).get("value")

    async def _send(self, method: str, parameters: dict[str, Any], seconds: float) -> dict[str, Any]:
        sent = asyncio.ensure_future(self._session.send(method, parameters))
        crash = asyncio.ensure_future(self._crashed.wait())  # to a crashed page's session there is never an answer
        try:
            await asyncio.wait({sent, crash}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if sent.done():
                return dict(sent.result())
            if crash.done():
                raise Error("the page crashed")
            raise HangError(f"{method} was not answered within {seconds:.0f} s")
        finally:
            sent.cancel()
            crash.cancel()

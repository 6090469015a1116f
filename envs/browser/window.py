"""The tabs of one episode, and what pages do on their own: dialogs, popups, downloads, choosers, crashes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path, PurePath
from typing import Any, TypeVar

from playwright.async_api import (
    BrowserContext,
    CDPSession,
    Dialog,
    Download,
    Error,
    FileChooser,
    Frame,
    Page,
    Request,
    Response,
)

from actions.call import ActionError
from envs.base import EnvError
from envs.browser.downloads import reserve
from envs.browser.failures import explain, host, reason
from envs.browser.options import BrowserOptions
from envs.browser.tab import HangError, Tab
from envs.notices import Notices

T = TypeVar("T")

MOST_TABS = 10
MOST_DIALOGS = 200
"""Alerts a page may open in one step before it is closed."""
ACT = 10.0
"""Seconds one click or key may take: longer means that the page hangs."""
_LONG_POLL = 2.0
"""Seconds after which an open request no longer counts as the page still loading."""
_BINDING = "__visuomotorAsked"
# Nothing is granted and nobody is there to ask, so a page that waits for an answer would be a riddle to the model.
_PERMISSIONS = """(() => {
  const tell = what => { try { window.BINDING(what); } catch { /* not in this frame */ } };
  const wrap = (owner, name, what) => {
    if (!owner || typeof owner[name] !== 'function') return;
    const real = owner[name];
    owner[name] = function (...rest) { tell(what); return real.apply(this, rest); };
  };
  wrap(navigator.geolocation, 'getCurrentPosition', 'location');
  wrap(navigator.geolocation, 'watchPosition', 'location');
  wrap(navigator.mediaDevices, 'getUserMedia', 'camera');
  wrap(navigator.mediaDevices, 'getDisplayMedia', 'screen');
  wrap(window.Notification, 'requestPermission', 'notifications');
})()""".replace("BINDING", _BINDING)
_WORDS = {
    "location": "to know the location",
    "camera": "for the camera or microphone",
    "screen": "to record the screen",
    "notifications": "to show notifications",
}


class Window:
    """One browser context with its tabs, oldest first.

    Args:
        refusal: why a page may not be visited, or None; None of it all when nothing is judged.
    """

    def __init__(
        self,
        context: BrowserContext,
        options: BrowserOptions,
        notices: Notices,
        refusal: Callable[[str], str | None] | None = None,
    ) -> None:
        self.tabs: list[Tab] = []
        self.question: Dialog | None = None
        self.chooser: FileChooser | None = None
        self._context = context
        self._options = options
        self._notices = notices
        self._refusal = refusal
        self._current: Tab | None = None
        self._asked = asyncio.Event()
        self._attaching: dict[Page, asyncio.Future[Tab]] = {}
        self._waiting: set[asyncio.Future[Any]] = set()
        self._tasks: set[asyncio.Future[Any]] = set()
        self._judge: CDPSession | None = None
        self._coming = 0
        self._expected: dict[str, float] = {}
        self._loading: dict[Request, float] = {}
        self._dialogs = 0

    async def open(self) -> None:
        """Listen, and have one empty tab."""
        context = self._context
        context.on("dialog", self._on_dialog)
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)
        if self._refusal is not None:
            await context.expose_binding(_BINDING, lambda source, what: self._on_permission(what))
            await context.add_init_script(_PERMISSIONS)
            await self._watch()
        context.on("page", self._on_page)
        for page in context.pages:
            await self._adopt(page)
        await self.tab()

    async def close(self) -> None:
        for future in (*self._waiting, *self._tasks):
            future.cancel()
        if self.question is not None:
            with contextlib.suppress(Error):
                await self.question.dismiss()
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self._context.close(), 10)
        if self._judge is not None:
            with contextlib.suppress(Error, TimeoutError):
                await asyncio.wait_for(self._judge.detach(), 5)

    async def tab(self) -> Tab:
        """The tab in front; a new one if the last was closed."""
        if self._current is None or self._current.page.is_closed():
            if not self.tabs:
                await self._adopt(await self._context.new_page())
            self._current = self.tabs[-1]
        return self._current

    @property
    def front(self) -> Tab | None:
        """The tab in front, if there is one."""
        return self._current

    @property
    def number(self) -> int:
        """The number of the tab in front, from 1."""
        return 1 + self.tabs.index(self._current) if self._current in self.tabs else 0

    async def new(self) -> Tab:
        """A new empty tab, in front. Raises ActionError when there are too many."""
        if len(self.tabs) >= MOST_TABS:
            raise ActionError(f"new_tab: there are {MOST_TABS} tabs; close one first.")
        page = await self._context.new_page()
        await self._adopt(page)
        return await self.tab()

    async def show(self, tab: Tab) -> None:
        self._current = tab
        await tab.page.bring_to_front()

    async def drop(self, tab: Tab) -> None:
        """Close a tab; the newest that is left comes to the front."""
        self._forget(tab)
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(tab.page.close(), 5)
            if self._current is not None:
                await asyncio.wait_for(self._current.page.bring_to_front(), 5)

    async def attempt(self, work: Awaitable[Any], seconds: float = ACT) -> None:
        """Do what a person does, until it is done or the page asks a question, which must be answered first.

        Raises HangError when the page takes neither, and Playwright's Error when it refuses.
        """
        self._dialogs = 0
        self._asked.clear()
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        await asyncio.wait({task, asked}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if task.done():
            task.result()
        elif self.question is not None:
            self._waiting.add(task)  # goes on once the question is answered
            task.add_done_callback(self._done)
        else:
            task.cancel()
            raise HangError("the page does not take mouse or keyboard")

    async def unless_asked(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of some work, or None, the work given up, when the page asks a question meanwhile."""
        if self.question is not None:
            work.close()
            return None
        self._asked.clear()
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            asked.cancel()
            task.cancel()

    async def answer(self, accept: bool, text: str | None) -> None:
        """Answer the open question."""
        question, self.question = self.question, None
        if question is None:
            raise EnvError("there is no question to answer")
        entered = question.default_value if text is None else text
        await (question.accept(entered) if accept else question.dismiss())
        if self._waiting:
            self._asked.clear()
            asked = asyncio.ensure_future(self._asked.wait())
            await asyncio.wait({*self._waiting, asked}, timeout=ACT, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()

    def loading(self, tab: Tab) -> bool:
        """Whether the tab still fetches what it needs; long polls do not count."""
        now = time.monotonic()
        if any(started > now - self._options.patience for started in self._expected.values()):
            return True
        late = now - _LONG_POLL
        return self.navigating(tab) or any(
            started > late and _page_of(request) is tab.page for request, started in self._loading.items()
        )

    def navigating(self, tab: Tab) -> bool:
        """Whether the tab is on its way to another page."""
        late = time.monotonic() - self._options.load
        return any(
            started > late and request.is_navigation_request() and request.frame == tab.page.main_frame
            for request, started in self._loading.items()
            if _page_of(request) is tab.page
        )

    def _done(self, task: asyncio.Future[Any]) -> None:
        self._waiting.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._notices.say(f"The action could not be finished: {reason(task.exception())}.")

    def _forget(self, tab: Tab) -> None:
        if tab not in self.tabs:
            return
        if self.chooser is not None and self.chooser.page is tab.page:
            self.chooser = None
        self.tabs.remove(tab)
        for request in [request for request in self._loading if _page_of(request) is tab.page]:
            del self._loading[request]
        if self._current is tab:
            self._current = self.tabs[-1] if self.tabs else None

    async def _adopt(self, page: Page) -> Tab | None:
        """Take a page as a tab, in front of the others."""
        known = next((tab for tab in self.tabs if tab.page is page), None)
        if known is not None or page.is_closed():
            return known
        # A page that is opened here is also told of by an event, and must not become two tabs.
        attaching = self._attaching.get(page)
        if attaching is not None:
            return await asyncio.shield(attaching)
        self._attaching[page] = attaching = asyncio.ensure_future(Tab.attach(page, self._options))
        try:
            tab = await attaching
        finally:
            del self._attaching[page]
        self._expected.pop(tab.frame, None)
        self.tabs.append(tab)
        self._current = tab
        page.on("close", lambda _: self._on_close(tab))
        page.on("download", self._on_download)
        page.on("filechooser", self._on_chooser)
        if self._refusal is not None:
            page.on("framenavigated", lambda frame: self._on_navigated(tab, frame))
            self._on_navigated(tab, page.main_frame)
        return tab

    async def _watch(self) -> None:
        """Ask about every page that a tab is sent to, redirects included, before the request is made.

        A tab's own session would come too late for the first page of a new tab, so this is the browser's. It sees all
        of its contexts: a browser whose pages are judged is one env's alone.
        """
        browser = self._context.browser
        if browser is None:
            raise EnvError("this browser's pages cannot be watched")
        self._judge = await browser.new_browser_cdp_session()
        self._judge.on("Fetch.requestPaused", lambda event: self._begin(self._decide(event)))
        await self._judge.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})

    async def _decide(self, event: dict[str, Any]) -> None:
        assert self._judge is not None
        assert self._refusal is not None
        request, frame = {"requestId": event["requestId"]}, event["frameId"]
        why = self._refusal(event["request"]["url"])
        known = any(tab.frame == frame for tab in self.tabs)
        with contextlib.suppress(Error):  # the tab may be gone by now
            if not known and not await self._is_page(frame):
                await self._judge.send("Fetch.continueRequest", request)
                return
            if why is None:
                if not known:  # it is shown when its first page has answered
                    self._expected[frame] = time.monotonic()
                await self._judge.send("Fetch.continueRequest", request)
                return
            self._notices.say(why)
            await self._judge.send("Fetch.failRequest", request | {"errorReason": "Aborted"})
            if not known:  # a new tab that would show nothing
                await self._judge.send("Target.closeTarget", {"targetId": frame})

    async def _is_page(self, frame: str) -> bool:
        """Whether a frame is a tab's outermost, whose id is also the tab's."""
        assert self._judge is not None
        try:
            answer = await self._judge.send("Target.getTargetInfo", {"targetId": frame})
        except Error:
            return False
        return bool(answer["targetInfo"]["type"] == "page")

    async def _on_page(self, page: Page) -> None:
        if any(tab.page is page for tab in self.tabs):
            return
        if not page.url:  # opened for a download, or for a page that was refused: it would never show anything
            self._expected.clear()
            with contextlib.suppress(Error):
                await page.close()
            return
        if len(self.tabs) + self._coming >= MOST_TABS:
            self._notices.say(f"The page tried to open more than {MOST_TABS} tabs; the new one was closed.")
            with contextlib.suppress(Error):
                await page.close()
            return
        self._coming += 1
        try:
            opener = await page.opener()
            tab = await self._adopt(page)
        except Error:  # gone before it could be looked at
            return
        finally:
            self._coming -= 1
        if opener is not None and tab is not None and tab in self.tabs:
            number = 1 + self.tabs.index(tab)
            self._notices.say(f"The page opened a new tab, which is now in front: tab {number}.")

    def _on_close(self, tab: Tab) -> None:
        if tab in self.tabs:
            self._forget(tab)
            self._notices.say("The page closed its tab.")

    def _on_navigated(self, tab: Tab, frame: Frame) -> None:
        if frame.parent_frame is not None or self._refusal is None or frame.url.startswith("chrome-error:"):
            return
        why = self._refusal(frame.url) if frame.url else None
        if why is not None:  # it came some way that was not judged, such as a popup's first page
            self._notices.say(why)
            self._begin(self._leave(tab))

    async def _leave(self, tab: Tab) -> None:
        with contextlib.suppress(Error):
            await tab.page.goto("about:blank")

    async def _on_dialog(self, dialog: Dialog) -> None:
        self._dialogs += 1
        message = self._notices.quote(dialog.message, 200)
        if self._dialogs > MOST_DIALOGS:
            self._notices.say(f"The page opened more than {MOST_DIALOGS} dialogs; it was closed.")
            page = dialog.page
            with contextlib.suppress(Error):
                await dialog.dismiss()
            for tab in [tab for tab in self.tabs if tab.page is page]:
                self._begin(self.drop(tab))
        elif dialog.type == "alert":
            self._notices.say(f"The page showed a message, which was closed: “{message}”")
            with contextlib.suppress(Error):
                await dialog.accept()
        elif self.question is not None:
            with contextlib.suppress(Error):
                await dialog.dismiss()
        else:
            self.question = dialog
            self._asked.set()

    async def _on_download(self, download: Download) -> None:
        name = self._notices.quote(PurePath(download.suggested_filename).name, 100) or "a file"
        if not self._options.downloads:
            self._notices.say(f"The page tried to download “{name}”; downloads are not allowed.")
            with contextlib.suppress(Error):
                await download.cancel()
            return
        path = reserve(Path(self._options.downloads), name)
        try:
            await download.save_as(path)
            self._notices.say(f"“{path.name}” was downloaded.")
        except Error as error:
            path.unlink(missing_ok=True)
            self._notices.say(f"The download of “{name}” failed: {reason(error)}.")

    def _on_chooser(self, chooser: FileChooser) -> None:
        self.chooser = chooser
        what = "Call upload_file, or go on without." if self._options.uploads else "No files may be uploaded."
        self._notices.say(f"The page asks for a file. {what}")

    def _on_permission(self, what: object) -> None:
        if isinstance(what, str) and what in _WORDS:
            self._notices.say(f"The page asked for permission {_WORDS[what]}; it was not given.")

    def _on_request(self, request: Request) -> None:
        if request.resource_type not in ("websocket", "eventsource", "media", "ping"):
            self._loading[request] = time.monotonic()

    def _on_finished(self, request: Request) -> None:
        self._loading.pop(request, None)

    def _on_failed(self, request: Request) -> None:
        self._loading.pop(request, None)
        failure = request.failure or ""
        if request.is_navigation_request() and "ERR_ABORTED" not in failure:
            self._notices.say(f"{self._notices.quote(host(request.url), 100)} could not be opened: {explain(failure)}.")

    def _on_response(self, response: Response) -> None:
        if response.status == 401 and response.request.is_navigation_request():
            where = self._notices.quote(host(response.url), 100)
            self._notices.say(
                f"{where} asks for a user name and a password before it shows the page; none that it takes was given."
            )

    def _begin(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _page_of(request: Request) -> Page | None:
    try:
        return request.frame.page
    except Error:  # a service worker's, or of a frame that is not there yet
        return None

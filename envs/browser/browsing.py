"""One episode in a browser: opens it, acts, looks, and puts right what pages and processes do wrong."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import BrowserContext, Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from actions.browser import (
    Answer,
    AnswerDialog,
    Back,
    BrowserAction,
    Click,
    CloseTab,
    Done,
    DoubleClick,
    Drag,
    Forward,
    Goto,
    Hover,
    Key,
    NewTab,
    RightClick,
    Scroll,
    SelectOption,
    SwitchTab,
    TypeSecret,
    TypeText,
    UploadFile,
    Wait,
)
from actions.call import ActionError
from envs.base import EnvError
from envs.browser import mask
from envs.browser.failures import explain, host, reason
from envs.browser.hands import Hands, allowed_file
from envs.browser.options import BrowserOptions, size_of
from envs.browser.tab import SCRIPT, HangError, Tab, View
from envs.browser.window import ACT, Window
from envs.notices import Notices, plain
from envs.vault import Vault

T = TypeVar("T")

_ON_SCREEN = (
    Click, DoubleClick, RightClick, Hover, Drag, Scroll, TypeText, TypeSecret, Key, SelectOption, UploadFile,
)  # fmt: skip
"""Actions that are meant for what the last screenshot showed."""

_RECOVERIES = 3
_KEY = 0.02
"""Seconds a typed character may take."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen now. `image` is uint8 RGB of the size the options say."""

    image: NDArray[np.uint8]
    lines: list[str]
    url: str
    title: str
    tab: int
    tabs: int
    settled: bool
    seconds: dict[str, float] = field(default_factory=dict)
    """What it took: settle, shot."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture, whether the page was quiet for it, and the seconds until it was and then until it was there."""

    image: NDArray[np.uint8]
    quiet: bool
    settle: float
    shot: float


class Browsing:
    """An episode in a browser context of its own.

    Args:
        refusal: why a page may not be visited, or None for it may; nothing is judged when left out.
        scripts: run in every document before its own.
    """

    def __init__(
        self,
        context: BrowserContext,
        options: BrowserOptions,
        vault: Vault,
        refusal: Callable[[str], str | None] | None = None,
        scripts: Sequence[str] = (),
    ) -> None:
        self.notices = Notices(vault.redact)
        self._refusal = None if refusal is None else _without_secrets(refusal, vault)
        self.window = Window(context, options, self.notices, self._refusal)
        self._context = context
        self._options = options
        self._vault = vault
        self._scripts = (SCRIPT, *scripts)
        # What may be on a page although this episode did not type it yet.
        self._typed = set(vault.labels) if options.profile else {options.http_secret} - {""}
        self._shown: Tab | None = None
        self._last = np.zeros((*reversed(size_of(options)), 3), np.uint8)

    @property
    def view(self) -> View:
        """What the last screenshot showed."""
        tab = self.window.front
        return View(0, 0, self._options.width, self._options.height) if tab is None else tab.view

    @property
    def host(self) -> str:
        """The host of the page in front."""
        tab = self.window.front
        return "" if tab is None else host(tab.page.url)

    async def open(self, url: str) -> None:
        """Start at a page. Raises EnvError when it cannot be opened."""
        for script in self._scripts:
            await self._context.add_init_script(script)
        await self.window.open()
        tab = await self.window.tab()
        try:
            loading = tab.page.goto(url, wait_until="domcontentloaded", timeout=1000 * self._options.load)
            await self.window.attempt(loading, self._options.load + 5)
        except (PlaywrightTimeout, HangError) as error:
            if tab.page.url == "about:blank":
                raise EnvError(f"{url} did not answer within {self._options.load:g} s") from error
            with contextlib.suppress(HangError):
                await tab.stop_loading()
            self.notices.say(f"The page did not load within {self._options.load:g} s; what has come is shown.")
        except Error as error:
            raise EnvError(f"{url} cannot be opened: {explain(reason(error))}") from error

    async def close(self) -> None:
        await self.window.close()

    async def act(self, action: BrowserAction) -> None:
        """Carry out an action. What goes wrong is told in the next `look`; a dead browser raises EnvError."""
        if self.window.question is not None and not isinstance(action, AnswerDialog | Done | Answer):
            self.notices.say("Nothing was done: the page's question has to be answered first, with answer_dialog.")
            return
        tab = await self._alive()
        if self._shown not in (None, tab) and isinstance(action, _ON_SCREEN):
            self.notices.say("Nothing was done: another tab has come to the front since the last screenshot.")
            return
        try:
            await self._carry_out(tab, action)
        except ActionError as error:
            self.notices.say(str(error))
        except HangError:
            await self._unhang(tab)
        except PlaywrightTimeout:
            self.notices.say("This took too long and was given up.")
        except Error as error:
            await self._recover(tab, error)

    async def look(self) -> Sight:
        """Wait until the page is quiet, within bounds, and look at it. Raises EnvError for a dead browser."""
        seen: _Seen | None = None
        for _ in range(_RECOVERIES):
            tab = await self._alive()
            try:
                seen = await self._unless_asked(self._watch(tab))
                if seen is None or self.window.front is tab:
                    break
                seen = None  # another tab has come to the front meanwhile
            except HangError:
                await self._unhang(tab)
            except Error as error:
                await self._recover(tab, error)
        if seen is not None:
            self._last = seen.image
        return await self._sight(seen)

    async def _watch(self, tab: Tab) -> _Seen:
        """Settle, and take the picture meanwhile: it holds if nothing changed while the page was watched."""
        started = time.monotonic()
        patience = self._options.load if self.window.navigating(tab) else self._options.patience
        watching = asyncio.ensure_future(tab.settle(patience, lambda: self.window.loading(tab)))
        # Where a secret may have to be blackened, the picture is taken between two looks for it.
        early = asyncio.ensure_future(self._picture(tab)) if tab.watched and not self._typed else None
        if early is not None:  # one that is not wanted may fail unheard
            early.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            calm = await watching
            settled = time.monotonic()
            image = await (early if early is not None and calm.steady else self._shoot(tab))
        finally:
            watching.cancel()
            if early is not None:
                early.cancel()
        return _Seen(image, calm.quiet, settled - started, time.monotonic() - settled)

    async def _picture(self, tab: Tab) -> NDArray[np.uint8]:
        await asyncio.sleep(0)  # the watcher's message goes first: no change may fall between the two
        return await tab.shoot()

    async def _sight(self, seen: _Seen | None) -> Sight:
        self._shown = tab = await self._alive()
        question, quote = self.window.question, self.notices.quote
        if question is not None:
            default = f" (with “{quote(question.default_value, 100)}” filled in)" if question.default_value else ""
            self.notices.say(
                f"The page asks ({question.type}): “{quote(question.message, 200)}”{default} "
                "The screen stays as it was until it is answered with answer_dialog."
            )
        elif seen is None or not seen.quiet:
            self.notices.say("The page is still changing.")
        return Sight(
            image=self._last.copy(),
            lines=self.notices.take(),
            url=self._vault.redact(tab.page.url),
            title=quote(tab.title, 200),
            tab=self.window.number,
            tabs=len(self.window.tabs),
            settled=seen is not None and seen.quiet,
            seconds={"settle": round(seen.settle, 4), "shot": round(seen.shot, 4)} if seen is not None else {},
        )

    async def _shoot(self, tab: Tab) -> NDArray[np.uint8]:
        secrets = [value for label in self._typed if (value := self._vault.value(label)) is not None]
        places = await mask.find(tab, secrets)
        image = await tab.shoot()
        if secrets:
            places += await mask.find(tab, secrets)  # the page may have moved while it was taken
        return mask.black_out(image, places, tab.view)

    async def _carry_out(self, tab: Tab, action: BrowserAction) -> None:
        await tab.idle()
        hands = Hands(tab.page, tab.view, self.notices, touch=self._options.mobile, refusal=self._refusal)
        window = self.window
        match action:
            case Click() | DoubleClick() | RightClick() | Hover() | Drag() | Scroll():
                await window.attempt(hands.point(action))
            case TypeText():
                await window.attempt(hands.type(action), ACT + len(action.text) * _KEY)
            case TypeSecret(label):
                self._typed.add(label)  # before, for a part of it may be typed when something goes wrong
                await window.attempt(hands.type_secret(action, self._vault))
            case Key():
                await window.attempt(hands.press(action))
            case SelectOption():
                await window.attempt(hands.select(action))
            case UploadFile():
                await self._upload(hands, action)
            case AnswerDialog(accept, text):
                if window.question is None:
                    raise ActionError("answer_dialog: the page asks nothing.")
                await window.answer(accept, text)
            case Goto(url):
                await self._go(tab, url)
            case Back() | Forward():
                await self._step_history(tab, action)
            case NewTab(url):
                self._address(url)  # one that is refused opens no tab
                await self._go(await window.new(), url)
            case SwitchTab(number):
                if number > len(window.tabs):
                    raise ActionError(f"switch_tab: there are only {len(window.tabs)} tabs.")
                await window.show(window.tabs[number - 1])
            case CloseTab():
                await window.drop(tab)
            case Wait(seconds):
                await self._unless_asked(asyncio.sleep(seconds))
            case Answer() | Done():
                pass
            case _:
                assert_never(action)

    async def _go(self, tab: Tab, url: str | None) -> None:
        address = self._address(url)
        if not address:
            return
        load = 1000 * self._options.load
        try:
            await self.window.attempt(
                tab.page.goto(address, wait_until="domcontentloaded", timeout=load), self._options.load + 5
            )
        except PlaywrightTimeout:
            await tab.stop_loading()
            self.notices.say(f"{host(address)} did not load within {self._options.load:g} s; what has come is shown.")
        except Error as error:
            # Both are told elsewhere: where the request fails, and where the download begins.
            if "net::" not in error.message and "Download is starting" not in error.message:
                raise

    def _address(self, url: str | None) -> str:
        """The address that is meant, if one is. Raises ActionError for one that may not be visited."""
        bare = (url or "").strip()
        if not bare:
            return ""
        address = bare if "://" in bare or bare.startswith("about:") else f"https://{bare}"
        why = self._refusal(address) if self._refusal is not None else None
        if why is not None:
            raise ActionError(why)
        return address

    async def _step_history(self, tab: Tab, action: Back | Forward) -> None:
        load = 1000 * self._options.load
        if not await tab.reaches(-1 if isinstance(action, Back) else 1):
            raise ActionError(f"There is no page to go {action.name} to.")
        if isinstance(action, Back):
            await self.window.attempt(tab.page.go_back(wait_until="commit", timeout=load), self._options.load + 5)
        else:
            await self.window.attempt(tab.page.go_forward(wait_until="commit", timeout=load), self._options.load + 5)

    async def _upload(self, hands: Hands, action: UploadFile) -> None:
        folder = Path(self._options.uploads)
        chooser = self.window.chooser
        front = self.window.front
        if chooser is not None and action.point is None and front is not None and chooser.page is front.page:
            path = allowed_file(folder, action.file)
            self.window.chooser = None  # a name that is none leaves it open
            await self.window.attempt(chooser.set_files(path, timeout=5000))
        else:
            await self.window.attempt(hands.upload(action, folder))

    async def _unless_asked(self, work: Coroutine[Any, Any, T]) -> T | None:
        return await self.window.unless_asked(work)

    async def _alive(self) -> Tab:
        try:
            return await self.window.tab()
        except Error as error:
            raise EnvError(f"the browser ended unexpectedly ({reason(error)})") from error

    async def _recover(self, tab: Tab, error: Error) -> None:
        """Put right what can be, and tell it; a browser that is gone raises EnvError."""
        browser = self._context.browser
        if (browser is not None and not browser.is_connected()) or "Connection closed" in error.message:
            raise EnvError("the browser ended unexpectedly (killed, or out of memory)") from error
        if "crashed" in error.message.lower():
            self.notices.say(f"The page crashed ({plain(host(tab.page.url), 100)}); its tab was closed.")
            await self.window.drop(tab)
        elif tab.page.is_closed() or "browser has been closed" in error.message:
            await self.window.drop(tab)  # where nothing answers any more, the next tab cannot be opened: EnvError
        else:
            self.notices.say(f"The action could not be done: {reason(error)}.")

    async def _unhang(self, tab: Tab) -> None:
        """End a script that does not end; if the page still does not answer, close it."""
        if not tab.stopped:
            tab.stopped = True
            with contextlib.suppress(HangError, Error, TimeoutError):
                await tab.stop_scripts()
                await asyncio.wait_for(Hands.let_go(tab.page), 2)
                self.notices.say("The page did not answer; the script that held it up was stopped.")
                return
        self.notices.say("The page did not answer; its tab was closed.")
        await self.window.drop(tab)


def _without_secrets(refusal: Callable[[str], str | None], vault: Vault) -> Callable[[str], str | None]:
    """A refusal whose sentence quotes no secret that the address holds, not even a part of one."""

    def judge(url: str) -> str | None:
        why, shown = refusal(url), vault.redact(url)
        return why if why is None or shown == url else refusal(shown) or "The address may not be visited."

    return judge

"""What an action would bring about beyond looking: the kinds of things a person may want to be asked about first."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Error, Locator

from actions.browser import AnswerDialog, Click, DoubleClick, Drag, Goto, Key, NewTab, TypeText, UploadFile
from actions.point import Point
from actions.space import Action
from envs.base import Intent
from envs.browser import at
from envs.browser.browsing import Browsing
from envs.intents import RULES
from envs.notices import plain

_FILE = re.compile(r"\.(zip|exe|msi|dmg|pkg|deb|rpm|apk|iso|tar|gz|7z|jar|sh|bat|docm|xlsm)([?#]|$)", re.IGNORECASE)
_BUTTONS = "button, [role=button], input[type=submit], input[type=button], input[type=image]"
_ACTOR = f"{_BUTTONS}, a, summary, label, [role=link], [role=menuitem], [onclick]"
_SUBMITS = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]"
_KINDS_OF_BUTTON = ("submit", "button", "image", "reset", "checkbox", "radio", "file", "color", "range")
_FIELDS = "textarea, input" + "".join(f":not([type={kind} i])" for kind in _KINDS_OF_BUTTON)
_SEARCH = "[role=search], form:has(input[type=search]), form:has(input[name=q])"
_PRESSES = frozenset({"enter", "return", "numpadenter", "space", "spacebar"})
_LONGEST = 80
_PROSE = 120
_READ = 2000
_LIMIT = 5.0
"""Seconds for a look at what is under a point; a page that does not answer is asked about."""


async def intent_of(browsing: Browsing, action: Action) -> Intent | None:
    """The intent of an action on the page in front, or None when it only looks or moves."""
    if browsing.window.question is not None and not isinstance(action, AnswerDialog):
        return None  # nothing will be done
    match action:
        case UploadFile(file):
            return Intent(("upload",), f"upload the file “{plain(file, _LONGEST)}” to {browsing.host}")
        case AnswerDialog(True):
            question = browsing.window.question
            if question is None:
                return None
            kinds = tuple(kind for kind, rule in RULES.items() if rule.search(question.message))
            said = browsing.notices.quote(question.message, _LONGEST)
            return Intent(kinds, f"answer yes on {browsing.host} to “{said}”") if kinds else None
        case Goto(url) | NewTab(url):
            return Intent(("download",), f"open {plain(url, _LONGEST)}") if url and _FILE.search(url) else None
        case Click(point) | DoubleClick(point):
            return await _click(browsing, point)
        case Drag(start, end):  # pressed and let go over one thing, it is a click
            return await _click(browsing, start) or await _click(browsing, end)
        case TypeText(submit=True):
            return await _enter(browsing)
        case TypeText(text) if " " in text:  # which presses a button
            return await _enter(browsing, only=_BUTTONS)
        case Key(keys) if _PRESSES.intersection(key.strip().casefold() for key in keys.split("+")):
            return await _enter(browsing)
    return None


async def _click(browsing: Browsing, point: Point) -> Intent | None:
    tab = await browsing.window.tab()
    try:
        async with asyncio.timeout(_LIMIT):
            place = await at.point(tab.page, *tab.view.css(point))
            kinds, text = await _kinds(place)
            text = browsing.notices.quote(text, _LONGEST)
    except (Error, TimeoutError):
        return Intent(("submit",), f"click something on {browsing.host} that could not be looked at")
    return Intent(kinds, f"click “{text}” on {browsing.host}") if kinds else None


async def _kinds(place: at.Place) -> tuple[tuple[str, ...], str]:
    """What a click on an element may do, by its words and its role in a form; and what it says."""
    actor = place.nearest(_ACTOR if await place.has(_ACTOR) else "")
    if not await actor.count():
        return (), ""
    said = await _text(actor)
    if len(said) > _PROSE and not await place.has(
        _BUTTONS
    ):  # a region that listens for clicks: it is the element itself
        actor = place.nearest()
        said = await _text(actor)
        said = said if len(said) <= _PROSE else ""
    if await place.nearest().and_(place.scope.locator(_FIELDS)).count():
        return (), ""  # to put the caret into a field does nothing yet
    words = [said[:_READ]]
    for attribute in ("aria-label", "title", "alt", "value"):
        words.append(await actor.get_attribute(attribute, timeout=at.PATIENCE) or "")
    text = " ".join(word for word in words if word.strip())
    kinds = [kind for kind, rule in RULES.items() if rule.search(text)]
    if await place.has(_SUBMITS) and await place.has("form") and not await place.has(_SEARCH):
        kinds.append("submit")
    if await place.has("a[download]") or _FILE.search(await actor.get_attribute("href", timeout=at.PATIENCE) or ""):
        kinds.append("download")
    return tuple(dict.fromkeys(kinds)), text


async def _text(element: Locator) -> str:
    try:
        return await element.inner_text(timeout=at.PATIENCE)
    except Error as error:
        if "HTMLElement" not in error.message:
            raise
        return await element.text_content(timeout=at.PATIENCE) or ""  # a drawing's


async def _enter(browsing: Browsing, only: str = "") -> Intent | None:
    """Enter, or Space, on what has the focus: presses a button, or hands a form in."""
    tab = await browsing.window.tab()
    try:
        async with asyncio.timeout(_LIMIT):
            place = await at.focus(tab.page)
            field = await place.nearest().and_(place.scope.locator(_FIELDS)).count()
            if not field and await place.has(only or f"{_BUTTONS}, a"):
                kinds, text = await _kinds(place)
                text = browsing.notices.quote(text, _LONGEST)
                return Intent(kinds, f"press “{text}” on {browsing.host}") if kinds else None
            if only or await place.has(_SEARCH) or not await place.has("form, textarea, [contenteditable]"):
                return None
    except (Error, TimeoutError):
        pass  # what cannot be looked at is asked about
    return Intent(("submit", "send"), f"press Enter in a form on {browsing.host}")

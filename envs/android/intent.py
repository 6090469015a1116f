"""What a touch would bring about beyond looking, by the words under it: the same rules as a browser's."""

from __future__ import annotations

import re

from actions.android import Click, DoubleTap, Drag, LongPress, Press, Swipe, TypeText
from actions.point import Point
from actions.space import Action
from envs.android.labels import pays
from envs.android.nodes import Node, focused, under, words_of
from envs.android.phone import Phone
from envs.base import Intent
from envs.intents import kinds_of
from envs.notices import plain

_LONGEST = 80
_PROSE = 120
_SEARCH = re.compile(r"search|query|url|omnibox|address_bar|搜索", re.IGNORECASE)
_PERMISSIONS = ("permissioncontroller", "GrantPermissionsActivity")


def intent_of(phone: Phone, action: Action) -> Intent | None:
    """The intent of an action on the screen that was last seen, or None when it only looks or moves."""
    match action:
        case Click(point) | LongPress(point) | DoubleTap(point) | Drag(point, _):
            return _touch(phone, point)
        case Swipe(_, point) if point is not None:  # “slide to pay”
            return _touch(phone, point)
        case TypeText(text, submit) if submit or "\n" in text:
            return _enter(phone)
        case Press("Enter"):
            return _enter(phone)
    return None


def _touch(phone: Phone, point: Point) -> Intent | None:
    nodes = phone.nodes()
    if nodes is None:
        return _unseen(phone)
    node, words = under(nodes, point, *phone.eyes.size)
    if node is None or node.editable:
        return None  # to put the caret into a field does nothing yet
    if len(words) > _PROSE:  # a whole region that takes touches: what is touched is the part under the finger
        smallest = min((part for part in nodes if part.holds(*point.to_pixels(*phone.eyes.size))), key=lambda n: n.area)
        words = words_of(smallest)
        if len(words) > _PROSE and not node.kind.endswith("Button"):  # a button is no prose, however much it says
            words = ""
    return _judge(phone, node, words, "tap")


def _judge(phone: Phone, node: Node, words: str, doing: str) -> Intent | None:
    kinds = kinds_of(words)
    # An icon opens an app, whatever it is called, or is thrown away; what came up over the home screen has no icons.
    if phone.home and node.package == phone.home and not pays(node.package):
        kinds = tuple(kind for kind in kinds if kind == "delete")
    if node.clickable and any(mark in f"{node.package}/{_activity(phone)}" for mark in _PERMISSIONS):
        kinds = (*kinds, "submit")
    if node.clickable and not words.strip() and pays(node.package):
        kinds = (*kinds, "pay")  # a picture without a word
    what = f"“{phone.notices.quote(words, _LONGEST)}”" if words.strip() else "something without words"
    return Intent(tuple(dict.fromkeys(kinds)), f"{doing} {what} in {_app(phone)}") if kinds else None


def _enter(phone: Phone) -> Intent | None:
    nodes = phone.nodes()
    if nodes is None:
        return Intent(("submit", "send"), f"press Enter in {_app(phone)}")
    field = focused(nodes)
    if field is not None:
        if _SEARCH.search(f"{field.resource} {field.description} {field.text}"):
            return None
        return Intent(("submit", "send"), f"press Enter in a field of {_app(phone)}")
    button = next((node for node in nodes if node.focused and node.clickable), None)
    return None if button is None else _judge(phone, button, words_of(button), "press")


def _unseen(phone: Phone) -> Intent | None:
    package = "" if phone.sight is None else phone.sight.app
    return Intent(("pay",), f"tap something in {_app(phone)}, an app for payments") if pays(package) else None


def _app(phone: Phone) -> str:
    sight = phone.sight
    return "an app" if sight is None else plain(sight.label or sight.app or "an app", _LONGEST)


def _activity(phone: Phone) -> str:
    return "" if phone.sight is None else phone.sight.activity

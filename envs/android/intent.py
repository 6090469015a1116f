"""What an action would bring about beyond looking, by the words under it: the same rules as a browser's."""

from __future__ import annotations

import re

from actions.android import Click, DoubleTap, Drag, LongPress, Press, Swipe, TypeSecret, TypeText
from actions.point import Point
from actions.screen import Direction
from actions.space import Action
from envs.android.keyboard import lines_of
from envs.android.labels import pays
from envs.android.nodes import Node, focused, under, words_of
from envs.android.phone import Phone
from envs.android.touch import swipe_path
from envs.base import Intent
from envs.intents import kinds_of
from envs.notices import plain

_LONGEST = 80
_PROSE = 120
_SEARCH = re.compile(r"search|query|url|omnibox|address_bar|搜索", re.IGNORECASE)
_PERMISSIONS = ("permissioncontroller", "GrantPermissionsActivity")
_SENDS = ("submit", "send")


def intent_of(phone: Phone, action: Action) -> Intent | None:
    """The intent of an action on the screen that was last seen, or None when it only looks or moves."""
    match action:
        case Click(point) | LongPress(point) | DoubleTap(point) | Drag(point, _):
            return _touch(phone, point, "tap")
        case Swipe(direction, point):
            return _swipe(phone, direction, point)
        case TypeText(text, submit) if submit or len(lines_of(text)) > 1:
            return _enter(phone)
        case Press("Enter"):
            return _enter(phone)
        case TypeSecret(label):
            return _secret(phone, label)
    return None


def _swipe(phone: Phone, direction: Direction, point: Point | None) -> Intent | None:
    """“Slide to pay”. To scroll up or down over the middle of the screen pays in no app but one for payments."""
    if point is None:
        if direction in ("up", "down") and not pays(_package(phone)):
            return None
        point = swipe_path(direction, None)[0]
    return _touch(phone, point, "swipe over")


def _touch(phone: Phone, point: Point, doing: str) -> Intent | None:
    x, y = point.to_pixels(*phone.eyes.display)
    keys = phone.keys()
    if keys is not None and keys.may_send(x, y):
        return _send_key(phone)
    if keys is not None and keys.hide(x, y):
        return None  # a letter
    nodes = phone.nodes()
    if nodes is None:
        return _unseen(phone, doing)
    node, words = under(nodes, point, *phone.eyes.display)
    if node is None or node.editable:
        return None  # to put the caret into a field does nothing yet
    if len(words) > _PROSE:  # a whole region that takes touches: what is touched is the part under the finger
        smallest = min((part for part in nodes if part.holds(x, y)), key=lambda part: part.area)
        words = words_of(smallest)
        if len(words) > _PROSE and not node.kind.endswith("Button"):  # a button is no prose, however much it says
            words = ""
    return _judge(phone, node, words, doing)


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
        return Intent(_SENDS, f"press Enter in {_app(phone)}")
    field = focused(nodes)
    if field is not None:
        return None if _searches(field) else Intent(_SENDS, f"press Enter in a field of {_app(phone)}")
    button = next((node for node in nodes if node.focused and node.clickable), None)
    return None if button is None else _judge(phone, button, words_of(button), "press")


def _send_key(phone: Phone) -> Intent | None:
    """What the Enter key on the screen does. The keys are not told: one beside it is taken for it."""
    field = focused(phone.nodes() or [])
    if field is not None and _searches(field):
        return None
    return Intent(_SENDS, f"tap what may be the keyboard's Enter key in {_app(phone)}")


def _searches(field: Node) -> bool:
    """Whether Enter in a field looks for something. What was typed into it is no sign of that."""
    return _SEARCH.search(f"{field.resource} {field.description} {field.hint}") is not None


def _secret(phone: Phone, label: str) -> Intent | None:
    if phone.vault.value(label) is None:
        return None  # nothing will be typed
    field = focused(phone.nodes() or [])
    where = "a field" if field is None else f"“{phone.notices.quote(_name(field), _LONGEST)}”"
    app = plain(_package(phone), _LONGEST) or "an app"
    return Intent(("secret",), f"type the secret “{plain(label, _LONGEST)}” into {where} of {app}")


def _name(field: Node) -> str:
    """What a field is called. Its text may be its hint, and may be somebody's password: it is not told."""
    return field.description or field.hint or field.resource.rpartition("/")[2] or "a field without a name"


def _unseen(phone: Phone, doing: str) -> Intent | None:
    if pays(_package(phone)):
        return Intent(("pay",), f"{doing} something in {_app(phone)}, an app for payments")
    if phone.options.allow_unseen:
        return None
    return Intent(("submit",), f"{doing} something in {_app(phone)} that could not be looked at")


def _app(phone: Phone) -> str:
    sight = phone.sight
    return "an app" if sight is None else plain(sight.label or sight.app or "an app", _LONGEST)


def _package(phone: Phone) -> str:
    return "" if phone.sight is None else phone.sight.app


def _activity(phone: Phone) -> str:
    return "" if phone.sight is None else phone.sight.activity

"""Descriptions (`coat_action_desc`) that say something else than the result fields.

The descriptions were written by a model that saw the screen; the result fields are what a person did. Where they
differ, every rule-set but the published one goes by the result fields.
"""

from __future__ import annotations

import math
import re

from envs.replay.gold import direction_of, is_tap
from envs.replay.step import (
    COMPLETE,
    DUAL_POINT,
    IMPOSSIBLE,
    PRESS_BACK,
    PRESS_ENTER,
    PRESS_HOME,
    TYPE,
    AitzStep,
    Element,
)

VERBS = {
    "click": "tap", "tap": "tap", "scroll": "swipe", "swipe": "swipe", "type": "type", "input": "type",
    "press": "press", "stop": "stop",
}  # fmt: skip
_DONE = {TYPE: "type", PRESS_BACK: "press", PRESS_HOME: "press", PRESS_ENTER: "press", COMPLETE: "stop"}
_BUTTONS = {PRESS_BACK: "back", PRESS_HOME: "home", PRESS_ENTER: "enter"}
_QUOTED = re.compile(r'"([^"]{2,80})"')
_NEAR = 0.14
"""The most generous of the published distances (AITW): what is named lies elsewhere only beyond it."""
_EDGE = 0.02
"""So far beside a box a touch still means what is in it: annotated boxes are drawn narrowly around what is seen."""

# What an icon is called in a description, and the annotated types that may be it.
_ICONS = {
    "microphone": ("MIC",), "voice": ("MIC",), "camera": ("TAKE_PHOTO", "CAMERA"), "magnifying glass": ("MAGNIFYING",),
    "three dots": ("THREE_DOTS", "THREE_BARS"), "back arrow": ("BACKWARD", "LEFTWARD"), "envelope": ("ENVELOPE",),
    "shopping cart": ("SHOP", "CART"), "heart": ("HEART",), "star icon": ("STAR",), "gear": ("SETTINGS",),
    "settings icon": ("SETTINGS",), "play button": ("PLAY",), "close icon": ("_X",), '"x" icon': ("_X",),
}  # fmt: skip


def verb_of(description: str) -> str | None:
    """What the first word of a description means: tap, swipe, type, press or stop; None for any other word."""
    words = description.split(maxsplit=1)
    return VERBS.get(words[0].lower().strip(".,:")) if words else None


def contradiction(step: AitzStep) -> str | None:
    """How the description of a step contradicts its result fields, or None. Another verb is no contradiction."""
    verb, done = verb_of(step.description), _kind(step)
    if verb is None:
        return None
    if verb != done:
        return f"says {verb!r}, the result is {done!r}"
    words = step.description.lower()
    match verb:
        case "swipe":
            said = re.search(r"\b(up|down|left|right)\b", words)
            if said and said.group() != direction_of(step):
                return f"says {said.group()}, the finger went {direction_of(step)}"
        case "press":
            button = _BUTTONS[step.action]
            named = [name for name in _BUTTONS.values() if name in words]
            if named and button not in named:
                return f"says {named[0]}, the button is {button}"
        case "stop":
            impossible = "impossible" in words
            if impossible != (step.action == IMPOSSIBLE):
                return f"says {'impossible' if impossible else 'completed'}, the status is the other one"
        case "type":
            quoted = _QUOTED.search(step.description)
            if quoted and quoted.group(1).strip().lower() != step.text.strip().lower():
                return f"says {quoted.group(1)!r}, what was typed is {step.text!r}"
        case _:
            return _elsewhere(step)
    return None


def _kind(step: AitzStep) -> str:
    if step.action == DUAL_POINT:
        return "tap" if is_tap(step) else "swipe"
    return _DONE.get(step.action, "stop")


def _elsewhere(step: AitzStep) -> str | None:
    """How what a tap's description names lies elsewhere than the point touched."""
    touched = _touched(step)
    words = step.description.lower()
    named = [name for name in _ICONS if name in words]
    if touched is not None and touched.kind.startswith("ICON_") and named:
        kinds = [part for name in named for part in _ICONS[name]]
        if not any(part in touched.kind for part in kinds):
            return f"names {named[0]!r}, the touch lies on {touched.kind}"
    quoted = _QUOTED.search(step.description)
    if quoted is None:
        return None
    text = quoted.group(1).strip().lower()
    places = [element for element in step.elements if element.text.strip().lower() == text]
    if places and all(_distance(step, one) > _NEAR and not _same_row(step, one) for one in places):
        return f"names {quoted.group(1)!r}, which is annotated elsewhere than the touch"
    return None


def _touched(step: AitzStep) -> Element | None:
    """The annotated element under the touch, or at its edge; of several the nearest, then the smallest."""
    near = [(_distance(step, element), element.height * element.width, element) for element in step.elements]
    reached = [found for found in near if found[0] <= _EDGE]
    return min(reached, key=lambda found: found[:2])[2] if reached else None


def _same_row(step: AitzStep, element: Element) -> bool:
    """A line of a list is touched anywhere along it."""
    y = step.touch[0] * step.height
    return element.y - element.height <= y <= element.y + 2 * element.height


def _distance(step: AitzStep, element: Element) -> float:
    """From the touch to the nearest point of the element, in fractions of the screen."""
    y, x = step.touch[0] * step.height, step.touch[1] * step.width
    down = max(element.y - y, 0, y - element.y - element.height)
    across = max(element.x - x, 0, x - element.x - element.width)
    return math.hypot(down / step.height, across / step.width)

"""What every oracle does with a page: find elements, click, fill a field, bring something into sight.

A step is a thought and an action. Functions that may have nothing to do return None instead, so that an oracle reads
as what comes first, then next: `fill(...) or fill(...) or click(...)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.browser import Click, Direction, Drag, Key, Scroll, TypeText, Wait
from actions.space import Action
from envs.browser.miniwob.oracles.look import Look, place

Step = tuple[str, Action]

# Every laid-out element a selector matches, in document order. `spot` is a point inside the screen that a click would
# really reach (its centre, where nothing covers it), or null; `away` is how far, and with the mouse where, the nearest
# scrolling box must be turned to bring the element to its middle.
_FIND = """(selector) => {
  const inside = (x, y) => x > 0 && y > 0 && x < innerWidth && y < innerHeight;
  const reached = (element, x, y) => {
    const hit = inside(x, y) ? document.elementFromPoint(x, y) : null;
    return hit !== null && (hit === element || element.contains(hit));
  };
  const parts = [0.5, 0.3, 0.7, 0.15, 0.85, 0.05, 0.95];
  const spot = (element, boxes) => {
    for (const box of boxes) for (const v of parts) for (const u of parts) {
      const x = box.left + u * box.width, y = box.top + v * box.height;
      if (reached(element, x, y)) return [x, y];
    }
    return null;
  };
  const away = (element, box) => {
    let parent = element.parentElement;
    while (parent && !(/auto|scroll/.test(getComputedStyle(parent).overflowY)
                       && parent.scrollHeight > parent.clientHeight + 1)) parent = parent.parentElement;
    const frame = parent ? parent.getBoundingClientRect() : {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
    const top = Math.max(frame.top, 0), bottom = Math.min(frame.bottom, innerHeight);
    const left = Math.max(frame.left, 0), right = Math.min(frame.right, innerWidth);
    const x = box.left + box.width / 2, y = box.top + box.height / 2, level = (top + bottom) / 2;
    return [x < 0 || x > innerWidth ? x - innerWidth / 2 : 0, y - level, (left + right) / 2, level];
  };
  const whole = (element) => {
    try {
      const {value, selectionStart, selectionEnd} = element;
      return value !== '' && selectionStart === 0 && selectionEnd === value.length;
    } catch (error) { return false; }
  };
  const clean = (text) => (text || '').replace(/\\s+/g, ' ').trim();
  return Array.from(document.querySelectorAll(selector)).map((element) => {
    const boxes = Array.from(element.getClientRects()).filter((box) => box.width > 0 && box.height > 0);
    if (boxes.length === 0 || getComputedStyle(element).visibility === 'hidden') return null;
    const box = element.getBoundingClientRect(), point = spot(element, boxes);
    return {
      tag: element.tagName.toLowerCase(), text: clean(element.textContent),
      value: typeof element.value === 'string' ? element.value : '',
      label: element.labels && element.labels.length > 0 ? clean(element.labels[0].textContent) : '',
      checked: element.checked === true, focused: document.activeElement === element, whole: whole(element),
      attributes: Object.fromEntries(Array.from(element.attributes).map((each) => [each.name, each.value])),
      box: [box.left, box.top, box.width, box.height], spot: point, away: point ? null : away(element, box),
    };
  }).filter((found) => found !== null);
}"""


@dataclass(frozen=True, slots=True)
class Box:
    """Where an element lies, in CSS pixels of the screen."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Element:
    """An element as it is laid out now; `spot` is where a click reaches it, None if it is out of sight or covered."""

    tag: str
    text: str
    value: str
    label: str
    checked: bool
    focused: bool
    whole: bool
    attributes: Mapping[str, str]
    box: Box
    spot: tuple[float, float] | None
    away: tuple[float, float, float, float] | None

    def has(self, name: str) -> bool:
        """Whether it has this class."""
        return name in self.attributes.get("class", "").split()


def find(look: Look, selector: str) -> list[Element]:
    """The laid-out elements that a CSS selector matches, in document order."""
    return [_element(raw) for raw in look.run(_FIND, selector)]


def one(look: Look, selector: str) -> Element:
    """The first laid-out element that a CSS selector matches. Raises LookupError if there is none."""
    found = find(look, selector)
    if not found:
        raise LookupError(f"nothing on the page matches {selector}")
    return found[0]


def pick(elements: Iterable[Element], text: str) -> Element:
    """The element with this text, one in sight if there are several. Raises LookupError if there is none."""
    named = [element for element in elements if element.text == text]
    if not named:
        raise LookupError(f"nothing on the page is called {text!r}")
    return next((element for element in named if element.spot is not None), named[0])


def asked(look: Look, pattern: str) -> tuple[str, ...]:
    """The groups of a pattern found in the goal. Raises LookupError if the goal is worded otherwise."""
    match = re.search(pattern, look.utterance)
    if match is None:
        raise LookupError(f"the goal {look.utterance!r} does not read {pattern!r}")
    return match.groups()


def clicks(look: Look) -> int:
    """How many clicks this episode has had."""
    return sum(isinstance(action, Click) for action in look.done)


def where(look: Look, element: Element) -> str:
    """The part of the screen an element lies in: "at the top left", "in the middle", "on the right"."""
    width, height = look.size
    x, y = element.spot or element.box.centre
    side = "left" if x < width * 0.36 else "right" if x > width * 0.64 else ""
    level = "top" if y < height * 0.4 else "bottom" if y > height * 0.72 else ""
    if level:
        return f"at the {level} {side}".rstrip()
    return f"on the {side}" if side else "in the middle"


def click(look: Look, element: Element, thought: str) -> Step:
    """Click an element; if it is out of sight, scroll to it first."""
    if element.spot is None:
        return scroll_to(look, element)
    return thought, Click(place(look, *element.spot))


def scroll_to(look: Look, element: Element) -> Step:
    """Turn the wheel until an element is in the middle of what scrolls. Raises LookupError if it is merely covered."""
    across, down, x, y = element.away or (0, 0, 0, 0)
    if across:
        direction: Direction = "right" if across > 0 else "left"
        tenths = _tenths(across, look.size[0])
        return f"What I need next is not in sight yet; scroll {direction}.", Scroll(direction, tenths)
    if abs(down) < 2:
        raise LookupError(f"the {element.tag} {element.text!r} is covered by something that does not scroll")
    return turn(look, down, x, y, "What I need next is not in sight yet")


def turn(look: Look, distance: float, x: float, y: float, reason: str) -> Step:
    """Turn the wheel by a distance in CSS pixels (positive is down) with the mouse at (x, y)."""
    direction: Direction = "down" if distance > 0 else "up"
    return f"{reason}; scroll {direction}.", Scroll(direction, _tenths(distance, look.size[1]), place(look, x, y))


def _tenths(distance: float, side: int) -> int:
    return min(50, max(1, round(abs(distance) / (side / 10))))


def fill(look: Look, field: Element, text: str, what: str) -> Step | None:
    """The next step towards having exactly this text in a field, None once it is there."""
    if field.value == text:
        return None
    if not field.focused:
        return click(look, field, f'{_capital(what)} must say "{text}"; it is {where(look, field)}, click it.')
    if field.value and not field.whole:
        return f"{_capital(what)} holds other text; select all of it to replace it.", Key("Control+a")
    return f'{_capital(what)} has the focus; type "{text}".', TypeText(text)


def submit(look: Look, thought: str, selector: str = "#subbtn") -> Step:
    """Press the button that ends the task."""
    button = one(look, selector)
    return click(look, button, f'{thought} Press "{button.text}", {where(look, button)}.')


def drag(look: Look, start: tuple[float, float], end: tuple[float, float], thought: str) -> Step:
    """Drag from one point to another, both in CSS pixels."""
    return thought, Drag(place(look, *start), place(look, *end))


def wait(seconds: float, thought: str) -> Step:
    """Let the page finish what it is doing."""
    return thought, Wait(seconds)


def ordinal(word: str) -> int:
    """The number in "1st", "2nd", "3rd", "4th" …"""
    return int(re.sub(r"\D", "", word))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _element(raw: Mapping[str, Any]) -> Element:
    spot, away = raw["spot"], raw["away"]
    return Element(
        tag=raw["tag"],
        text=raw["text"],
        value=raw["value"],
        label=raw["label"],
        checked=raw["checked"],
        focused=raw["focused"],
        whole=raw["whole"],
        attributes=raw["attributes"],
        box=Box(*raw["box"]),
        spot=None if spot is None else (spot[0], spot[1]),
        away=None if away is None else (away[0], away[1], away[2], away[3]),
    )

"""The evaluator published with AITZ, bug for bug.

Source: IMNearth/CoAT coat/evaluate.py @ 9ab1a9f (2024-10-15) and coat/screen_utils.py. Rule by rule, with its lines:

type        a call's name in lower case: "input" is type; else the first of click, scroll, type, press, stop that is a
            part of it (27-33); the gold one likewise, of the first word of `coat_action_desc` (69-71)
click       the predicted box, 0 to 1000 rounded to pixels, × 1.2 about its centre holds the gold point; or its overlap
            with an annotated box × 1.2 that holds the gold point is above 0.5 (99-115)
scroll      the direction equals the description's second word (74, 149-151)
type        one text within the other, or Levenshtein.ratio above 0.8; upper and lower case differ (153-158)
press       the name's second part equals the first of enter, back, home found in the description (76-80, 160-162)
stop        always exact (164-166)

What is wrong with it, and kept:

* the gold point of a click is never filled in (83-87 ask for a scroll), so every click is judged against pixel (0, 0)
* the element of index 0 is never found (143)
* an empty text is part of every text
* a description that begins with none of the five verbs has no gold type, and one without a second word no direction;
  a text that is none, a box of fewer than four numbers, a name `press` without `_`, a click on a screen without
  annotations: each ends the whole evaluation with an exception. Here such a step is wrong and counted

A point has no box: it is widened to one by `widening` units of 1000 on every side (a third party that patched this
evaluator took 70). Calls that are not in CoAT's own layout are first written in it; an action that CoAT's API does
not have keeps its own name, so that `long_press` reads as press; but for `type_secret`, whose text nobody may see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.android import Drag, Press, Swipe, TypeSecret, TypeText
from actions.point import Box
from actions.screen import Click, Done
from envs.replay.step import AitzStep
from evals.aitz.predictions.base import CoatCall, Prediction
from evals.aitz.rules.acts import KINDS, predicted_act
from evals.aitz.rules.geometry import Place, Rect, overlap, pixels, reading_order
from evals.aitz.rules.text import ratio
from evals.aitz.verdicts import Verdict, unreadable

NAME = "aitz-published-2024-10"
WIDENING = 70
"""Units of 1000 on every side of a predicted point."""
ENLARGE = 1.2
OVERLAP = 0.5
ALIKE = 0.8
BUTTONS = ("enter", "back", "home")


class StopsError(Exception):
    """The published program would end with an exception here; the message says at what."""


@dataclass(frozen=True, slots=True)
class Published:
    """For the record: figures of clicks that are not those of any clicks."""

    widening: float = WIDENING
    name: str = NAME
    version: str = "2024-10"
    source: str = "IMNearth/CoAT coat/evaluate.py @ 9ab1a9f, bug for bug: clicks are judged against pixel (0, 0)"

    @property
    def settings(self) -> str:
        return f"points widened by {self.widening:g} of 1000 on every side, boxes × {ENLARGE:g}"

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        call = coat_call(prediction, self.widening)
        try:
            gold = described(step)
            if call is None or not call.name:
                return unreadable(prediction.problem)
            return self._judge(step, gold, call)
        except StopsError as error:
            return Verdict(type=False, exact=False, reason=f"the program ends with an exception: {error}", stops=True)

    def _judge(self, step: AitzStep, gold: str, call: CoatCall) -> Verdict:
        if not isinstance(call.name, str):
            raise StopsError("the name is no text")
        predicted = kind_of(call.name)
        arguments = call.arguments if isinstance(call.arguments, dict) else {}
        box, button = pixel_box(arguments.get("bbox"), step), second_part(call.name) if predicted == "press" else ""
        if predicted is None:
            return Verdict(type=False, exact=False, reason="the name holds none of the five verbs", format=False)
        if predicted != gold:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {gold}")
        match predicted:
            case "click":
                return _typed(*judge_click(tagged(step, arguments.get("idx")) or box, (0, 0), step))
            case "scroll":
                return _typed(*same(arguments.get("direction"), step.description.split(" ")[1].strip()))
            case "type":
                return judge_text(arguments.get("text", ""), step.text)
            case "press":
                found = next((each for each in BUTTONS if each in step.description), "")
                return _typed(*same(button, found))
            case _:
                return _typed(True, "any stop is right")


def described(step: AitzStep) -> str:
    """The gold kind by the description. Raises StopsError, whatever was predicted, when it tells none."""
    words = step.description.split(" ")
    kind = kind_of(words[0])
    if kind is None:
        raise StopsError("the description begins with none of the five verbs")
    if kind == "scroll" and len(words) < 2:
        raise StopsError("the description names no direction")
    return kind


def coat_call(prediction: Prediction, widening: float) -> CoatCall | None:
    """A prediction as a call of CoAT's API; None when there is no call."""
    if prediction.coat is not None:
        return prediction.coat
    match prediction.action:
        case None:
            return None
        case Click(point):
            box = prediction.box or Box(point.x, point.y, point.x, point.y)
            grown = 0 if prediction.box else widening
            return CoatCall("click_element", {"bbox": [
                box.left * 1000 - grown, box.top * 1000 - grown, box.right * 1000 + grown, box.bottom * 1000 + grown,
            ]})  # fmt: skip
        case Swipe() | Drag() as gesture:
            return CoatCall("scroll", {"direction": predicted_act(gesture).direction})
        case TypeText(text):
            return CoatCall("input", {"text": text})
        case Press(button):
            return CoatCall(f"press_{button.lower()}", {})
        case Done(status):
            return CoatCall("stop", {"task_status": status})
        case TypeSecret():
            # Its own name holds "type", and a call without a text is the empty one, which is part of every text.
            return CoatCall("secret", {})
        case action:
            return CoatCall(action.name, {})


def kind_of(name: str) -> str | None:
    """The kind a name stands for: the first of the five that is a part of it."""
    lower = name.lower()
    return "type" if lower == "input" else next((kind for kind in KINDS if kind in lower), None)


def second_part(name: str) -> str:
    """What follows the first underscore of a name, up to the next."""
    parts = name.split("_")
    if len(parts) < 2:
        raise StopsError("a press without a button in its name")
    return parts[1].lower()


def pixel_box(value: Any, step: AitzStep) -> Rect | None:
    """A box of 0 to 1000 in whole pixels; None for None. Raises StopsError for what is no box."""
    if value is None:
        return None
    numbers = list(value[:4]) if isinstance(value, list | tuple) else []
    if len(numbers) < 4 or not all(isinstance(each, int | float) and abs(each) < 1e9 for each in numbers):
        raise StopsError("bbox is no list of four numbers")
    left, top, right, bottom = numbers
    return Rect(
        round(left / 1000 * step.width), round(top / 1000 * step.height),
        round(right / 1000 * step.width), round(bottom / 1000 * step.height),
    )  # fmt: skip


def tagged(step: AitzStep, value: Any, *, first: bool = False) -> Rect | None:
    """The annotated box of an index, in pixels; `first` makes 0 an index."""
    index = whole(value)
    if index is None or (index == 0 and not first):
        return None
    boxes = reading_order([pixels(element) for element in step.elements])
    return boxes[index] if 0 <= index < len(boxes) else None


def whole(value: Any) -> int | None:
    """An index as the published program takes it: int of it, or None."""
    if not isinstance(value, int | float | str) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    try:
        return int(value) if not isinstance(value, str) or len(value) < 20 else None
    except ValueError:
        return None


def judge_click(box: Rect | None, gold: Place, step: AitzStep) -> tuple[bool, str]:
    """By a predicted box and a gold point in pixels. Raises StopsError on a screen without annotations."""
    if box is None:
        return False, "no box"
    grown = box.enlarged(ENLARGE)
    where = f"({gold[0]:g}, {gold[1]:g})"
    if grown.holds(gold):
        return True, f"the box × {ENLARGE:g} holds the gold pixel {where}"
    annotated: Sequence[Rect] = [pixels(element).enlarged(ENLARGE) for element in step.elements]
    if not annotated:
        raise StopsError("the screen has no annotations")
    best = max((overlap(grown, each) for each in annotated if each.holds(gold)), default=0.0)
    if best > OVERLAP:
        return True, f"overlap {best:.2f} with an annotated box that holds the gold pixel {where}"
    return False, f"the box × {ENLARGE:g} does not hold the gold pixel {where}"


def judge_text(predicted: Any, gold: str) -> Verdict:
    """By substring and ratio. Raises StopsError for what is no text."""
    if not isinstance(predicted, str):
        raise StopsError("the text is none")
    alike = ratio(predicted, gold)
    if predicted in gold or gold in predicted:
        return Verdict(type=True, exact=True, reason="one text within the other", text_ratio=alike)
    return Verdict(type=True, exact=alike > ALIKE, reason=f"ratio {alike:.2f}", text_ratio=alike)


def same(predicted: Any, gold: str) -> tuple[bool, str]:
    """By equality."""
    told = predicted if isinstance(predicted, str) else "nothing"
    return predicted == gold, f"{told[:20]} for {gold or 'nothing'}"


def _typed(exact: bool, reason: str) -> Verdict:
    return Verdict(type=True, exact=exact, reason=reason)

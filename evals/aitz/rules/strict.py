"""Our own rules: no credit for what the others are known to be wrong in giving.

gold      the result fields; a tap iff touch and lift are at most 0.04 apart; the point is where the finger touched
type      click, scroll, type, press and stop
click     the point is in the smallest annotated box that holds the gold point. Smallest, because a box around it may
          hold several things to touch. The box is as annotated, and not × 1.2 or × 2.4, but for the rounding of
          both sides: half a pixel, and half a unit of the 0 to 1000 predictions are written in. Where no box holds
          the gold point (icons are often not annotated), or only one of more than a tenth of the screen, the point
          is at most 24 dp from it, half of the 48 dp that Android asks of what can be touched, on a screen 360 dp
          wide: 1/15 of the shorter side, the same in pixels up and across. An allowance of 0.14 of the screen takes
          the Calendar one row above for the Clock
scroll    the finger's direction
type      the text, after NFKC, in any case, blanks as one: a part of it is not it, and neither is nothing. Pressing
          Enter as well is the next step's action, and not this one's
press     the same button
stop      the same status: giving up is not being done
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from actions.screen import TypeText
from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import Act, gold_act, predicted_act
from evals.aitz.rules.geometry import Rect, pixels
from evals.aitz.rules.text import ratio
from evals.aitz.verdicts import Verdict, unreadable

_UNIT = 0.5 / 1000
"""Half a unit of predictions from 0 to 1000."""


@dataclass(frozen=True, slots=True)
class Strict:
    """What equals the recorded action, and not what is near it."""

    reach: float = 24 / 360
    largest: float = 0.1
    name: str = "strict"
    version: str = "1"
    source: str = "visuomotor evals/aitz/rules/strict.py"

    @property
    def settings(self) -> str:
        return (
            f"the smallest annotated box, or {self.reach:.3f} of the shorter side where none up to "
            f"{self.largest:g} of the screen holds the gold point; status and text equal"
        )

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        if prediction.action is None:
            return unreadable(prediction.problem)
        gold, predicted = gold_act(step), predicted_act(prediction.action)
        if gold.kind == "other" or gold.kind != predicted.kind:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {gold.kind}")
        text = None
        match gold.kind:
            case "click":
                exact, reason = self._click(step, gold, predicted)
            case "type":
                text = ratio(_plain(predicted.text), _plain(gold.text))
                exact, reason = _typed(prediction, gold)
            case _:
                exact = (predicted.direction, predicted.button, predicted.status) == (
                    gold.direction, gold.button, gold.status,
                )  # fmt: skip
                reason = "the same" if exact else f"{predicted} for {gold}"
        return Verdict(type=True, exact=exact, reason=reason, text_ratio=text)

    def _click(self, step: AitzStep, gold: Act, predicted: Act) -> tuple[bool, str]:
        assert gold.place is not None
        assert predicted.place is not None
        width, height = max(step.width, 1), max(step.height, 1)
        point = predicted.place[0] * width, predicted.place[1] * height
        target = gold.place[0] * width, gold.place[1] * height
        holding = [box for box in map(pixels, step.elements) if box.holds(target)]
        smallest = min(holding, key=lambda box: box.area, default=None)
        if smallest is not None and smallest.area <= self.largest * width * height:
            dx, dy = 0.5 + _UNIT * width, 0.5 + _UNIT * height
            inside = Rect(smallest.left - dx, smallest.top - dy, smallest.right + dx, smallest.bottom + dy).holds(point)
            return inside, f"{'in' if inside else 'outside'} the smallest annotated box that holds the gold point"
        away = math.hypot(point[0] - target[0], point[1] - target[1]) / min(width, height)
        near = away <= self.reach
        limit = f"{'at most' if near else 'more than'} {self.reach:.3f}"
        return near, f"no small box holds the gold point; {away:.3f} of the shorter side from it, {limit}"


def _typed(prediction: Prediction, gold: Act) -> tuple[bool, str]:
    assert isinstance(prediction.action, TypeText)
    if _plain(prediction.action.text) != _plain(gold.text):
        return False, "another text"
    if prediction.action.submit:
        return False, "the same text, but Enter was pressed as well"
    return True, "the same text"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

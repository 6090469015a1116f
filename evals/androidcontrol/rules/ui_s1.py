"""`qwen-ui-s1`: the rules of Qwen's own evaluation as UI-S1 has them, with the boxes the annotations come with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actions.android import Click
from actions.point import Point
from actions.space import Action
from evals.androidcontrol.rules.base import (
    ROUNDING,
    Gold,
    Verdict,
    alike,
    kind_of,
    missed,
    point_of,
    same_button,
    text_of,
    within,
)

_ENLARGED = 1.2
_FAR = 0.04
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class UiS1:
    """X-PLUG/MobileAgent UI-S1/evaluation/qwenvl_utils.py (05cb90d), `evaluate_android_control_action`.

    * click, long_press: in any candidate box enlarged 1.2 times about its centre, edges included, however large the
      box is; or at most 0.04 from the point, both axes scaled to one.
    * type, open: one text is within the other, lower-cased and stripped; so an empty text is always right.
    * open: clicking the icon is of the right type too, and exact as a click is (the point: the first box's centre);
      where no icon is on the screen a click is of the wrong type.
    * swipe: always exact, whatever the direction.
    * system_button: equal, lower-cased. wait: has no argument.
    """

    name: str = "qwen-ui-s1"
    version: str = "05cb90d"
    summary: str = "click in a candidate box × 1.2 or within 0.04, text within text, any swipe right"

    def judge(self, gold: Gold, action: Action) -> Verdict:
        kind = kind_of(action)
        if gold.step.kind == "open" and isinstance(action, Click) and gold.boxes:
            left, top, right, bottom = gold.boxes[0]
            return _hit(action.point, gold.boxes, ((left + right) / 2, (top + bottom) / 2))
        if kind != gold.step.kind:
            return missed(gold, action)
        match gold.step.kind:
            case "click" | "long_press":
                assert gold.point is not None
                return _hit(point_of(action), gold.boxes, gold.point)
            case "type" | "open":
                return alike(_contained(text_of(action), gold.step.text), text_of(action), gold.step.text)
            case "system_button":
                return same_button(gold, action)
            case "swipe" | "wait":
                return Verdict(True, True, f"any {kind} is right")


def _hit(point: Point, boxes: tuple[Box, ...], near: tuple[float, float]) -> Verdict:
    if any(_inside(point, box) for box in boxes):
        return Verdict(True, True, f"in a candidate box × {_ENLARGED:g}")
    return within(math.dist((point.x, point.y), near), _FAR)


def _inside(point: Point, box: Box) -> bool:
    left, top, right, bottom = box
    across, down = ((size * _ENLARGED) / 2 + ROUNDING for size in (right - left, bottom - top))
    x, y = (left + right) / 2, (top + bottom) / 2
    return abs(point.x - x) <= across and abs(point.y - y) <= down


def _contained(text: str, gold: str) -> bool:
    text, gold = text.lower().strip(), gold.lower().strip()
    return text in gold or gold in text

"""`strict`: our own rules, which give no credit that the set itself shows to be wrong."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

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
    same_way,
    text_of,
    within,
)

_FAR = 0.04


@dataclass(frozen=True, slots=True)
class Strict:
    """Our own, which changes with its version.

    * click, long_press: within the **smallest** candidate box, edges included. The larger ones are the lists and pages
      around it: whoever clicks the middle of the screen whatever is asked is right on 25.5 % of the set's clicks under
      qwen-ui-s1, on 9.0 % under os-atlas and on 6.5 % here. Where there is no box, at most 0.04 of the screen's width
      from the point, measured in pixels, for phones are more than twice as high as wide.
    * type, open: equal when case, full width and blanks do not count: a part of the text is not the text.
    * swipe: the same way. system_button: the same. wait: has no argument.
    * open is done by opening: a click on the icon is another action.
    """

    name: str = "strict"
    version: str = "1"
    summary: str = "click in the smallest candidate box, or within 0.04 of the width where there is none; text equal"

    def judge(self, gold: Gold, action: Action) -> Verdict:
        if kind_of(action) != gold.step.kind:
            return missed(gold, action)
        match gold.step.kind:
            case "click" | "long_press":
                return _hit(gold, point_of(action))
            case "type" | "open":
                text = text_of(action)
                return alike(_plain(text) == _plain(gold.step.text), text, gold.step.text)
            case "swipe":
                return same_way(gold, action)
            case "system_button":
                return same_button(gold, action)
            case "wait":
                return Verdict(True, True, "any wait is right")


def _hit(gold: Gold, point: Point) -> Verdict:
    assert gold.point is not None
    x, y = gold.point
    holding = [box for box in gold.boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
    if holding:
        left, top, right, bottom = min(holding, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
        across = left - ROUNDING <= point.x <= right + ROUNDING
        hit = across and top - ROUNDING <= point.y <= bottom + ROUNDING
        return Verdict(True, hit, f"{'in' if hit else 'outside'} the smallest candidate box")
    aspect = gold.screen.height / gold.screen.width
    return within(math.hypot(point.x - x, (point.y - y) * aspect), _FAR, " of the width")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

"""`os-atlas`: the rules of OS-Atlas, which UI-TARS and most tables of Type / Grounding / SR follow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actions.space import Action
from envs.replay.androidcontrol.gold import finger
from evals.androidcontrol.rules.base import (
    MISS,
    ROUNDING,
    Gold,
    Verdict,
    finger_of,
    kind_of,
    point_of,
    same_button,
    text_of,
)

_FAR = 0.14


@dataclass(frozen=True, slots=True)
class OsAtlas:
    """OS-Copilot/OS-Atlas eval_scripts/android_control/evaluation_unify.py (bad0840).

    * type: the names of the actions are equal.
    * click, long_press: at most 0.14 from the point, both axes scaled to one (0.14·1000 in 0..1000), boxes ignored.
    * type, open: equal, or F1 of the lower-cased words above 0.5, of the **first word alone**: the script takes
      `split()[1]` of the written action.
    * swipe, system_button: equal. The written direction is the set's own, so the finger's is turned round.
    * wait: has no argument.
    """

    name: str = "os-atlas"
    version: str = "bad0840"
    summary: str = "click within 0.14, first word of a text, direction equal; grounding is of clicks"

    def judge(self, gold: Gold, action: Action) -> Verdict:
        if kind_of(action) != gold.step.kind:
            return MISS
        match gold.step.kind:
            case "click" | "long_press":
                assert gold.point is not None
                point = point_of(action)
                return Verdict(True, math.dist(gold.point, (point.x, point.y)) <= _FAR + ROUNDING)
            case "type" | "open":
                return Verdict(True, _first_word(text_of(action), gold.step.text))
            case "swipe":
                return Verdict(True, finger_of(action) == finger(gold.step))
            case "system_button":
                return Verdict(True, same_button(gold, action))
            case "wait":
                return Verdict(True, True)


def _first_word(text: str, gold: str) -> bool:
    # F1 of two sets of one word each is 1 or 0.
    return text == gold or (bool(text.split()) and text.lower().split()[:1] == gold.lower().split()[:1])

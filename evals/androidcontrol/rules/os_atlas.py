"""`os-atlas`: the rules of OS-Atlas, which UI-TARS and most tables of Type / Grounding / SR follow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actions.space import Action
from evals.androidcontrol.rules.base import (
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

_FAR = 0.14


@dataclass(frozen=True, slots=True)
class OsAtlas:
    """OS-Copilot/OS-Atlas eval_scripts/android_control/evaluation_unify.py (bad0840).

    * type: the names of the actions are equal.
    * click, long_press: at most 0.14 from the point, both axes scaled to one (0.14·1000 in 0..1000), boxes ignored.
    * type, open: equal, or F1 of the lower-cased words above 0.5, of the **first word alone**: the script takes
      `split()[1]` of the written action, `TYPE [text]`, so the word keeps its bracket and `[new` is not `[new]`.
    * swipe, system_button: equal. The written direction is the set's own, so the finger's is turned round.
    * wait: has no argument.
    """

    name: str = "os-atlas"
    version: str = "bad0840"
    summary: str = "click within 0.14, first word of a text, direction equal; grounding is of clicks"

    def judge(self, gold: Gold, action: Action) -> Verdict:
        if kind_of(action) != gold.step.kind:
            return missed(gold, action)
        match gold.step.kind:
            case "click" | "long_press":
                assert gold.point is not None
                point = point_of(action)
                return within(math.dist(gold.point, (point.x, point.y)), _FAR)
            case "type" | "open":
                return alike(_first_word(text_of(action), gold.step.text), text_of(action), gold.step.text)
            case "swipe":
                return same_way(gold, action)
            case "system_button":
                return same_button(gold, action)
            case "wait":
                return Verdict(True, True, "any wait is right")


def _first_word(text: str, gold: str) -> bool:
    # F1 of two sets of one word each is 1 or 0. A text of blanks leaves a bracket for its word.
    one, other = (f"[{words}]".lower().split()[0] for words in (text, gold))
    return text == gold or one == other

"""OS-Atlas's evaluation, carried over to the actions of AITZ.

Source: OS-Atlas eval_scripts/android_control/evaluation_unify.py @ bad0840:82-112, and its README for how actions are
written: one line, `CLICK <point>[[x,y]]</point>`, `TYPE [text]`, `SCROLL [UP]`. It has no script for AITZ; OS-Atlas
figures on AITZ are of AgentCPM-GUI's evaluator. Rule by rule:

gold      the result fields, points as whole numbers from 0 to 1000
type      equality of the line's first word, so every button and every status is a type of its own
click     exact when at most 0.14 · 1000 away; no box is looked at
type      the same line, or an F1 of words above 0.5 over the line's second word alone: the first word of the text,
          with its bracket, so `[new` does not equal `[new]`
else      the same line

A long press is a type of its own there as here; AITZ has no gold one.
"""

from __future__ import annotations

from dataclasses import dataclass

from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import Act, gold_act, predicted_act
from evals.aitz.rules.geometry import Place, distance
from evals.aitz.rules.text import word_f1
from evals.aitz.verdicts import Verdict, unreadable


@dataclass(frozen=True, slots=True)
class OsAtlas:
    """Points by distance alone, texts by their first word."""

    reach: float = 0.14 * 1000
    f1: float = 0.5
    name: str = "os-atlas"
    version: str = "2024-11"
    source: str = "OS-Atlas eval_scripts/android_control/evaluation_unify.py @ bad0840, carried over to AITZ's actions"

    @property
    def settings(self) -> str:
        return f"{self.reach:g} of 1000 from the gold point; F1 of the first word above {self.f1:g}"

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        if prediction.action is None:
            return unreadable(prediction.problem)
        gold, predicted = gold_act(step), predicted_act(prediction.action)
        one, other = _line(gold), _line(predicted)
        if gold.kind == "other" or one.split(" ")[0] != other.split(" ")[0]:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {gold}")
        match gold.kind:
            case "click":
                exact, reason = self._click(gold, predicted)
            case "type":
                f1 = word_f1(_second(other), _second(one))
                exact = one == other or f1 > self.f1
                reason = "the same text" if one == other else f"F1 of the first words {f1:.2f}"
            case _:
                exact, reason = one == other, "the same" if one == other else f"{predicted} for {gold}"
        return Verdict(type=True, exact=exact, reason=reason)

    def _click(self, gold: Act, predicted: Act) -> tuple[bool, str]:
        assert gold.place is not None
        assert predicted.place is not None
        away = distance(_permille(gold.place), _permille(predicted.place))
        near = away <= self.reach
        return near, f"{away:.0f} of 1000 from the gold point, {'at most' if near else 'more than'} {self.reach:.0f}"


def _permille(place: Place) -> Place:
    return round(place[0] * 1000), round(place[1] * 1000)


def _line(act: Act) -> str:
    match act.kind:
        case "click":
            return "CLICK"
        case "scroll":
            return f"SCROLL [{act.direction.upper()}]"
        case "type":
            return f"TYPE [{act.text}]"
        case "press":
            return f"PRESS_{act.button.upper()}"
        case "stop":
            return act.status.upper()
        case _:
            return act.name.upper()


def _second(line: str) -> str:
    """The second word; the original ends with an exception where a text of blanks leaves none."""
    words = line.split()
    return words[1] if len(words) > 1 else ""

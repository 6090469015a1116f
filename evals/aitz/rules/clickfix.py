"""The evaluator published with AITZ with its defects repaired, and nothing else changed.

Source: as `evals.aitz.rules.published`, whose rules hold but for these:

click       the gold point is where the finger touched, in whole pixels (int, as evaluate.py:84 means to)
index       0 is an index
gold        a description that begins with none of the five verbs, or a scroll's or a press's that names no direction
            or button, gives way to the result fields; a direction's case and full stop do not count. CoAT's own rule
            tells a gesture's direction: vertical when the way up or down is at least 0.9 of the way across
            (coat/action_utils.py:24-44)
text        a call that holds none has typed nothing that could be compared, and not the empty text
exceptions  what ended the evaluation is a wrong answer, and a screen without annotations has no box to overlap

A text is still compared by substring, ratio above 0.8 and case, and a predicted box of the whole screen is still
right for every click: these are rules, not slips.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from envs.replay.step import AitzStep
from evals.aitz.predictions.base import CoatCall, Prediction
from evals.aitz.rules.acts import Act, gold_act
from evals.aitz.rules.published import (
    BUTTONS,
    ENLARGE,
    WIDENING,
    StopsError,
    coat_call,
    judge_click,
    judge_text,
    kind_of,
    pixel_box,
    same,
    second_part,
    tagged,
)
from evals.aitz.verdicts import Verdict, unreadable

_DIRECTIONS = ("up", "down", "left", "right")


@dataclass(frozen=True, slots=True)
class ClickFix:
    """What the authors of AITZ must have meant, to compare with figures of theirs."""

    widening: float = WIDENING
    name: str = "aitz-clickfix"
    version: str = "2"
    source: str = "IMNearth/CoAT coat/evaluate.py @ 9ab1a9f with its defects repaired"

    @property
    def settings(self) -> str:
        return f"points widened by {self.widening:g} of 1000 on every side, boxes × {ENLARGE:g}"

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        call = coat_call(prediction, self.widening)
        if call is None or not call.name or not isinstance(call.name, str):
            return unreadable(prediction.problem)
        gold, predicted = described_act(step), kind_of(call.name)
        if predicted is None:
            return Verdict(type=False, exact=False, reason="the name holds none of the five verbs", format=False)
        if predicted != gold.kind:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {gold.kind}")
        try:
            return _judge(step, gold, call)
        except StopsError as error:
            return Verdict(type=True, exact=False, reason=str(error))


def _judge(step: AitzStep, gold: Act, call: CoatCall) -> Verdict:
    arguments = call.arguments if isinstance(call.arguments, dict) else {}
    match gold.kind:
        case "click":
            box = tagged(step, arguments.get("idx"), first=True) or pixel_box(arguments.get("bbox"), step)
            touched = int(step.touch[1] * step.width), int(step.touch[0] * step.height)
            exact, reason = judge_click(box, touched, step)
        case "scroll":
            exact, reason = same(arguments.get("direction"), gold.direction)
        case "type":
            return judge_text(arguments.get("text"), gold.text)
        case "press":
            exact, reason = same(second_part(call.name), gold.button)
        case _:
            exact, reason = True, "any stop is right"
    return Verdict(type=True, exact=exact, reason=reason)


def described_act(step: AitzStep) -> Act:
    """The gold action by the description, and by the result fields in what it does not say."""
    done = _result(step)
    words = step.description.split()
    kind = kind_of(words[0]) if words else None
    match kind:
        case "scroll":
            told = words[1].strip(" .,").lower() if len(words) > 1 else ""
            return Act("scroll", "scroll", direction=told if told in _DIRECTIONS else done.direction)
        case "press":
            found = next((button for button in BUTTONS if button in step.description.lower()), done.button)
            return Act("press", "press", button=found)
        case "type":
            return Act("type", "type", text=step.text)
        case "click" | "stop":
            return replace(done, kind=kind, name=kind)
        case _:
            return done


def _result(step: AitzStep) -> Act:
    act = gold_act(step)
    if act.kind != "scroll":
        return act
    dy, dx = step.lift[0] - step.touch[0], step.lift[1] - step.touch[1]
    vertical = abs(dy) >= 0.9 * abs(dx)
    return replace(act, direction=("up" if dy < 0 else "down") if vertical else ("left" if dx < 0 else "right"))

"""Android-in-the-Wild's action matching.

Source: google-research android_in_the_wild/action_matching.py @ 1d49f2c and its README. Rule by rule:

types     when either action is no gesture they match iff their ids are equal: typed text is not compared, home is not
          back, complete is not impossible
gestures  a tap iff touch and lift are at most 0.04 apart; a tap and a swipe never match
taps      both touches in one annotated box grown by 1.4 times its size (to 240 %), held to the screen, edges included;
          or at most 0.14 apart in fractions of the picture
swipes    the same main axis, the vertical one on a tie: so up matches down
type      `type` here is equality of the ids alone, as Auto-UI reports it (main.py:266-296): tap and swipe are one

data set  the mean over its subsets of the part of the steps that is exact: `subset_mean` among the figures

A screen without annotations is judged by the distance; the original cannot take the maximum of nothing, and its data
is padded. That code tells no swipe's direction, so a swipe is judged by its axis alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from envs.replay.gold import TAP
from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import Act, gold_act, predicted_act
from evals.aitz.rules.geometry import augmented, distance
from evals.aitz.verdicts import Verdict, unreadable

NAME = "aitw"


@dataclass(frozen=True, slots=True)
class Aitw:
    """The oldest and the loosest for scrolls and texts."""

    grow: float = 1.4
    reach: float = 0.14
    name: str = NAME
    version: str = "2023-07"
    source: str = "google-research android_in_the_wild/action_matching.py @ 1d49f2c; type as Auto-UI reports it"

    @property
    def settings(self) -> str:
        return f"both in one annotated box grown by {self.grow:g} of its size, or {self.reach:g} apart; scroll by axis"

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        if prediction.action is None:
            return unreadable(prediction.problem)
        gold, predicted = gold_act(step), predicted_act(prediction.action)
        one, other = _id(gold), _id(predicted)
        if gold.kind == "other" or predicted.kind == "other" or one != other:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {one}")
        if one != "gesture":
            return Verdict(type=True, exact=True, reason=f"both {one}; nothing else is compared")
        exact, reason = self._gesture(step, gold, predicted)
        return Verdict(type=True, exact=exact, reason=reason)

    def _gesture(self, step: AitzStep, gold: Act, predicted: Act) -> tuple[bool, str]:
        tapped, taps = gold.kind == "click", _taps(predicted)
        if tapped != taps:
            return False, f"a {'tap' if taps else 'swipe'} for a {'tap' if tapped else 'swipe'}"
        if not tapped:
            same = _vertical(gold) == _vertical(predicted)
            return same, "the same axis" if same else "another axis"
        assert gold.place is not None
        assert predicted.place is not None
        for box in augmented(step, self.grow):
            if box.holds(gold.place) and box.holds(predicted.place):
                return True, f"both in one annotated box grown by {self.grow:g} of its size"
        away = distance(gold.place, predicted.place)
        near = away <= self.reach
        return near, f"{away:.3f} apart, {'at most' if near else 'more than'} {self.reach:g}"


def _id(act: Act) -> str:
    """What stands for the original's ids: one for every gesture, one for each button and each status."""
    match act.kind:
        case "click" | "scroll":
            return "gesture"
        case "press":
            return f"press {act.button}"
        case "stop":
            return act.status
        case _:
            return act.name


def _taps(act: Act) -> bool:
    if act.kind == "click":
        return True
    return act.place is not None and act.end is not None and distance(act.place, act.end) <= TAP


def _vertical(act: Act) -> bool:
    """Whether the main axis is the vertical: numpy's argmax over (y, x) takes the first of equals."""
    if act.place is not None and act.end is not None:
        return abs(act.end[1] - act.place[1]) >= abs(act.end[0] - act.place[0])
    return act.direction in ("up", "down")

"""The rules everyone after Qwen2.5-VL uses: AgentCPM-GUI's evaluator, "based on evaluator of Qwen 2.5 VL".

Source: OpenBMB/AgentCPM-GUI eval/utils/evaluator.py @ a5612f0, whose head names the gist that Qwen's staff posted in
QwenLM/Qwen2.5-VL#904. Rule by rule:

gold      the result fields, not the description; a tap iff touch and lift are at most 0.04 apart; its point is where
          the finger touched; a scroll's direction is the finger's, the nearest of the four
type      click, scroll, type, press and stop; the three buttons are one type, complete and impossible are one
click     exact when the point is in an annotated box that holds the gold point, both boxes × 1.2 about their centre
          (held to the screen), or at most 0.14 from the gold point in fractions of the picture, not corrected for
          its aspect
scroll    the same direction
type      lower case and stripped, one text within the other: so an empty text is always right
press     the same button
stop      always exact; waiting counts as stopping, and so does emptying a field: an answer with none of POINT, PRESS
          and TYPE falls through to it

What is loose: on a 270 × 600 screen 0.14 reaches the icons above and below, and annotations are missing for many
icons. Steps without a prediction, which that evaluator leaves out of the score, are wrong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.android import ClearText, Wait
from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import Act, gold_act, predicted_act
from evals.aitz.rules.geometry import augmented, distance
from evals.aitz.rules.text import ratio
from evals.aitz.verdicts import Verdict, unreadable


@dataclass(frozen=True, slots=True)
class QwenAgentCpm:
    """The default: what figures of the last two years are likely to have been made by."""

    enlarge: float = 1.2
    reach: float = 0.14
    name: str = "qwen-agentcpm"
    version: str = "2025-05"
    source: str = "OpenBMB/AgentCPM-GUI eval/utils/evaluator.py @ a5612f0, after Qwen's gist (Qwen2.5-VL#904)"

    @property
    def settings(self) -> str:
        return f"annotated box × {self.enlarge:g}, or {self.reach:g} of the screen from the gold point"

    def judge(self, step: AitzStep, prediction: Prediction) -> Verdict:
        if prediction.action is None:
            return unreadable(prediction.problem)
        gold, predicted = gold_act(step), predicted_act(prediction.action)
        if isinstance(prediction.action, Wait | ClearText):
            predicted = Act("stop", prediction.action.name)
        if gold.kind == "other" or gold.kind != predicted.kind:
            return Verdict(type=False, exact=False, reason=f"{predicted} for {gold.kind}")
        exact, reason = self._exact(step, gold, predicted)
        text = ratio(_plain(predicted.text), _plain(gold.text)) if gold.kind == "type" else None
        return Verdict(type=True, exact=exact, reason=reason, text_ratio=text)

    def _exact(self, step: AitzStep, gold: Act, predicted: Act) -> tuple[bool, str]:
        match gold.kind:
            case "click":
                return self._click(step, gold, predicted)
            case "scroll":
                return predicted.direction == gold.direction, f"{predicted.direction or 'nowhere'} for {gold.direction}"
            case "type":
                one, other = _plain(predicted.text), _plain(gold.text)
                within = one in other or other in one
                return within, "one text within the other" if within else "neither text within the other"
            case "press":
                return predicted.button == gold.button, f"{predicted.button} for {gold.button}"
            case _:
                return True, "any stop is right"

    def _click(self, step: AitzStep, gold: Act, predicted: Act) -> tuple[bool, str]:
        assert gold.place is not None
        assert predicted.place is not None
        holding = [box for box in augmented(step, self.enlarge - 1) if box.holds(gold.place)]
        if any(box.holds(predicted.place) for box in holding):
            return True, f"in an annotated box × {self.enlarge:g} that holds the gold point"
        away = distance(gold.place, predicted.place)
        if away <= self.reach:
            return True, f"{away:.3f} from the gold point, at most {self.reach:g}"
        return False, f"{away:.3f} from the gold point, more than {self.reach:g}, and in no box of its"


def _plain(text: str) -> str:
    return text.lower().strip()

"""What is drawn over a screenshot: places in pixels of the picture, for an SVG of its size."""

from __future__ import annotations

from dataclasses import dataclass

from envs.replay.step import AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import Act, gold_act, predicted_act
from evals.aitz.rules.geometry import Place, Rect, pixels

_STEP = 0.25
"""How far a swipe of unknown length is drawn, of the screen."""
_WAYS: dict[str, Place] = {"up": (0, -_STEP), "down": (0, _STEP), "left": (-_STEP, 0), "right": (_STEP, 0)}


@dataclass(frozen=True, slots=True)
class Drawing:
    """The marks of one side, gold or predicted."""

    point: Place | None = None
    arrow: tuple[Place, Place] | None = None
    boxes: tuple[Rect, ...] = ()


def gold_drawing(step: AitzStep) -> Drawing:
    """The gold action, and the annotated boxes that hold a click's point."""
    act = gold_act(step)
    point, arrow = _marks(step, act)
    boxes = tuple(box for box in map(pixels, step.elements) if point is not None and box.holds(point))
    return Drawing(point, arrow, boxes)


def predicted_drawing(step: AitzStep, prediction: Prediction | None) -> Drawing:
    """The predicted action, with its box where the source gives one."""
    if prediction is None or prediction.action is None:
        return Drawing()
    point, arrow = _marks(step, predicted_act(prediction.action))
    box = prediction.box
    boxes = () if box is None else (_scaled(step, box.left, box.top, box.right, box.bottom),)
    return Drawing(point, arrow, boxes)


def _marks(step: AitzStep, act: Act) -> tuple[Place | None, tuple[Place, Place] | None]:
    if act.kind == "scroll":
        start = act.place or (0.5, 0.5)
        way = _WAYS.get(act.direction, (0.0, 0.0))
        end = act.end or (start[0] + way[0], start[1] + way[1])
        return None, (_pixel(step, start), _pixel(step, end))
    return (None if act.place is None else _pixel(step, act.place)), None


def _pixel(step: AitzStep, place: Place) -> Place:
    return min(1.0, max(0.0, place[0])) * step.width, min(1.0, max(0.0, place[1])) * step.height


def _scaled(step: AitzStep, left: float, top: float, right: float, bottom: float) -> Rect:
    return Rect(left * step.width, top * step.height, right * step.width, bottom * step.height)

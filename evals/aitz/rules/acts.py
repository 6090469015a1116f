"""Gold and predicted actions in one form: the five kinds that the benchmark tells apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actions.android import DoubleTap, Drag, LongPress, Press, Swipe, TypeText
from actions.screen import Click, Done
from actions.space import Action
from envs.replay.gold import direction_of, is_tap
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, PRESS_ENTER, PRESS_HOME, TYPE, AitzStep
from evals.aitz.rules.geometry import Place

Kind = Literal["click", "scroll", "type", "press", "stop", "other"]
KINDS: tuple[Kind, ...] = ("click", "scroll", "type", "press", "stop")

_BUTTONS = {PRESS_BACK: "back", PRESS_HOME: "home", PRESS_ENTER: "enter"}
_STATUSES = {COMPLETE: "complete", IMPOSSIBLE: "impossible"}


@dataclass(frozen=True, slots=True)
class Act:
    """An action of either side; the fields its kind does not have are empty."""

    kind: Kind
    """"other" for what the benchmark has no kind for."""
    name: str
    """What an action of kind "other" is called."""
    place: Place | None = None
    """Where a click, or a gesture's first touch, is."""
    end: Place | None = None
    """Where the finger was lifted."""
    direction: str = ""
    """The finger's: up, down, left or right; "" for a scroll that moves nowhere."""
    text: str = ""
    button: str = ""
    status: str = ""
    """complete or impossible."""

    def __str__(self) -> str:
        match self.kind:
            case "click" if self.place is not None:
                return f"click ({self.place[0]:.3f}, {self.place[1]:.3f})"
            case "scroll":
                return f"scroll {self.direction or 'nowhere'}"
            case "type":
                return f"type {shown(self.text)}"
            case "press":
                return f"press {self.button}"
            case "stop":
                return f"stop: {self.status}" if self.status else "stop"
            case _:
                return self.name


def gold_act(step: AitzStep) -> Act:
    """The gold action by the result fields: what the person's finger did."""
    if step.action == TYPE:
        return Act("type", "type", text=step.text)
    if step.action in _BUTTONS:
        return Act("press", "press", button=_BUTTONS[step.action])
    if step.action in _STATUSES:
        return Act("stop", "stop", status=_STATUSES[step.action])
    if step.action != DUAL_POINT:
        return Act("other", f"action {step.action}")
    touch, lift = (step.touch[1], step.touch[0]), (step.lift[1], step.lift[0])
    if is_tap(step):
        return Act("click", "click", place=touch, end=lift)
    return Act("scroll", "scroll", place=touch, end=lift, direction=direction_of(step))


def predicted_act(action: Action) -> Act:
    """An action of a phone as one of the five kinds. What the benchmark has no gold for is "other"."""
    match action:
        case Click(point):
            place = (point.x, point.y)
            return Act("click", "click", place=place, end=place)
        case Swipe(direction, point):
            return Act("scroll", "swipe", place=None if point is None else (point.x, point.y), direction=direction)
        case Drag(start, end):
            touch, lift = (start.x, start.y), (end.x, end.y)
            return Act("scroll", "drag", place=touch, end=lift, direction=nearest_direction(touch, lift))
        case TypeText(text):
            return Act("type", "type", text=text)
        case Press(button):
            return Act("press", "press", button=button.lower())
        case Done(status):
            return Act("stop", "done", status="complete" if status == "success" else "impossible")
        case LongPress(point) | DoubleTap(point):
            return Act("other", action.name, place=(point.x, point.y))
        case _:
            return Act("other", action.name)


def is_foreign(action: Action) -> bool:
    """Whether the benchmark has no gold action of this kind, so that the prediction cannot be right."""
    act = predicted_act(action)
    return act.kind == "other" or (act.kind == "press" and act.button not in _BUTTONS.values())


def nearest_direction(start: Place, end: Place) -> str:
    """The direction of the four with the greatest cosine, the earlier of up, down, left, right on a tie; or ""."""
    # Rounded: what was equal in units of 1000 must not differ by what floats make of it.
    dx, dy = round(end[0] - start[0], 9), round(end[1] - start[1], 9)
    if dx == 0 and dy == 0:
        return ""
    along = {"up": -dy, "down": dy, "left": -dx, "right": dx}
    return max(along, key=along.__getitem__)  # max keeps the first of equals


def shown(text: str) -> str:
    """Text as a reason quotes it: on one line, short."""
    quoted = repr(text[:60])
    return quoted if len(text) <= 40 else quoted[:38] + "…'"

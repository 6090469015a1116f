"""The actions of a replayed step: the phone's, and the mark of a step that was not answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actions.android import android_space
from actions.call import FunctionCall
from actions.point import UNIT, PointScale
from actions.space import Action, ActionSpace


@dataclass(frozen=True, slots=True)
class Unanswered(Action, name="unanswered"):
    """The answer to this screen held no valid action; the next recorded screen follows all the same."""


class ReplaySpace(ActionSpace):
    """The phone's actions. A policy may also hand over `Unanswered`, which no model is told of and none can call."""

    def __init__(self) -> None:
        super().__init__(android_space().actions)

    def encode(self, action: Action, scale: PointScale = UNIT) -> FunctionCall:
        if isinstance(action, Unanswered):
            return FunctionCall(action.name, {})
        return super().encode(action, scale)

    def contains(self, x: Any) -> bool:
        return isinstance(x, Unanswered) or super().contains(x)

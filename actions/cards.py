"""The actions of the four card games."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from actions.space import Action, ActionSpace

NUMBERS = tuple(str(number) for number in range(1, 11))


@dataclass(frozen=True, slots=True)
class Minus(Action):
    """Take one from the current number."""


@dataclass(frozen=True, slots=True)
class Plus(Action):
    """Add one to the current number."""


@dataclass(frozen=True, slots=True)
class Stand(Action):
    """Take no more cards and let the dealer play."""


@dataclass(frozen=True, slots=True)
class Hit(Action):
    """Take one more card."""


@dataclass(frozen=True, slots=True)
class AppendTo12(Action, name="Append"):
    """Append a number or a sign to the formula; = hands it in."""

    token: Annotated[Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "+", "*", "="], "what to append"]


@dataclass(frozen=True, slots=True)
class AppendTo24(Action, name="Append"):
    """Append a number or a sign to the formula; = hands it in."""

    token: Annotated[
        Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "+", "-", "*", "/", "(", ")", "="],
        "what to append",
    ]


NumberLineAction = Minus | Plus
BlackjackAction = Stand | Hit


def number_line_space() -> ActionSpace:
    return ActionSpace([Minus, Plus])


def blackjack_space() -> ActionSpace:
    return ActionSpace([Stand, Hit])


def ez_points_space() -> ActionSpace:
    return ActionSpace([AppendTo12])


def points24_space() -> ActionSpace:
    return ActionSpace([AppendTo24])

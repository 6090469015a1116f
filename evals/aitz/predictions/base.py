"""What a file says was predicted at one step, and what reading it met with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.point import Box
from actions.space import Action

Key = tuple[str, int]
"""An episode's id and the step's, as the files of the benchmark write them."""


@dataclass(frozen=True, slots=True)
class CoatCall:
    """A call as CoAT's layout holds it, not made sure of: the published rules judge what is written there."""

    name: Any
    arguments: Any


@dataclass(frozen=True, slots=True)
class Prediction:
    """One step's answer. `action` is None when it holds no action of a phone; `problem` then says why."""

    action: Action | None
    problem: str = ""
    text: str = ""
    """The model's own words, where the file has them."""
    box: Box | None = None
    """Where the source gives a box to click instead of a point; the action then clicks its centre."""
    index: int | None = None
    """Where the source gives the number of an annotated element (CoAT's tag mode), counted in reading order."""
    coat: CoatCall | None = None
    """The call of CoAT's own layout, for the rules that look at nothing else."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's predictions, and what in it could not be taken as it stood.

    `duplicates` are steps told more than once, of which the first counts. `problems` counts, by what was wrong, the
    predictions without an action.
    """

    format: str
    predictions: Mapping[Key, Prediction]
    duplicates: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    problems: Counter[str] = field(default_factory=Counter)

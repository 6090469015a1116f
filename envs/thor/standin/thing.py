"""One object of the household: where it is and the state it is in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from envs.thor.standin.kinds import Kind, Trait
from envs.thor.standin.plan import View
from envs.thor.standin.rect import Rect

Floats = NDArray[np.float64]
Temperature = Literal["Hot", "Cold", "RoomTemp"]


@dataclass(slots=True)
class State:
    """What can change about an object besides its place."""

    is_open: bool = False
    toggled: bool = False
    dirty: bool = False
    filled: str = ""
    cooked: bool = False
    broken: bool = False
    sliced: bool = False
    temperature: Temperature = "RoomTemp"


@dataclass(slots=True)
class Thing:
    """An object.

    Args:
        base: (3,) the middle of the underside of its box.
        yaw: degrees clockwise seen from above, 0 facing +z, as AI2-THOR's; the back of furniture lies that way.
        size: (3,) width, height, depth of its box before it is turned.
        pivot: (3,) what metadata calls its position, minus `base`.
        patches: the rectangles that a counter's top is made of; its box otherwise.
        boards: lower or higher shelves of a piece of furniture: height and rectangle.
        parent: the id of the receptacle it is in.
        levels: heights of the shelves inside a container, above the base.
    """

    id: str
    kind: Kind
    name: str
    base: Floats
    yaw: float
    size: Floats
    pivot: Floats
    patches: tuple[Rect, ...] = ()
    boards: tuple[tuple[float, Rect], ...] = ()
    parent: str | None = None
    levels: tuple[float, ...] = ()
    view: View | None = None
    state: State = field(default_factory=State)

    def __post_init__(self) -> None:
        if self.kind.name in ("Box", "Laptop"):
            self.state.is_open = True  # as they stand in AI2-THOR's rooms

    @property
    def position(self) -> Floats:
        return self.base + self.pivot

    @property
    def surface(self) -> float:
        """World height of what things rest on."""
        if self.patches or self.kind.shape in ("basin", "shelf"):
            return float(self.base[1]) + (0.0 if self.kind.shape == "basin" else float(self.size[1]))
        if self.kind.surface > 0:
            return float(self.base[1] + min(self.kind.surface / self.kind.size[1], 1.0) * self.size[1])
        if self.kind.has(Trait.PICKUPABLE) or self.kind.shape == "can":
            return float(self.base[1]) + 0.015
        if self.kind.shape == "burner":
            return float(self.base[1] + self.size[1])
        return float(self.base[1]) + 0.03

    def axes(self) -> Floats:
        """(3, 3): columns its own right, up and depth in the world."""
        turn = math.radians(self.yaw)
        sine, cosine = math.sin(turn), math.cos(turn)
        return np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])

    def footprint(self) -> Rect:
        """The rectangle, along the world's axes, around its box."""
        x, _, z = self.base.tolist()
        width, _, depth = self.size.tolist()
        turn = math.radians(self.yaw)
        sine, cosine = abs(math.sin(turn)), abs(math.cos(turn))
        across, along = (width * cosine + depth * sine) / 2, (width * sine + depth * cosine) / 2
        rect = Rect(x - across, z - along, x + across, z + along)
        for patch in self.patches:
            rect = rect.around(patch)
        return rect

    def tops(self) -> tuple[Rect, ...]:
        """Where things can rest on it, as rectangles on the world's axes."""
        return self.patches or (self.footprint(),)

    def move(self, by: Floats) -> None:
        self.base = self.base + by

    def has(self, trait: Trait) -> bool:
        return trait in self.kind.traits

    @property
    def hides(self) -> bool:
        """Whether what is inside can neither be seen nor reached."""
        return self.has(Trait.OPENABLE) and not self.state.is_open and self.kind.shape in _CLOSED


_CLOSED = frozenset({"cabinet", "drawer", "fridge", "microwave", "carton"})


def box_of(kind: Kind, position: Floats, yaw: float, size: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """The base, size and pivot of a thing of a kind whose id or pose gives `position`."""
    full = np.array(kind.size if size is None else size, dtype=float)
    turn = math.radians(yaw)
    match kind.anchor:
        case "base":
            base = position
        case "centre":
            base = position - [0, full[1] / 2, 0]
        case "top":
            base = position - [0, full[1], 0]
        case "door":
            deep = np.array([math.sin(turn), 0, math.cos(turn)])
            base = position - [0, full[1] / 2, 0] + deep * full[2] / 2
    return base, full, position - base

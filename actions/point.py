"""Points and boxes in [0, 1], and the only coordinate conversions in the project."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from actions.call import ActionError, show

# One signed decimal number. Applied only to strings already bounded by MAX_TEXT, so it stays linear.
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_BOX_TOKENS = re.compile(r"<\|(?:box|quad|point)_(?:start|end)\|>|</?(?:box|point)>")
_BETWEEN = re.compile(r"[\s(),;\[\]（），；［］]*")
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class PointScale:
    """The unit a model writes coordinates in: the numbers that stand for the right and the bottom edge.

    Qwen2-VL writes 0..1000 on both axes (`PERMILLE`); Qwen2.5-VL writes pixels of the resized image
    (`PointScale(width, height, integral=True)`); ShowUI and Aguvis write 0..1 (`UNIT`).
    """

    width: float
    height: float
    integral: bool = False

    def write(self, x: float, y: float) -> list[float | int]:
        """The point (x, y) in [0, 1] in this unit, rounded when the unit is integral."""
        if self.integral:
            return [round(x * self.width), round(y * self.height)]
        return [x * self.width, y * self.height]

    def read(self, x: float, y: float) -> tuple[float, float]:
        """The inverse of `write`. Raises ActionError outside the screen: never a silent clamp."""
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            raise ActionError(
                f"The point ({x:g}, {y:g}) is outside the screen; x must be 0 to {self.width:g} "
                f"and y 0 to {self.height:g}."
            )
        return x / self.width, y / self.height


UNIT = PointScale(1.0, 1.0)
PERMILLE = PointScale(1000.0, 1000.0, integral=True)


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the screen: x to the right and y down, both in [0, 1]."""

    x: float
    y: float

    def __post_init__(self) -> None:
        _check_unit(self.x, self.y)

    def to_pixels(self, width: int, height: int) -> tuple[int, int]:
        """The pixel (column, row) that holds this point on a screen of width × height."""
        return min(int(self.x * width), width - 1), min(int(self.y * height), height - 1)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its top-left and bottom-right corners, in [0, 1]."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        _check_unit(self.left, self.top, self.right, self.bottom)
        if self.right < self.left or self.bottom < self.top:
            raise ActionError("A box is written (left, top), (right, bottom); its corners are swapped.")

    @property
    def centre(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)


def read_point(value: Any, scale: PointScale) -> Point:
    """A Point from what a model wrote: two numbers, or four (a box), whose centre is taken.

    Accepts a list, a {"x", "y"} object, or text such as "(348, 291)" with or without box tokens.
    """
    numbers = _numbers(value)
    if len(numbers) == 4:
        return read_box(numbers, scale).centre
    if len(numbers) != 2:
        raise ActionError(f"A point is two numbers, (x, y); got {show(value)}.")
    return Point(*scale.read(*numbers))


def read_box(value: Any, scale: PointScale) -> Box:
    """A Box from four numbers in any of the forms `read_point` takes."""
    numbers = _numbers(value)
    if len(numbers) != 4:
        raise ActionError(f"A box is four numbers, (left, top), (right, bottom); got {show(value)}.")
    left, top = scale.read(numbers[0], numbers[1])
    right, bottom = scale.read(numbers[2], numbers[3])
    return Box(left, top, right, bottom)


def write_point(point: Point, scale: PointScale) -> list[float | int]:
    return scale.write(point.x, point.y)


def write_box(box: Box, scale: PointScale) -> list[float | int]:
    return scale.write(box.left, box.top) + scale.write(box.right, box.bottom)


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        value = [value[key] for key in ("x", "y") if key in value]
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ActionError("A point is two numbers, (x, y); the text given is far too long for one.")
        bare = _BOX_TOKENS.sub(" ", value)
        if _BETWEEN.fullmatch(_NUMBER.sub(" ", bare)) is None:
            raise ActionError(f"A point is two numbers, (x, y); got {show(value)}.")
        return [float(number) for number in _NUMBER.findall(bare)]
    if not isinstance(value, list | tuple):
        raise ActionError(f"A point is two numbers, (x, y); got {show(value)}.")
    if value and all(isinstance(item, list | tuple) for item in value):
        value = [number for item in value for number in item]
    numbers = []
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int | float) or not _finite(item):
            raise ActionError(f"A coordinate must be a number; got {show(item)}.")
        numbers.append(float(item))
    return numbers


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer too large for a float is JSON's to write and ours to refuse
        return False


def _check_unit(*numbers: float) -> None:
    for number in numbers:
        if not 0.0 <= number <= 1.0:
            raise ActionError(f"The coordinate {number:g} is outside the screen.")

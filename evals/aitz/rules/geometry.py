"""Distances, boxes and the order of elements, as the rule-sets measure them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from envs.replay.step import AitzStep, Element

Place = tuple[float, float]
"""(x, y), as fractions of the picture unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A box by its edges; unlike `actions.point.Box` it may reach over the screen's."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, place: Place) -> bool:
        """Whether a point lies in it, its edges included."""
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom

    def enlarged(self, factor: float) -> Rect:
        """About its centre, both sides times `factor`."""
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        width, height = (self.right - self.left) * factor, (self.bottom - self.top) * factor
        return Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def distance(one: Place, other: Place) -> float:
    """Euclidean, in fractions of the picture: not corrected for its aspect."""
    return math.sqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2)


def pixels(element: Element) -> Rect:
    """An annotation in pixels of the stored picture."""
    return Rect(element.x, element.y, element.x + element.width, element.y + element.height)


def augmented(step: AitzStep, change: float) -> list[Rect]:
    """The annotations in fractions, grown by `change` of their size, half on each side.

    The corner is held inside the screen and the sides to its size, as the code of Android-in-the-Wild does it
    (action_matching.py): a box that grows over the left edge is moved to the right, not cut.
    """
    if step.height <= 0 or step.width <= 0:
        return []
    grown = []
    for element in step.elements:
        height, width = element.height / step.height, element.width / step.width
        top = max(0.0, element.y / step.height - change * height / 2)
        left = max(0.0, element.x / step.width - change * width / 2)
        grown.append(Rect(left, top, left + min(1.0, width + change * width), top + min(1.0, height + change * height)))
    return grown


def overlap(one: Rect, other: Rect) -> float:
    """Intersection over union, no area below one pixel (CoAT's intersect_iou)."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (max(one.area, 1.0) + max(other.area, 1.0) - shared)


def reading_order(boxes: Sequence[Rect]) -> list[Rect]:
    """By lines from the top, each from the left: how CoAT numbers the elements it draws (screen_utils.row_col_sort).

    A box joins the line before it when the mean centre of that line lies within its height, and its own centre within
    the height of the line's last box.
    """
    lines: list[list[Rect]] = []
    for box in sorted(boxes, key=cmp_to_key(_before)):
        if lines and _joins(box, lines[-1]):
            lines[-1].append(box)
        else:
            lines.append([box])
    return [box for line in lines for box in sorted(line, key=lambda each: each.left)]


def _before(one: Rect, other: Rect) -> int:
    """Negative, 0 or positive: a box whose top is below the other's middle comes later, else the one to the right."""
    if one.top > other.top and one.top > (other.top + other.bottom) / 2:
        return 1
    if one.top < other.top and other.top > (one.top + one.bottom) / 2:
        return -1
    return (one.left > other.left) - (one.left < other.left)


def _joins(box: Rect, line: Sequence[Rect]) -> bool:
    mean = sum((each.top + each.bottom) * 0.5 for each in line) / len(line)
    centre = (box.top + box.bottom) * 0.5
    return box.top < mean < box.bottom and line[-1].top < centre < line[-1].bottom

"""A finger on the glass: touches as commands, in pixels of the display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from actions.android import Click, DoubleTap, Drag, LongPress, Swipe, TouchAction
from actions.call import ActionError
from actions.point import Point
from actions.screen import Direction
from envs.android.shell import Line, line, overlapping

LENGTH = 0.5
"""The part of the screen a swipe goes over."""
SWIPE = 300
DRAG = 1000
"""Milliseconds: a finger that goes faster flings what it moves."""
_APART = 0.12
"""Seconds between the starts of two taps. Android takes taps 40 to 300 ms apart for a double one, and starting a
command takes anything from 20 to 400 ms: so the second is not held up by the first."""
_EDGE = 0.02
"""From the edges of the screen a swipe is the system's."""
_SHORTEST = 0.05
_WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


@dataclass(frozen=True, slots=True)
class Touch:
    """A touch: the command, the points it goes to in pixels, and the seconds the finger is down."""

    command: Line
    pixels: dict[str, tuple[int, int]]
    seconds: float = 0.0


def touch(action: TouchAction, width: int, height: int) -> Touch:
    """An action as a touch of a display of width × height. Raises ActionError for a swipe without room."""

    def at(point: Point) -> tuple[int, int]:
        return point.to_pixels(width, height)

    match action:
        case Click(point):
            return Touch(_tap(at(point)), {"point": at(point)})
        case DoubleTap(point):
            return Touch(overlapping(_tap(at(point)), _APART, _tap(at(point))), {"point": at(point)}, _APART)
        case LongPress(point, seconds):
            held = line("input", "swipe", *at(point), *at(point), round(1000 * seconds))
            return Touch(held, {"point": at(point)}, seconds)
        case Swipe(direction, point):
            start, end = swipe_path(direction, point)
            moved = line("input", "swipe", *at(start), *at(end), SWIPE)
            return Touch(moved, {"start": at(start), "end": at(end)}, SWIPE / 1000)
        case Drag(start, end):
            moved = line("input", "swipe", *at(start), *at(end), DRAG)
            return Touch(moved, {"start": at(start), "end": at(end)}, DRAG / 1000)
        case _:
            assert_never(action)


def swipe_path(direction: Direction, point: Point | None) -> tuple[Point, Point]:
    """Where a finger begins and ends: over the middle of the screen, or from a point as far as there is room."""
    right, down = _WAYS[direction]
    if point is None:
        half = LENGTH / 2
        return Point(0.5 - right * half, 0.5 - down * half), Point(0.5 + right * half, 0.5 + down * half)
    end = Point(_inside(point.x, right), _inside(point.y, down))
    if abs(end.x - point.x) + abs(end.y - point.y) < _SHORTEST:
        raise ActionError(f"swipe: there is no room to go {direction} from this point; begin further in.")
    return point, end


def _inside(start: float, way: int) -> float:
    if way == 0:
        return start
    return max(min(start, _EDGE), start - LENGTH) if way < 0 else min(max(start, 1 - _EDGE), start + LENGTH)


def _tap(pixel: tuple[int, int]) -> Line:
    return line("input", "tap", *pixel)

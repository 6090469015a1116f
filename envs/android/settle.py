"""Waits for a screen to come to rest, by its pixels."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from envs.android.frames import Pixels

SHORT, LONG = 135, 300
"""Sides of a thumbnail."""
LEVELS = 16
"""Grey levels by which a pixel differs at least: less is noise of the scaling, or a gradient that breathes."""
STILL = 0.01
"""The part of the pixels that may change on a screen at rest: a caret, a spinner, a second hand."""
MOVED = 0.0005
"""The part that changes at least when a screen has reacted: a switch is more."""
_BAR = 15
"""Rows of a thumbnail where the clock is."""
REACTION = 0.7
"""Seconds a phone has to react to a touch at all."""
PAUSE = 0.1
"""Seconds between two looks."""

Thumbnail = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Rest:
    """The last frame, whether the screen has come to rest by it, and the seconds and looks this took."""

    frame: Pixels
    settled: bool
    seconds: float
    shots: int


def thumbnail(frame: Pixels) -> Thumbnail:
    """A small grey picture of what is below the status bar: 135 x 300, or 300 x 135 for one that lies."""
    height, width = frame.shape[:2]
    size = (SHORT, LONG) if height >= width else (LONG, SHORT)
    grey = Image.fromarray(frame).convert("L").resize(size, Image.Resampling.BOX)
    return np.asarray(grey, np.int16)[_BAR:]


def changed(one: Thumbnail, other: Thumbnail) -> float:
    """The part of the pixels that differ: 1 for another rotation."""
    if one.shape != other.shape:
        return 1.0
    return float(np.mean(np.abs(one - other) > LEVELS))


def settle(
    shoot: Callable[[], Pixels],
    cap: float,
    before: Pixels | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Rest:
    """Look until two frames in a row are alike, or `cap` seconds have passed.

    Args:
        shoot: takes a frame.
        before: what was seen before an action. A screen that is still the same has perhaps not yet reacted, and is
            given a little time to; None when nothing is to be expected.
    """
    started = clock()
    base = None if before is None else thumbnail(before)
    frame, shots = shoot(), 1
    last = thumbnail(frame)
    while clock() - started < cap:
        sleep(PAUSE)
        frame, shots = shoot(), shots + 1
        seen = thumbnail(frame)
        quiet, last = changed(last, seen) <= STILL, seen
        waiting = base is not None and changed(base, seen) <= MOVED and clock() - started < REACTION
        if quiet and not waiting:
            return Rest(frame, True, clock() - started, shots)
    return Rest(frame, False, clock() - started, shots)

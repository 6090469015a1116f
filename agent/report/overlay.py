"""Draws an action on the screenshot it was chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageDraw

_COLOUR = (255, 0, 160)


def draw_action(pixels: NDArray[np.uint8], action: dict[str, Any] | None) -> PILImage.Image:
    """A copy of the screenshot with every point and box of the action's arguments, given in [0, 1], marked.

    Args:
        pixels: uint8 RGB of shape (height, width, 3).
        action: a recorded action, {"name", "arguments"}, or None.
    """
    picture = PILImage.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    size = max(6, min(picture.size) // 25)
    places = [] if action is None else [v for v in action["arguments"].values() if _is_place(v)]
    points = []
    for place in places:
        x, y = place[0] * (picture.width - 1), place[1] * (picture.height - 1)
        if len(place) == 4:
            draw.rectangle(
                (x, y, place[2] * (picture.width - 1), place[3] * (picture.height - 1)), outline=_COLOUR, width=3
            )
            continue
        points.append((x, y))
        draw.ellipse((x - size, y - size, x + size, y + size), outline=_COLOUR, width=3)
        draw.line((x - size, y, x + size, y), fill=_COLOUR, width=2)
        draw.line((x, y - size, x, y + size), fill=_COLOUR, width=2)
    if len(points) == 2:  # a drag or swipe: from the first to the second
        draw.line((*points[0], *points[1]), fill=_COLOUR, width=3)
    return picture


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and len(value) in (2, 4)
        and all(isinstance(number, int | float) and 0 <= number <= 1 for number in value)
    )

"""The report's pictures: what the agent saw with box and mask on it, and the room from above with the path."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageDraw

CELL = 0.25
"""Metres between two places one can stand on."""
_BOX, _MASK, _WRONG = (255, 0, 160), (0, 200, 255), (255, 120, 0)
_HEADINGS = ((0, 1), (1, 0), (0, -1), (-1, 0))
_SCALE = 56.0
"""Pixels a metre of the map."""
_MARGIN = 0.4

Stop = tuple[float, float]


def draw_grounding(pixels: NDArray[np.uint8], grounding: dict[str, Any] | None) -> PILImage.Image:
    """A copy of a uint8 RGB picture (height, width, 3) with a step's box outlined and its mask tinted.

    The mask is blue, and orange where it picked another instance than the one meant.
    """
    if grounding is None:
        return PILImage.fromarray(pixels)
    found = pixels.copy()
    height, width = pixels.shape[:2]
    if grounding.get("mask"):
        mask = unpack(grounding["mask"], height, width)
        colour = np.array(_WRONG if grounding.get("wrong") else _MASK)
        found[mask] = (0.45 * found[mask] + 0.55 * colour).astype(np.uint8)
    picture = PILImage.fromarray(found)
    draw = ImageDraw.Draw(picture)
    if grounding.get("box"):
        left, top, right, bottom = grounding["box"]
        corners = (left * (width - 1), top * (height - 1), right * (width - 1), bottom * (height - 1))
        draw.rectangle(corners, outline=_BOX, width=2)
    if grounding.get("point"):
        x, y = grounding["point"][0] * (width - 1), grounding["point"][1] * (height - 1)
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), outline=_BOX, width=2)
    return picture


def unpack(runs: Sequence[Sequence[int]], height: int, width: int) -> NDArray[np.bool_]:
    """The mask of [start, length] runs over its pixels in row-major order; runs beyond the picture are cut."""
    flat = np.zeros(height * width, bool)
    for start, length in runs:
        flat[max(0, start) : max(0, start + length)] = True
    return flat.reshape(height, width)


def embed(picture: PILImage.Image) -> str:
    """A picture as an address that holds it."""
    buffer = io.BytesIO()
    picture.save(buffer, format="JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def trace(start: Sequence[int], steps: Sequence[Sequence[dict[str, Any]]]) -> list[list[Stop]]:
    """Where each action led, from its low-level steps: points (x, z) in cells, the first being where it began.

    Args:
        start: x and z in cells, and the rotation in quarter turns.
    """
    x, z, turn = float(start[0]), float(start[1]), int(start[2])
    paths = []
    for low in steps:
        path = [(x, z)]
        for step in low:
            if not step.get("success"):
                continue
            if step["action"] == "MoveAhead":
                dx, dz = _HEADINGS[turn % 4]
                x, z = x + dx, z + dz
                path.append((x, z))
            turn += {"RotateRight": 1, "RotateLeft": -1}.get(step["action"], 0)
        paths.append(path)
    return paths


def plan_view(room: dict[str, Any], paths: Sequence[Sequence[Stop]]) -> dict[str, Any]:
    """The room from above, in the pixels of an SVG: x to the right, z up as on a map.

    floor   [x, y, side] of every place one can stand on
    things  [type, x, y, width, height] of the furniture, with its name where there is room for it
    path    the points of the whole way, and stops [x, y, number] where an action ended
    """
    cells = [(x * CELL, z * CELL) for x, z in room.get("cells", ())]
    edges = [edge for _, *edge in room.get("things", ())]
    xs = [x for x, _ in cells] + [value for left, _, right, _ in edges for value in (left, right)] or [0.0]
    zs = [z for _, z in cells] + [value for _, near, _, far in edges for value in (near, far)] or [0.0]
    left, top = min(xs) - _MARGIN, max(zs) + _MARGIN
    width, height = max(xs) + _MARGIN - left, top - min(zs) + _MARGIN

    def at(x: float, z: float) -> tuple[float, float]:
        return round((x - left) * _SCALE, 1), round((top - z) * _SCALE, 1)

    things = []
    for kind, x0, z0, x1, z1 in room.get("things", ()):
        (x, y), wide, high = at(x0, z1), round((x1 - x0) * _SCALE, 1), round((z1 - z0) * _SCALE, 1)
        fits = len(kind) * 6 < wide and high > 11
        things.append([kind, x, y, wide, high, kind if fits else ""])
    side = round(CELL * _SCALE, 1)
    points = [at(x * CELL, z * CELL) for path in paths for x, z in path]
    stops: dict[tuple[float, float], list[int]] = {}
    for number, path in enumerate(paths, 1):
        if len(path) > 1:
            stops.setdefault(at(path[-1][0] * CELL, path[-1][1] * CELL), []).append(number)
    return {
        "width": round(width * _SCALE), "height": round(height * _SCALE), "side": side,
        "floor": [at(x - CELL / 2, z + CELL / 2) for x, z in cells], "things": things, "path": points,
        "stops": [[x, y, ", ".join(map(str, numbers))] for (x, y), numbers in stops.items()],
    }  # fmt: skip

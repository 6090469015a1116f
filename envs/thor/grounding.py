"""From where the model points to which object is meant: a prompt, a mask, and the instance that ALFRED would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from actions.point import Box, Point
from envs.thor.engine import Event
from envs.thor.names import Thing

Mask = NDArray[np.bool_]
Prompt = Point | Box
_DISC = 4.0
_INTERACTIONS = ("pickupable", "receptacle", "openable", "toggleable", "sliceable")


@runtime_checkable
class Segmenter(Protocol):
    """Turns a place in a picture into the mask of what is there."""

    name: str
    """Said in every record and beside every score."""

    def segment(self, image: NDArray[np.uint8], prompt: Prompt) -> Mask:
        """The mask, bool (height, width), of what a point or a box of a uint8 RGB picture means."""
        ...


@runtime_checkable
class HasSegmenter(Protocol):
    """An env that can be given a segmenter, which whoever makes it chooses: envs and model never meet."""

    segmenter: Segmenter | None


class BoxSegmenter:
    """No segmentation at all: a box is its own mask, a point a small disc. The floor that a segmenter has to beat."""

    name = "box"

    def segment(self, image: NDArray[np.uint8], prompt: Prompt) -> Mask:
        height, width = image.shape[:2]
        rows, columns = np.mgrid[:height, :width]
        if isinstance(prompt, Point):
            x, y = prompt.to_pixels(width, height)
            return np.asarray((columns - x) ** 2 + (rows - y) ** 2 <= _DISC**2)
        left, top, right, bottom = pixels_of(prompt, width, height)
        return np.asarray((columns >= left) & (columns < right) & (rows >= top) & (rows < bottom))


@dataclass(frozen=True, slots=True)
class Choice:
    """The instance a mask picks, with the overlap of the two; None when no instance can be interacted with there."""

    object_id: str | None
    iou: float


@dataclass(frozen=True, slots=True)
class Grounding:
    """How one place in the picture found its object: for records and scores, never for the model."""

    segmenter: str
    name: str
    prompt: Prompt | None
    choice: Choice
    mask: Mask | None
    intended: str | None
    """The object of that name that the prompt fits best by the engine's own masks; None when none is in sight."""
    truth_iou: float
    """Overlap of the mask with the intended object's own mask: how good the segmentation is."""
    wrong: bool | None
    """Whether another instance than the intended one was chosen, or one of another name; None when the scene holds
    nothing of that name, or no mask was made."""

    def fact(self) -> dict[str, Any]:
        """As JSON: the box in [0, 1], and the mask as [start, length] runs in row-major order, as in ALFRED's data."""
        prompt = self.prompt
        place = [prompt.left, prompt.top, prompt.right, prompt.bottom] if isinstance(prompt, Box) else None
        return {
            "segmenter": self.segmenter,
            "object": self.name,
            "box": place,
            "point": [prompt.x, prompt.y] if isinstance(prompt, Point) else None,
            "chosen": self.choice.object_id,
            "iou": round(self.choice.iou, 4),
            "intended": self.intended,
            "wrong": self.wrong,
            "truth_iou": round(self.truth_iou, 4),
            "mask": runs(self.mask) if self.mask is not None else None,
        }


def choose(event: Event, mask: Mask, objects: Sequence[Thing], held: str | None) -> Choice:
    """The instance a mask picks, by the rule of ALFRED's evaluator (env/thor_env.py, va_interact).

    Every colour under the mask is scored by intersection over union; what has no name, what is in the hand and what
    allows no interaction is dropped; the best of the rest is taken, however low its score.
    """
    frame = event.instance_segmentation_frame
    assert frame is not None
    codes = _codes(frame)
    under, counts = np.unique(codes[mask], return_counts=True)
    names = {_code(colour): name for colour, name in event.color_to_object_id.items()}
    usable = {thing["objectId"] for thing in objects if any(thing[kind] for kind in _INTERACTIONS)} - {held}
    area = int(mask.sum())
    scored = []
    for code, count in zip(under.tolist(), counts.tolist(), strict=True):
        union = int((codes == code).sum()) + area - count
        # Among equals the one with more pixels under the mask: ALFRED counts them in that order, and sorts stably.
        scored.append((-count / union, -count, names.get(code)))
    for iou, _, name in sorted(scored, key=lambda entry: entry[:2]):
        if name in usable:
            return Choice(name, -iou)
    return Choice(None, 0.0)


def truth_mask(event: Event, object_id: str) -> Mask | None:
    """The engine's own mask of an object, bool (height, width); None when no pixel of it is seen."""
    frame = event.instance_segmentation_frame
    colours = [colour for colour, name in event.color_to_object_id.items() if name == object_id]
    if frame is None or not colours:
        return None
    codes = _codes(frame)
    mask = np.isin(codes, [_code(colour) for colour in colours])
    return mask if mask.any() else None


def truth_box(event: Event, object_id: str) -> Box | None:
    """The tight box of an object's pixels, in [0, 1]; None when no pixel of it is seen."""
    mask = truth_mask(event, object_id)
    return None if mask is None else box_of(mask)


def box_of(mask: Mask) -> Box:
    """The tight box of a mask that is not empty."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return Box(
        float(columns[0] / width), float(rows[0] / height), float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )  # fmt: skip


def fitting(event: Event, prompt: Prompt, things: Sequence[Thing]) -> str | None:
    """Which of some objects a prompt fits best, by the engine's own masks; None when it touches none of them.

    For a box, the object whose tight box overlaps it most (intersection over union); for a point, the one under it.
    """
    best, found = 0.0, None
    for thing in things:
        mask = truth_mask(event, thing["objectId"])
        if mask is None:
            continue
        if isinstance(prompt, Point):
            x, y = prompt.to_pixels(mask.shape[1], mask.shape[0])
            fit = float(mask[y, x])
        else:
            fit = _overlap(prompt, box_of(mask))
        if fit > best:
            best, found = fit, str(thing["objectId"])
    return found


def iou(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks of one shape; 0 when both are empty."""
    union = int((one | other).sum())
    return int((one & other).sum()) / union if union else 0.0


def pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in whole pixels, right and bottom exclusive; at least one pixel each way."""
    left, top = min(int(box.left * width), width - 1), min(int(box.top * height), height - 1)
    right, bottom = max(left + 1, round(box.right * width)), max(top + 1, round(box.bottom * height))
    return left, top, right, bottom


def runs(mask: Mask) -> list[list[int]]:
    """A mask as [start, length] runs over its pixels in row-major order."""
    flat = np.concatenate(([False], mask.ravel(), [False]))
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return [[int(start), int(end - start)] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box.right - box.left) * (box.bottom - box.top) for box in (one, other)]
    return width * height / (sum(areas) - width * height)


def _codes(frame: NDArray[np.uint8]) -> NDArray[np.int32]:
    wide = frame.astype(np.int32)
    return np.asarray((wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2], dtype=np.int32)


def _code(colour: Sequence[int]) -> int:
    return (int(colour[0]) << 16) | (int(colour[1]) << 8) | int(colour[2])

"""Segment Anything (arXiv 2304.02643) in the form its authors ship: the segment-anything package and its .pth files."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from actions.point import Box, Point
from model.base import ModelError

KINDS = ("vit_b", "vit_l", "vit_h")


class SegmentAnything:
    """A Sam and its last picture's features, so that a second prompt on one picture is quick.

    A point may mean a part or a whole: of its three masks the one the model rates best is taken. A box is less
    ambiguous, and gives one.

    Args:
        sam: a `segment_anything.modeling.Sam`.
        name: said in every record, such as "Segment Anything vit_b".
    """

    def __init__(self, sam: torch.nn.Module, name: str) -> None:
        self.name = name
        self._predictor = _package().SamPredictor(sam.eval())
        self._last: NDArray[np.uint8] | None = None

    @torch.inference_mode()
    def segment(self, image: NDArray[np.uint8], prompt: Point | Box) -> NDArray[np.bool_]:
        """The mask, bool (height, width), of what a point or a box of a uint8 RGB picture means."""
        if self._last is None or not np.array_equal(self._last, image):
            self._predictor.set_image(np.ascontiguousarray(image), image_format="RGB")
            self._last = image.copy()
        masks, scores, _ = self._predictor.predict(
            **pixel_prompt(prompt, *image.shape[:2]), multimask_output=isinstance(prompt, Point)
        )
        return np.asarray(masks[int(np.argmax(scores))], bool)


def pixel_prompt(prompt: Point | Box, height: int, width: int) -> dict[str, NDArray[Any]]:
    """A prompt as SamPredictor takes it: (x, y) in pixels, or (left, top, right, bottom)."""
    if isinstance(prompt, Point):
        return {
            "point_coords": np.array([[prompt.x * width, prompt.y * height]]),
            "point_labels": np.array([1]),
        }
    corners = (prompt.left * width, prompt.top * height, prompt.right * width, prompt.bottom * height)
    return {"box": np.array(corners)}


def load_sam(checkpoint: Path, kind: str = "", device: str = "auto") -> SegmentAnything:
    """Segment Anything from sam_vit_b_01ec64.pth, sam_vit_l_0b3195.pth or sam_vit_h_4b8939.pth.

    Args:
        kind: vit_b, vit_l or vit_h; taken from the file's name if empty.
        device: auto is a GPU where there is one.

    Raises:
        ModelError: naming the file, and what to do.
    """
    kind = kind or next((kind for kind in KINDS if kind in checkpoint.name), "")
    if kind not in KINDS:
        raise ModelError(f"which Segment Anything is {checkpoint}? Write sam:vit_b:{checkpoint}, or vit_l, or vit_h")
    sam = _package().sam_model_registry[kind](checkpoint=None)
    try:
        weights = torch.load(checkpoint, map_location="cpu", weights_only=True)
        sam.load_state_dict(weights)
    except OSError as error:
        raise ModelError(f"the checkpoint {checkpoint} cannot be read: {error.strerror}") from error
    except Exception as error:  # torch raises a dozen kinds for a damaged file, and RuntimeError for another's weights
        raise ModelError(f"{checkpoint} holds no {kind} of Segment Anything: {str(error).splitlines()[0]}") from error
    chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    return SegmentAnything(sam.to(chosen), f"Segment Anything {kind}")


def _package() -> Any:
    try:
        return importlib.import_module("segment_anything")
    except ImportError as error:
        raise ModelError("Segment Anything needs its package; install it with: pip install segment-anything") from error

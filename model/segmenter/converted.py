"""Segment Anything as transformers has it: a folder with config.json, or a hub id such as facebook/sam-vit-base."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from actions.point import Box, Point
from model.base import ModelError
from model.segmenter.sam import pixel_prompt


class ConvertedSam:
    """A SamModel and its processor; the same rule for masks as `SegmentAnything`."""

    def __init__(self, model: Any, processor: Any, name: str) -> None:
        self.name = name
        self._model, self._processor = model.eval(), processor
        self._last: tuple[NDArray[np.uint8], torch.Tensor] | None = None

    @torch.inference_mode()
    def segment(self, image: NDArray[np.uint8], prompt: Point | Box) -> NDArray[np.bool_]:
        """The mask, bool (height, width), of what a point or a box of a uint8 RGB picture means."""
        given = pixel_prompt(prompt, *image.shape[:2])
        if isinstance(prompt, Point):
            asked: dict[str, Any] = {"input_points": [[given["point_coords"].tolist()]], "input_labels": [[[1]]]}
        else:
            asked = {"input_boxes": [[given["box"].tolist()]]}
        inputs = self._processor(images=image, return_tensors="pt", **asked).to(self._model.device)
        if self._last is None or not np.array_equal(self._last[0], image):
            self._last = image.copy(), self._model.get_image_embeddings(inputs["pixel_values"])
        sizes = inputs.pop("original_sizes"), inputs.pop("reshaped_input_sizes")
        inputs.pop("pixel_values")
        answer = self._model(**inputs, image_embeddings=self._last[1], multimask_output=isinstance(prompt, Point))
        masks = self._processor.post_process_masks(answer.pred_masks.cpu(), *(size.cpu() for size in sizes))[0][0]
        return np.asarray(masks[int(answer.iou_scores[0, 0].argmax())].numpy(), bool)


def load_converted(spec: str, device: str = "auto") -> ConvertedSam:
    """Segment Anything of a folder or a hub id. Raises ModelError."""
    from transformers import SamModel, SamProcessor

    try:
        model, processor = SamModel.from_pretrained(spec), SamProcessor.from_pretrained(spec)
    except (OSError, ValueError) as error:
        raise ModelError(f"{spec} is no Segment Anything that transformers can load: {error}") from error
    chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    return ConvertedSam(model.to(chosen), processor, f"Segment Anything ({spec})")

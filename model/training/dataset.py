"""Conversations to training batches: ChatML, with the loss on the assistant's own tokens only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from model.base import Image, Message
from model.qwen2vl.encoding import Encoder

IGNORED = -100
"""The label transformers leaves out of the loss."""

Conversation = Sequence[Message]
Example = dict[str, Any]


class ConversationDataset(Dataset[Example]):
    """Encodes conversations one by one, as they are asked for.

    Args:
        conversations: anything with a length and an index; a synthetic curriculum may make them on the spot.
        encoder: of the checkpoint being trained.
        longest: a conversation over this many tokens is refused with ValueError, never cut (a cut inside an image
            breaks the match of features and tokens).
    """

    def __init__(self, conversations: Sequence[Conversation], encoder: Encoder, longest: int = 32768) -> None:
        self.conversations = conversations
        self.encoder = encoder
        self.longest = longest

    def __len__(self) -> int:
        return len(self.conversations)

    def __getitem__(self, index: int) -> Example:
        example = encode(self.encoder, self.conversations[index])
        if len(example["input_ids"]) > self.longest:
            raise ValueError(
                f"conversation {index} has {len(example['input_ids'])} tokens, over the limit of {self.longest}; "
                "lower --max-pixels or leave it out"
            )
        return example


def encode(encoder: Encoder, conversation: Conversation) -> Example:
    """input_ids, labels (IGNORED off the assistant's own tokens) and the images of one conversation."""
    ids: list[int] = []
    labels: list[int] = []
    images: list[Image] = []
    for chunk in encoder.conversation(conversation):
        ids += chunk.ids
        labels += chunk.ids if chunk.own else [IGNORED] * len(chunk.ids)
        images += [chunk.image] if chunk.image is not None else []
    return {"input_ids": ids, "labels": labels, "images": images}


class Collator:
    """Pads examples on the right and packs their images, as `Qwen2VLForConditionalGeneration.forward` takes them."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def __call__(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        special = self.encoder.special
        longest = max(len(example["input_ids"]) for example in examples)
        ids = torch.full((len(examples), longest), special.pad)
        labels = torch.full((len(examples), longest), IGNORED)
        mask = torch.zeros((len(examples), longest), dtype=torch.long)
        for row, example in enumerate(examples):
            length = len(example["input_ids"])
            ids[row, :length] = torch.tensor(example["input_ids"])
            labels[row, :length] = torch.tensor(example["labels"])
            mask[row, :length] = 1
        # Required in transformers 5: without it M-RoPE silently falls back to one dimension.
        types = (ids == special.image_pad).long()
        batch = {"input_ids": ids, "attention_mask": mask, "labels": labels, "mm_token_type_ids": types}
        images = [image for example in examples for image in example["images"]]
        if images:
            grids = [self.encoder.preprocessor.grid(image) for image in images]
            patches = np.concatenate([self.encoder.preprocessor.patches(image) for image in images])
            batch["pixel_values"] = torch.from_numpy(patches)
            batch["image_grid_thw"] = torch.tensor([[grid.t, grid.h, grid.w] for grid in grids])
        return batch

"""Messages become the tokens the checkpoint's own chat template makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from model.base import Generated, Image, Message
from model.qwen2vl.encoding import Encoder
from model.qwen2vl.weights import LoadOptions, load_encoder

SCREEN = Image(np.zeros((60, 90, 3), np.uint8))


@pytest.fixture(scope="module")
def encoder(qwen_checkpoint: Path) -> Encoder:
    return load_encoder(qwen_checkpoint, LoadOptions())


def ids(encoder: Encoder, messages: list[Message]) -> list[int]:
    return [token for chunk in encoder.conversation(messages) for token in chunk.ids]


def test_a_conversation_equals_the_chat_template(encoder: Encoder, qwen_checkpoint: Path) -> None:
    ours = ids(
        encoder,
        [Message.of("system", "Be brief."), Message.of("user", SCREEN, "What is it?"), Message("assistant", ())],
    )
    tokenizer = AutoTokenizer.from_pretrained(qwen_checkpoint)
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]},
    ]
    template = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    pads = encoder.preprocessor.grid(SCREEN).tokens(2)
    assert ours == tokenizer.encode(template.replace("<|image_pad|>", "<|image_pad|>" * pads))


def test_consecutive_messages_of_one_role_are_one_turn(encoder: Encoder) -> None:
    together = ids(encoder, [Message.of("assistant", "a ", SCREEN, "b")])
    apart = ids(encoder, [Message.of("assistant", "a "), Message.of("assistant", SCREEN), Message.of("assistant", "b")])
    assert together == apart


def test_an_empty_message_still_opens_its_turn(encoder: Encoder) -> None:
    assert encoder.tokenizer.decode(ids(encoder, [Message("assistant", ())])) == "<|im_start|>assistant\n"


def test_only_what_the_model_wrote_is_its_own(encoder: Encoder) -> None:
    chunks = encoder.conversation(
        [Message.of("user", "see"), Message.of("assistant", Generated("act"), "result", SCREEN)]
    )
    assert [encoder.tokenizer.decode(list(chunk.ids)) for chunk in chunks if chunk.own] == ["act"]


def test_exact_ids_of_an_answer_are_kept(encoder: Encoder) -> None:
    odd = (64, 64)  # "aa" letter by letter, which the tokenizer itself would not write
    assert encoder.part(Generated("aa", odd)).ids == odd
    assert encoder.part(Generated("aa")).ids != odd

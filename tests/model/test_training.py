"""Fine-tuning: what is learnt, what is frozen, and that a resume goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration, TrainerCallback

from evals.speed.exact import plain_inputs
from model.base import Generated, Image, Message, ModelError
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.weights import LoadOptions, load_encoder
from model.training.dataset import IGNORED, Collator, ConversationDataset, encode
from model.training.memory import estimate_config
from model.training.trainer import TrainOptions, as_frozen, fine_tune, freeze
from tests.model.reference import plain_network


def conversations(count: int) -> list[list[Message]]:
    rng = np.random.default_rng(0)
    return [
        [
            Message.of("system", "call"),
            Message.of("user", "the screen", Image(rng.integers(0, 256, (56, 56 + 28 * (n % 3), 3), dtype=np.uint8))),
            Message.of("assistant", Generated("calls "), "seen", Generated(f"{n % 4}")),
        ]
        for n in range(count)
    ]


def test_the_loss_is_on_the_assistants_own_tokens_only(tiny_checkpoint: Path) -> None:
    encoder = load_encoder(tiny_checkpoint, LoadOptions())
    example = encode(encoder, conversations(1)[0])
    learnt = [token for token, label in zip(example["input_ids"], example["labels"], strict=True) if label != IGNORED]
    assert encoder.tokenizer.decode(learnt) == "calls 0"


def test_a_batch_means_to_transformers_what_the_session_computes(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    encoder = model.checkpoint.encoder
    pair = conversations(3)[1:]
    batch = Collator(encoder)([encode(encoder, conversation) for conversation in pair])
    network = plain_network(model.checkpoint.folder)
    with torch.inference_mode():
        together = network(**{key: value for key, value in batch.items() if key != "labels"}).logits
        for row, conversation in enumerate(pair):
            session = model.session()
            for message in conversation:
                session.append(message)
            alone = network(**plain_inputs(session)).logits[0]
            assert torch.allclose(together[row, : len(alone)], alone, atol=1e-4)


def test_a_conversation_too_long_is_refused_not_cut(tiny_checkpoint: Path) -> None:
    dataset = ConversationDataset(conversations(1), load_encoder(tiny_checkpoint, LoadOptions()), longest=10)
    with pytest.raises(ValueError, match="over the limit of 10"):
        dataset[0]


class StopAt(TrainerCallback):
    """An interruption after some steps."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, args: object, state: object, control: object, **kwargs: object) -> None:
        if state.global_step == self.step:  # type: ignore[attr-defined]
            control.should_save = control.should_training_stop = True  # type: ignore[attr-defined]


def test_a_resumed_training_ends_as_an_uninterrupted_one(tiny_checkpoint: Path, tmp_path: Path) -> None:
    options = TrainOptions(
        epochs=2, batch=2, accumulate=1, learning_rate=1e-3, freeze="none", save_every=100, log_every=1, in_order=True
    )
    data = conversations(8)
    whole = fine_tune(str(tiny_checkpoint), data, tmp_path / "whole", options)
    fine_tune(str(tiny_checkpoint), data, tmp_path / "parts", options, [StopAt(3)])
    resumed = fine_tune(str(tiny_checkpoint), data, tmp_path / "parts", options)
    one, two = (Qwen2VLForConditionalGeneration.from_pretrained(folder).state_dict() for folder in (whole, resumed))
    assert all(torch.allclose(one[key], two[key], atol=1e-6) for key in one)
    before = Qwen2VLForConditionalGeneration.from_pretrained(tiny_checkpoint).state_dict()
    assert not torch.allclose(
        before["model.visual.patch_embed.proj.weight"], one["model.visual.patch_embed.proj.weight"]
    )
    curve = [json.loads(line) for line in (tmp_path / "whole" / "loss.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in curve if "loss" in line]
    assert len(losses) == 8
    assert losses[-1] < losses[0]
    Qwen2VL(str(resumed))  # a whole checkpoint: tokenizer and preprocessor came along


@pytest.mark.parametrize(
    ("what", "still", "trained"),
    [
        ("vision", "model.visual.merger.mlp.0.weight", "model.language_model.norm.weight"),
        ("vision-encoder", "model.visual.patch_embed.proj.weight", "model.visual.merger.mlp.0.weight"),
        ("language", "model.language_model.norm.weight", "model.visual.patch_embed.proj.weight"),
    ],
)
def test_the_frozen_part_stays(tiny_checkpoint: Path, what: str, still: str, trained: str) -> None:
    network = Qwen2VLForConditionalGeneration.from_pretrained(tiny_checkpoint)
    total = sum(parameter.numel() for parameter in network.parameters())
    assert 0 < freeze(network, as_frozen(what)) < total
    parameters = dict(network.named_parameters())
    assert not parameters[still].requires_grad
    assert parameters[trained].requires_grad


def test_an_unknown_freeze_names_the_choices() -> None:
    with pytest.raises(ModelError, match="vision-encoder"):
        as_frozen("everything")


TRUE_2B = Qwen2VLConfig(
    text_config={
        "hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12,
        "num_key_value_heads": 2, "vocab_size": 151936,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]},
    },
    vision_config={"hidden_size": 1536},
    tie_word_embeddings=True,
)  # fmt: skip


def test_the_estimate_of_the_true_2b_counts_its_published_parameters() -> None:
    whole = estimate_config(TRUE_2B, TrainOptions(freeze="none"))
    assert whole.parameters == whole.trainable == 2_208_985_600
    last_stage = estimate_config(TRUE_2B, TrainOptions(freeze="vision", bf16=True))
    assert last_stage.trainable == 1_543_714_304
    assert last_stage.bytes == 4 * (2_208_985_600 + 3 * 1_543_714_304)

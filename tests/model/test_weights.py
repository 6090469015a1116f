"""A checkpoint loads, or says what is wrong with it and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, Qwen2VLForConditionalGeneration

from model.base import ModelError
from model.qwen2vl.weights import LoadOptions, load, load_encoder
from model.registry import ModelOptions, make_model


@pytest.fixture
def broken(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "copy"))


def test_a_checkpoint_made_from_scratch_is_a_genuine_qwen2_vl(tiny_checkpoint: Path) -> None:
    network = Qwen2VLForConditionalGeneration.from_pretrained(tiny_checkpoint)
    assert network.config.model_type == "qwen2_vl"
    checkpoint = load(str(tiny_checkpoint))
    assert checkpoint.language.dtype == torch.float32
    assert checkpoint.encoder.special.im_end in checkpoint.ends
    assert checkpoint.encoder.special.image_pad in checkpoint.never.tolist()


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ModelError, match="no checkpoint folder './nowhere'"):
        make_model("./nowhere")


def test_a_hub_id_that_cannot_be_fetched_says_so() -> None:
    with pytest.raises(ModelError, match="could not be fetched from the hub"):
        make_model("Qwen/no-such-checkpoint-of-ours")


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "tokenizer.json"])
def test_a_damaged_file_is_named(broken: Path, file: str) -> None:
    (broken / file).write_text("{ not json")
    with pytest.raises(ModelError, match="fetch the checkpoint again|whole checkpoint"):
        load(str(broken))


def test_damaged_weights_are_named(broken: Path) -> None:
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="weights in .* cannot be loaded"):
        load(str(broken))


def test_weights_that_lack_a_tensor_are_refused(broken: Path) -> None:
    tensors = load_file(broken / "model.safetensors")
    del tensors["model.norm.weight"]
    save_file(tensors, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="lack 1 tensors"):
        load(str(broken))


def test_a_window_beyond_the_positions_is_refused(tiny_checkpoint: Path) -> None:
    with pytest.raises(ModelError, match="beyond the 32768 positions"):
        make_model(str(tiny_checkpoint), ModelOptions(window=40_000))


def test_a_device_that_is_not_there_is_refused(tiny_checkpoint: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has the device that should be missing")
    with pytest.raises(ModelError, match="another --device"):
        load(str(tiny_checkpoint), LoadOptions(device="cuda"))


def test_another_family_is_refused(broken: Path) -> None:
    config = json.loads((broken / "config.json").read_text())
    (broken / "config.json").write_text(json.dumps(config | {"model_type": "qwen2_5_vl"}))
    with pytest.raises(ModelError, match="'qwen2_5_vl'"):
        load(str(broken))


def test_token_ids_of_another_tokenizer_are_refused(broken: Path) -> None:
    config = json.loads((broken / "config.json").read_text())
    (broken / "config.json").write_text(json.dumps(config | {"image_token_id": 3}))
    with pytest.raises(ModelError, match="image_token_id"):
        load_encoder(broken, LoadOptions())


@pytest.mark.parametrize(("dtype", "words"), [("float16", "overflows"), ("int4", "unknown dtype")])
def test_a_dtype_that_would_answer_nonsense_is_refused(tiny_checkpoint: Path, dtype: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        load(str(tiny_checkpoint), LoadOptions(dtype=dtype))


def test_the_true_tokenizer_has_its_true_ids(qwen_checkpoint: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(qwen_checkpoint)
    assert tokenizer.encode("Hello, world!") == [9707, 11, 1879, 0]
    assert tokenizer.encode("✿FUNCTION✿") == [144575, 18149, 144575]
    encoder = load_encoder(qwen_checkpoint, LoadOptions())
    assert (encoder.special.im_start, encoder.special.im_end, encoder.special.image_pad) == (151644, 151645, 151655)
    assert encoder.special.pad == 151643


def test_rows_past_the_tokenizer_are_never_written(qwen_checkpoint: Path) -> None:
    checkpoint = load(str(qwen_checkpoint))
    assert checkpoint.never.tolist()[:2] == [151655, 151656]
    assert checkpoint.never[-1] == 151935
    assert checkpoint.ends == {151645, 151643}

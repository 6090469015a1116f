"""The benchmark's comparison with plain transformers sees what is the same and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import Qwen2VLForConditionalGeneration

from evals.speed.exact import conversation
from model.qwen2vl.model import Qwen2VL
from model.training.scratch import SmallQwen2VL, create_checkpoint

SHAPE = SmallQwen2VL(hidden=64, layers=2, heads=4, kv_heads=2, mrope_section=(2, 3, 3), max_pixels=1280 * 28 * 28)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    create_checkpoint(folder, SHAPE, ["see the screen and act"], 0)
    return folder


def plain(folder: Path) -> Any:
    return Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()


def test_the_engine_is_exact_all_along_the_conversation(checkpoint: Path) -> None:
    cases = list(conversation(Qwen2VL(str(checkpoint)), plain(checkpoint), tokens=4))
    assert [case.what for case in cases if not case.agreement.exact] == []
    assert len(cases) == 6
    assert cases[0].agreement.rows >= 462
    assert all(case.agreement.rows > 0 for case in cases)


def test_other_weights_are_found_out(checkpoint: Path) -> None:
    network = plain(checkpoint)
    with torch.no_grad():
        network.model.visual.patch_embed.proj.weight.mul_(1.5)
    first = next(conversation(Qwen2VL(str(checkpoint)), network, tokens=4))
    assert first.agreement.distance > 1e-4
    assert not first.agreement.exact


def test_other_positions_are_found_out(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = plain(checkpoint)
    of = network.model.get_rope_index

    def shifted(*args: Any, **named: Any) -> Any:
        positions, deltas = of(*args, **named)
        return positions + 1, deltas

    monkeypatch.setattr(network.model, "get_rope_index", shifted)
    found = next(conversation(Qwen2VL(str(checkpoint)), network, tokens=4)).agreement
    assert not found.positions
    assert not found.exact

"""Shared fixtures: tiny random checkpoints, and where real data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.envs.android import table

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may wait for a hub


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen2-VL of two layers with a tokenizer of its own."""
    from model.training.scratch import SmallQwen2VL, create_checkpoint

    folder = tmp_path_factory.mktemp("tiny")
    shape = SmallQwen2VL(
        hidden=64, layers=2, heads=4, kv_heads=2, feed_forward=96, vision_width=32, vision_depth=2, vision_heads=4,
        initializer_range=0.15, rope_theta=1e6, mrope_section=(2, 3, 3), max_pixels=28 * 28 * 16,
    )  # fmt: skip
    corpus = ["The agent sees the screen and calls a function.", "✿FUNCTION✿: Hit\n✿ARGS✿: {}\n✿RESULT✿: seen"] * 20
    corpus += ["[screenshot removed]"] * 20
    create_checkpoint(folder, shape, corpus, seed=1)
    return folder


@pytest.fixture(scope="session")
def qwen_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random tiny network behind the true Qwen2-VL tokenizer, with its true ids."""
    from tests.model.true_tokenizer import build_checkpoint

    return build_checkpoint(tmp_path_factory.mktemp("qwen"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("VISUOMOTOR_DATA", "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set VISUOMOTOR_DATA")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Here, because a process that only hands out tests to others reads no other conftest."""
    table.show(terminalreporter)

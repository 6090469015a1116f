"""Small made sets for the tests of the replay, and what spoils them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from envs.replay.generator.writer import Made, make_set


def make(root: Path, episodes: int, *, split: str = "test", seed: int = 0) -> Made:
    """Write a set and say how much it is."""
    made = Made(0, 0)
    for now in make_set(root, split=split, episodes=episodes, seed=seed):
        made = now
    return made


def first_json(root: Path, split: str = "test") -> Path:
    return sorted((root / split).glob("*/*/*.json"))[0]


def change(path: Path, how: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Let `how` change the steps of an episode's file in place."""
    steps = json.loads(path.read_text(encoding="utf-8"))
    how(steps)
    path.write_text(json.dumps(steps), encoding="utf-8")

"""Makes a set in the order of the Qwen2-VL report: scenes, pictures, what is written on them, questions and calls.

The report's own set (arXiv 2409.12191, section 3.2.7) was never released: its pictures were collected, and models read
them and asked the questions. Here both come from chance, so that what is on a picture is known exactly and anybody can
make the same set again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.record import RecordError
from agent.runfolder import write_json
from envs.replay.function_calling.items import ITEMS
from evals.function_calling.drawing import THEMES, find_cjk
from evals.function_calling.scene import Scene, Schema
from evals.function_calling.scenes.registry import SCENES

FORMAT = 1
FUNCTIONS = 6
"""How many an item has to choose from: the scene's own, and others as distractors."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, and the scenes there was no font for."""

    count: int
    scenes: tuple[str, ...]
    skipped: tuple[str, ...]


def drawable() -> tuple[Scene, ...]:
    """The scenes this machine has fonts for."""
    return tuple(scene for scene in SCENES if scene.language != "zh" or find_cjk() is not None)


def make_set(out: Path, count: int, seed: int) -> Made:
    """Write a set of `count` items: `out`/items.jsonl, images/ and set.json.

    Raises:
        RecordError: when the folder holds a set already or cannot be written.
    """
    scenes = drawable()
    skipped = tuple(scene.name for scene in SCENES if scene not in scenes)
    if (out / ITEMS).exists():
        raise RecordError(f"{out} already holds a set; choose another folder")
    try:
        (out / "images").mkdir(parents=True, exist_ok=True)
        aside = out / f".{ITEMS}.part"
        with aside.open("w", encoding="utf-8") as file:
            for line in _items(out, count, seed, scenes):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        aside.replace(out / ITEMS)
    except OSError as error:
        raise RecordError(f"cannot write to {out} ({error.strerror or error}); free some space") from error
    made = Made(count, tuple(scene.name for scene in scenes), skipped)
    write_json(
        out / "set.json", {"format": FORMAT, "seed": seed, "count": count, "scenes": made.scenes, "skipped": skipped}
    )
    return made


def _items(out: Path, count: int, seed: int, scenes: Sequence[Scene]) -> Iterator[dict[str, Any]]:
    for number in range(count):
        scene = scenes[number % len(scenes)]
        # Of its own seed: the third menu is the same one whatever the count, and where Chinese scenes are left out.
        rng = random.Random(f"function-calling {FORMAT} {seed} {scene.name} {number // len(scenes)}")
        posed = scene.pose(rng, rng.choice(THEMES))
        functions = _choices(scene, posed.name, rng, scenes)
        name = f"images/{number:06d}.png"
        posed.image.save(out / name, format="PNG")
        yield {
            "id": f"{number:06d}", "scene": scene.name, "language": scene.language, "image": name,
            "question": posed.question, "functions": functions,
            "call": {"name": posed.name, "arguments": posed.arguments}, "content": posed.content,
        }  # fmt: skip


def _choices(scene: Scene, called: str, rng: random.Random, scenes: Sequence[Scene]) -> list[Schema]:
    """The scene's functions and distractors of other scenes of its language, shuffled."""
    own = list(scene.functions)
    assert any(function["name"] == called for function in own)
    others = [
        function for other in scenes if other is not scene and other.language == scene.language
        for function in other.functions
    ]  # fmt: skip
    chosen = own + rng.sample(others, min(len(others), FUNCTIONS - len(own)))
    rng.shuffle(chosen)
    return chosen

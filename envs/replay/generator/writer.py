"""Writes made episodes in the layout and the fields of the released archive."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.base import EnvError
from envs.replay.check import PUBLISHED
from envs.replay.generator.look import draw_look
from envs.replay.generator.scene import Scene
from envs.replay.generator.stories import STORIES, Story
from envs.replay.layout import SPLITS
from envs.replay.step import DUAL_POINT

_SALTS = {split: index for index, split in enumerate(SPLITS)}


@dataclass(frozen=True, slots=True)
class Made:
    """How much was written."""

    episodes: int
    steps: int


def make_set(root: Path, *, split: str, episodes: int, seed: int) -> Iterator[Made]:
    """Write `episodes` episodes to `root`/`split`, saying after each how many there are.

    The subsets are in the published proportions, every one of the split at least once where there are enough episodes
    (`single` is in train alone). The same arguments write the same bytes; an episode depends on the seed and its
    number only.

    Raises:
        EnvError: the folder of the split exists already, or cannot be written.
    """
    if split not in SPLITS:
        raise EnvError(f"AITZ has the splits {' and '.join(SPLITS)}, not {split!r}")
    base = root / split
    if base.exists():
        raise EnvError(f"{base} exists already; choose another folder, nothing is written over")
    steps = 0
    try:
        for index, subset in enumerate(subsets(split, episodes)):
            # A generator an episode: the first ten of a thousand are those of a set of ten.
            rng = random.Random(f"{seed}:{_SALTS[split]}:{index}")
            story = STORIES[subset](draw_look(rng), rng)
            steps += len(story.scenes)
            _write(base / subset, subset, split, story, rng)
            yield Made(index + 1, steps)
    except OSError as error:
        raise EnvError(f"cannot write {base} ({error.strerror or error}); free some space") from error


def subsets(split: str, episodes: int) -> Iterator[str]:
    """The subset of every episode: always the one that is furthest behind its published share."""
    shares = {name: count.episodes for name, count in PUBLISHED[split].items() if name != "all" and count.episodes}
    given = dict.fromkeys(shares, 0)
    for _ in range(episodes):
        name = min(shares, key=lambda one: (given[one] > 0, given[one] / shares[one]))
        given[name] += 1
        yield name


def _write(folder: Path, subset: str, split: str, story: Story, rng: random.Random) -> None:
    number = str(rng.randrange(10**15, 2 * 10**19))
    name = f"{subset.upper()}-{number}"
    place = folder / name
    place.mkdir(parents=True)
    entries = []
    for index, scene in enumerate(story.scenes):
        picture = f"{name}_{index}.png"
        scene.page.screen.image.save(place / picture, compress_level=3)
        entry = _entry(scene, rng)
        path = f"{subset}/{name}/{picture}"
        entries.append(
            {
                "episode_id": number,
                "episode_length": len(story.scenes),
                "step_id": index,
                "instruction": story.goal,
                **entry,
                "image_path": path,
                "image_full_path": f"generated/{split}/{path}",
                "coat_screen_desc": scene.page.words,
                "coat_action_think": scene.thought,
                "coat_action_desc": scene.description,
                "coat_action_result": scene.expectation,
            }
        )
    (place / f"{name}.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


def _entry(scene: Scene, rng: random.Random) -> dict[str, Any]:
    screen = scene.page.screen
    touch, lift = _gesture(scene, rng)
    found = sorted(screen.elements, key=lambda element: (element.y, element.x))
    # The annotation of the archive is a program's: now and then it misses an icon, at times the one touched.
    kept = [element for element in found if element.kind == "TEXT" or rng.random() > 0.1]
    return {
        "ui_positions": _packed([[round(e.y), round(e.x), round(e.height), round(e.width)] for e in kept]),
        "ui_text": _packed([element.text for element in kept]),
        "ui_types": _packed([element.kind for element in kept]),
        "result_action_type": scene.action,
        "result_action_text": scene.text,
        "result_touch_yx": _packed(touch),
        "result_lift_yx": _packed(lift),
    }


def _gesture(scene: Scene, rng: random.Random) -> tuple[list[float], list[float]]:
    """Where the finger came down and went up, [y, x] in [0, 1]: near the middle of what it touches."""
    if scene.action != DUAL_POINT:
        return [-1.0, -1.0], [-1.0, -1.0]
    tall = scene.page.screen.look.tall
    if scene.target is not None:
        area = scene.target.within(0.6)
        y = (area.y + rng.random() * area.height) / tall
        x = (area.x + rng.random() * area.width) / 270
        return [y, x], [y + rng.uniform(-0.003, 0.003), x + rng.uniform(-0.003, 0.003)]
    y, x, way = rng.uniform(0.45, 0.55), rng.uniform(0.42, 0.58), rng.uniform(0.25, 0.4)
    dy, dx = {"up": (-way, 0.0), "down": (way, 0.0), "left": (0.0, -way), "right": (0.0, way)}[scene.swipe or "up"]
    return [y, x], [y + dy + rng.uniform(-0.02, 0.02), x + dx + rng.uniform(-0.02, 0.02)]


def _packed(value: Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)

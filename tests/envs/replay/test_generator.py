"""The maker of AITZ sets: complete, consistent, answerable from the screen, and the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from envs.base import EnvError
from envs.replay.aitz import read_set
from envs.replay.check import check
from envs.replay.defects import Kind
from envs.replay.generator.look import SIZES, draw_look
from envs.replay.generator.stories import STORIES
from envs.replay.generator.writer import subsets
from envs.replay.gold import direction_of, is_tap
from envs.replay.layout import SUBSETS
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, PRESS_ENTER, PRESS_HOME, TYPE
from tests.envs.replay.made import first_json, make

FIELDS = {
    "episode_id": str, "episode_length": int, "step_id": int, "instruction": str, "ui_positions": str, "ui_text": str,
    "ui_types": str, "result_action_type": int, "result_action_text": str, "result_touch_yx": str,
    "result_lift_yx": str, "image_path": str, "image_full_path": str, "coat_screen_desc": str,
    "coat_action_think": str, "coat_action_desc": str, "coat_action_result": str,
}  # fmt: skip


@pytest.fixture(scope="module")
def train(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("zoo")
    make(root, 30, split="train")
    return root


def test_fields_and_their_json_types_are_those_of_the_archive(train, data):
    real = data / "aitz/android_in_the_zoo/train/google_apps/GOOGLE_APPS-523638528775825151"
    for path in (first_json(train, "train"), real / f"{real.name}.json"):
        for entry in json.loads(path.read_text()):
            assert {key: type(value) for key, value in entry.items()} == FIELDS


def test_every_subset_and_size_is_there_and_nothing_is_wrong(train):
    found = read_set(train, "train")
    assert [defect for defect in check(found) if defect.kind != Kind.COUNT] == []
    steps = [step for episode in found.episodes for step in episode.steps]
    assert {episode.subset for episode in found.episodes} == set(SUBSETS)
    assert {step.action for step in steps} >= {TYPE, DUAL_POINT, PRESS_HOME, PRESS_ENTER, COMPLETE}
    swipes = [step for step in steps if step.action == DUAL_POINT and not is_tap(step)]
    assert {direction_of(step) for step in swipes} >= {"left", "right"}
    assert {(step.width, step.height) for step in steps} == set(SIZES)


def test_stories_hold_every_action_and_all_four_directions():
    actions, swipes = set(), set()
    for seed in range(60):
        rng = random.Random(seed)
        story = STORIES[("general", "google_apps", "install")[seed % 3]](draw_look(rng), rng)
        actions |= {scene.action for scene in story.scenes}
        swipes |= {scene.swipe for scene in story.scenes}
    assert actions == {TYPE, DUAL_POINT, PRESS_BACK, PRESS_HOME, PRESS_ENTER, COMPLETE, IMPOSSIBLE}
    assert swipes == {None, "up", "down", "left", "right"}


def test_what_is_touched_and_what_is_typed_can_be_told_from_goal_and_screen(train):
    for episode in read_set(train, "train").episodes:
        goal = episode.instruction.lower()
        for step in episode.steps:
            assert step.thought
            assert step.screen_description
            if step.action == TYPE and episode.subset in ("install", "web_shopping"):
                assert step.text.lower() in goal
            for element in step.elements:
                assert 0 <= element.x <= element.x + element.width <= step.width + 2
                assert 0 <= element.y <= element.y + element.height <= step.height + 2


def test_annotated_texts_are_really_drawn(train):
    episode = next(one for one in read_set(train, "train").episodes if one.subset == "install")
    for step in episode.steps:
        assert step.image is not None
        with Image.open(step.image) as picture:
            for one in step.elements:
                box = (int(one.x), int(one.y), int(one.x + one.width) + 1, int(one.y + one.height) + 1)
                assert len(picture.crop(box).getcolors(1 << 16) or []) > 1, one


def test_the_same_arguments_write_the_same_bytes_and_a_larger_set_begins_alike(tmp_path):
    def digests(root: Path) -> dict[str, str]:
        files = [path for path in root.rglob("*") if path.is_file()]
        return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}

    for name, episodes, seed in (("a", 3, 5), ("b", 3, 5), ("c", 5, 5), ("d", 3, 6)):
        make(tmp_path / name, episodes, seed=seed)
    a, b, c, d = (digests(tmp_path / name) for name in "abcd")
    assert a == b
    assert a.items() <= c.items()
    assert not a.keys() & d.keys()


def test_subsets_come_in_their_published_shares_and_single_in_train_alone():
    assert set(subsets("test", 4)) == {"general", "google_apps", "install", "web_shopping"}
    assert set(subsets("train", 5)) == set(SUBSETS)
    assert Counter(subsets("test", 506)) == {"general": 156, "google_apps": 76, "install": 134, "web_shopping": 140}


def test_nothing_is_written_over(tmp_path):
    make(tmp_path, 1)
    with pytest.raises(EnvError, match="exists already"):
        make(tmp_path, 1)
    with pytest.raises(EnvError, match="the splits test and train"):
        make(tmp_path, 1, split="val")

"""Generated sets."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from agent.record import RecordError
from envs.replay.function_calling.env import checked
from envs.replay.function_calling.items import read_items
from envs.replay.single.images import read_image
from evals.function_calling import drawing
from evals.function_calling.drawing import THEMES, find_cjk
from evals.function_calling.generate import FUNCTIONS, make_set
from evals.function_calling.scenes.registry import SCENES


def test_there_are_twelve_scenes_three_of_them_chinese_with_functions_of_their_own():
    assert len({scene.name for scene in SCENES}) == len(SCENES) == 12
    assert sum(scene.language == "zh" for scene in SCENES) == 3
    names = [function["name"] for scene in SCENES for function in scene.functions]
    assert len(set(names)) == len(names) == 36


def test_the_same_seed_makes_the_same_bytes_and_more_items_change_none_before(tmp_path: Path):
    for folder, count, seed in (("a", 13, 3), ("b", 13, 3), ("c", 15, 3), ("d", 13, 4)):
        made = make_set(tmp_path / folder, count, seed)
        assert made.count == count
    lines = {folder: (tmp_path / folder / "items.jsonl").read_bytes() for folder in "abcd"}
    assert lines["a"] == lines["b"] != lines["d"]
    assert lines["c"].startswith(lines["a"])
    for number in range(13):
        name = f"images/{number:06d}.png"
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    with pytest.raises(RecordError, match="already holds a set"):
        make_set(tmp_path / "a", 1, 0)


def test_every_item_can_be_played_and_its_picture_is_large_and_not_empty(tmp_path: Path):
    make_set(tmp_path, 24, 0)
    for item in read_items(tmp_path).values():
        space, gold = checked(item)
        assert space.encode(gold) == item.call
        assert len(item.functions) == FUNCTIONS
        picture = read_image(item.image)
        assert picture.shape[0] >= 400
        assert picture.shape[1] >= 600
        assert (picture != picture[-1, -1]).any(axis=2).mean() > 0.02


def written(content) -> str:
    return json.dumps(content, ensure_ascii=False)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_what_a_call_says_is_on_the_picture_or_in_the_question(scene):
    """Or comes from them by sums: only whole numbers and sums may do that."""
    if scene.language == "zh" and find_cjk() is None:
        pytest.skip("no Chinese font")
    called = set()
    for seed in range(16):
        posed = scene.pose(random.Random(seed), THEMES[seed % len(THEMES)])
        called.add(posed.name)
        (function,) = (function for function in scene.functions if function["name"] == posed.name)
        assert set(posed.arguments) == set(function["parameters"]["required"])
        there = written(posed.content) + posed.question
        for key, value in posed.arguments.items():
            if isinstance(value, str):
                assert value in there, (scene.name, key, value)
            elif key not in ("total", "amount", "quantity", "people", "adults", "children"):
                assert written(value) in there, (scene.name, key, value)
    assert len(called) >= 2


def test_the_answers_are_the_only_ones():
    """Where a question asks for an extreme, no two are alike."""
    by_name = {scene.name: scene for scene in SCENES}
    for seed in range(15):
        posed = by_name["weather"].pose(random.Random(seed), THEMES[0])
        for key in ("high", "low"):
            values = [day[key] for day in posed.content["days"]]
            assert len(set(values)) == len(values)
        assert all(day["low"] < day["high"] for day in posed.content["days"])
        posed = by_name["menu"].pose(random.Random(seed), THEMES[0])
        for dishes in posed.content["courses"].values():
            assert len(set(dishes.values())) == len(dishes)


def test_without_a_chinese_font_the_chinese_scenes_are_left_out_and_that_is_said(tmp_path: Path, monkeypatch):
    drawing.find_cjk.cache_clear()
    monkeypatch.setenv("VISUOMOTOR_CJK_FONT", str(tmp_path / "none.ttc"))
    try:
        made = make_set(tmp_path / "set", 10, 0)
    finally:
        drawing.find_cjk.cache_clear()
    assert made.skipped == ("trains_zh", "menu_zh", "parcel_zh")
    items = [json.loads(line) for line in (tmp_path / "set" / "items.jsonl").read_text().splitlines()]
    assert {item["language"] for item in items} == {"en"}
    monkeypatch.undo()
    make_set(tmp_path / "all", 10, 0)
    whole = [json.loads(line) for line in (tmp_path / "all" / "items.jsonl").read_text().splitlines()]
    assert items[:9] == whole[:9]


def test_different_items_of_a_scene_look_different():
    for scene in SCENES[:9]:
        drawn = {np.asarray(scene.pose(random.Random(seed), THEMES[0]).image).tobytes() for seed in range(3)}
        assert len(drawn) == 3

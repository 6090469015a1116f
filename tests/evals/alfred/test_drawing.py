"""The report's pictures: masks and boxes where they belong, and the way through the room."""

from __future__ import annotations

import numpy as np
import pytest

from evals.alfred.drawing import draw_grounding, embed, plan_view, trace, unpack


def test_a_mask_is_unpacked_row_by_row() -> None:
    mask = unpack([[1, 2], [7, 1]], 3, 4)
    assert np.flatnonzero(mask).tolist() == [1, 2, 7]
    assert mask.shape == (3, 4)


@pytest.mark.parametrize("run", [(-3, 2), (10, 30), (40, 1), (5, -2), (0, 0)])
def test_runs_beyond_the_picture_do_no_harm(run: tuple[int, int]) -> None:
    mask = unpack([run], 3, 4)
    assert mask.shape == (3, 4)
    assert mask.sum() <= 2


def test_box_and_mask_are_drawn_and_the_original_is_left_alone() -> None:
    pixels = np.full((100, 100, 3), 128, np.uint8)
    told = {"box": [0.1, 0.1, 0.5, 0.5], "point": None, "mask": [[30 * 100 + 20, 10]], "wrong": False}
    drawn = np.asarray(draw_grounding(pixels, told))
    assert (pixels == 128).all()
    assert drawn[9, 30].tolist() == [255, 0, 160]
    assert drawn[30, 25, 2] > drawn[30, 25, 0]
    orange = np.asarray(draw_grounding(pixels, told | {"wrong": True}))
    assert orange[30, 25, 0] > orange[30, 25, 2]
    assert (np.asarray(draw_grounding(pixels, None)) == 128).all()
    assert embed(draw_grounding(pixels, told)).startswith("data:image/jpeg;base64,")


def test_the_way_is_followed_step_by_step() -> None:
    low = [
        [{"action": "MoveAhead", "success": True}, {"action": "MoveAhead", "success": False}],
        [{"action": "RotateRight", "success": True}, {"action": "MoveAhead", "success": True}],
        [{"action": "RotateLeft", "success": True}, {"action": "RotateLeft", "success": True},
         {"action": "MoveAhead", "success": True}],
        [],
    ]  # fmt: skip
    paths = trace((0, 0, 0), low)
    assert paths == [[(0, 0), (0, 1)], [(0, 1), (1, 1)], [(1, 1), (0, 1)], [(0, 1)]]


def test_the_map_holds_everything_inside_its_edges() -> None:
    room = {"cells": [[0, 0], [4, 4]], "things": [["Bed", -1.0, 1.0, 1.0, 3.0], ["Mug", 0, 0, 0.1, 0.1]]}
    view = plan_view(room, [[(0.0, 0.0), (4.0, 0.0)], [(4.0, 0.0)], [(4.0, 0.0), (4.0, 4.0)]])
    for _, x, y, width, height, _ in view["things"]:
        assert 0 <= x <= x + width <= view["width"]
        assert 0 <= y <= y + height <= view["height"]
    assert [name for *_, name in view["things"]] == ["Bed", ""]
    assert [number for _, _, number in view["stops"]] == ["1", "3"], "an action that leads nowhere has no stop"
    (_, first), (_, last) = view["path"][0], view["path"][-1]
    assert last < first, "further away is further up"
    assert plan_view({}, [])["width"] > 0

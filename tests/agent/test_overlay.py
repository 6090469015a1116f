"""Actions are drawn where they point."""

from __future__ import annotations

import numpy as np
import pytest

from agent.report.overlay import draw_action

BLANK = np.zeros((100, 200, 3), np.uint8)


def marked(arguments: dict[str, object]) -> np.ndarray:
    drawn = np.asarray(draw_action(BLANK, {"name": "click", "arguments": arguments}))
    return np.argwhere(drawn.any(axis=2))


def test_a_point_is_marked_around_its_place() -> None:
    places = marked({"point": [0.25, 0.5]})
    assert np.abs(places.mean(axis=0) - (49.5, 49.75)).max() < 1.5


def test_a_box_is_outlined() -> None:
    places = marked({"box": [0.1, 0.2, 0.5, 0.8]})
    assert (places.min(axis=0) <= (20, 20)).all()
    assert (places.max(axis=0) >= (78, 98)).all()


def test_a_drag_joins_its_two_points() -> None:
    assert len(marked({"start": [0.1, 0.5], "end": [0.9, 0.5]})) > len(marked({"start": [0.1, 0.5]})) * 2 + 100


@pytest.mark.parametrize("arguments", [{}, {"text": "ab"}, {"keys": ["a", "b"]}, {"token": "10"}, {"pair": [3, 4]}])
def test_what_is_no_place_is_not_drawn(arguments: dict[str, object]) -> None:
    assert len(marked(arguments)) == 0
    assert not np.asarray(draw_action(BLANK, None)).any()

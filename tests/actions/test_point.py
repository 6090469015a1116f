"""Coordinates: the forms models write them in, and the units they come in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ActionError
from actions.point import (
    PERMILLE,
    UNIT,
    Box,
    Point,
    PointScale,
    read_box,
    read_point,
    write_box,
    write_point,
)
from tests.actions.strategies import attempt, boxes, buried, fractions, is_fit_to_show, permille, points, wild_values

PIXELS = PointScale(1092, 644, integral=True)


@pytest.mark.parametrize(
    "written",
    [
        [348, 291],
        (348, 291),
        [348.0, 291.0],
        [[348, 291]],
        {"x": 348, "y": 291},
        "(348,291)",
        "(348, 291)",
        " (348, 291)",
        "[348, 291]",
        "348, 291",
        "348 291",
        "（348，291）",
        "<|box_start|>(348,291)<|box_end|>",
        "<point>348 291</point>",
        "(３４８, ２９１)",
    ],
)
def test_every_form_of_a_point_is_read(written: Any) -> None:
    assert read_point(written, PERMILLE) == Point(0.348, 0.291)


@pytest.mark.parametrize(
    "written",
    [
        [100, 200, 300, 600],
        [[100, 200], [300, 600]],
        "(100,200),(300,600)",
        "<|box_start|>(100,200),(300,600)<|box_end|>",
        "[[100, 200], [300, 600]]",
    ],
)
def test_a_box_is_read_and_where_a_point_is_wanted_its_centre_is_taken(written: Any) -> None:
    assert read_box(written, PERMILLE) == Box(0.1, 0.2, 0.3, 0.6)
    assert read_point(written, PERMILLE) == Box(0.1, 0.2, 0.3, 0.6).centre
    assert (read_point(written, PERMILLE).x, read_point(written, PERMILLE).y) == pytest.approx((0.2, 0.4))


@pytest.mark.parametrize(
    "written",
    [
        *(None, True, 348, 3.5, {}, [], "", "here", "(348)", "348,291,5", [348], [348, 291, 5]),
        *(["348", "291"], [True, False], [None, None], {"x": 1}, {"left": 1, "top": 2}),
        *([float("nan"), 1], [float("inf"), 1], [10**400, 1], [[1, 2], 3], [[[1]], [[2]]]),
        *("1e3, 5", "1.5.2, 3", "x=348, y=291", "(1,2) or (3,4)", "9" * 201, "9" * 150 + ",1", buried(5000)),
    ],
)
def test_what_is_no_point_is_refused(written: Any) -> None:
    with pytest.raises(ActionError) as error:
        read_point(written, PERMILLE)
    assert is_fit_to_show(error.value)


@pytest.mark.parametrize("written", [[1, 2], "(1,2)", {"x": 1, "y": 2}, [1, 2, 3, 4, 5], "box"])
def test_what_is_no_box_is_refused(written: Any) -> None:
    with pytest.raises(ActionError):
        read_box(written, PERMILLE)


@pytest.mark.parametrize("written", [[1001, 5], [5, 1001], [-1, 5], "(5, -1)", [1000.5, 5], [1920, 1080]])
def test_a_point_outside_the_screen_is_refused_and_the_message_tells_the_range(written: Any) -> None:
    with pytest.raises(ActionError, match=r"outside the screen; x must be 0 to 1000 and y 0 to 1000"):
        read_point(written, PERMILLE)


def test_both_edges_belong_to_the_screen() -> None:
    assert read_point([0, 0], PERMILLE) == Point(0.0, 0.0)
    assert read_point([1000, 1000], PERMILLE) == Point(1.0, 1.0)


def test_a_unit_may_differ_by_axis() -> None:
    assert read_point([546, 644], PIXELS) == Point(0.5, 1.0)
    assert write_point(Point(0.5, 1.0), PIXELS) == [546, 644]
    with pytest.raises(ActionError, match=r"x must be 0 to 1092 and y 0 to 644"):
        read_point([644, 1092], PIXELS)


def test_swapped_corners_are_refused() -> None:
    with pytest.raises(ActionError, match="swapped"):
        read_box([300, 600, 100, 200], PERMILLE)


@pytest.mark.parametrize("numbers", [(-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5), (0.5, float("inf"))])
def test_a_point_or_box_outside_the_unit_square_cannot_be_built(numbers: tuple[float, float]) -> None:
    with pytest.raises(ActionError):
        Point(*numbers)
    with pytest.raises(ActionError):
        Box(0.0, 0.0, *numbers)


@given(points(fractions), boxes(fractions))
def test_the_unit_scale_reads_back_exactly_what_it_wrote(point: Point, box: Box) -> None:
    assert read_point(write_point(point, UNIT), UNIT) == point
    assert read_box(write_box(box, UNIT), UNIT) == box


@given(points(permille), boxes(permille))
def test_permille_reads_back_exactly_what_it_wrote_of_its_grid(point: Point, box: Box) -> None:
    assert all(isinstance(number, int) for number in write_point(point, PERMILLE) + write_box(box, PERMILLE))
    assert read_point(write_point(point, PERMILLE), PERMILLE) == point
    assert read_box(write_box(box, PERMILLE), PERMILLE) == box


@given(points(fractions))
def test_permille_moves_a_point_by_half_a_unit_at_most(point: Point) -> None:
    back = read_point(write_point(point, PERMILLE), PERMILLE)
    assert max(abs(back.x - point.x), abs(back.y - point.y)) <= 0.0005 + 1e-12


@given(points(fractions), st.integers(1, 4000), st.integers(1, 4000))
def test_a_pixel_is_always_on_the_screen(point: Point, width: int, height: int) -> None:
    column, row = point.to_pixels(width, height)
    assert 0 <= column < width
    assert 0 <= row < height


@given(boxes(fractions))
def test_the_centre_of_a_box_is_inside_it(box: Box) -> None:
    assert box.left <= box.centre.x <= box.right
    assert box.top <= box.centre.y <= box.bottom


@given(wild_values)
def test_any_value_at_all_is_a_point_or_an_action_error(value: Any) -> None:
    for read, kind in ((read_point, Point), (read_box, Box)):
        found = attempt(read, value, PERMILLE, refusal=ActionError)
        assert found is None or isinstance(found, kind)

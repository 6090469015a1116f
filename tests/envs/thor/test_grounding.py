"""From a place in the picture to an instance, by the rule of ALFRED's evaluator."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actions.point import Box, Point
from envs.thor.grounding import (
    BoxSegmenter,
    Choice,
    box_of,
    choose,
    fitting,
    iou,
    pixels_of,
    runs,
    truth_box,
    truth_mask,
)

COLOURS = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (7, 7, 7)]
NAMES = {(255, 0, 0): "Mug|1", (0, 255, 0): "Wall|1", (0, 0, 255): "Cup|1", (7, 7, 7): "Mug"}
KINDS = ("pickupable", "receptacle", "openable", "toggleable", "sliceable")
OBJECTS = [
    {"objectId": "Mug|1", **dict.fromkeys(KINDS, False), "pickupable": True},
    {"objectId": "Cup|1", **dict.fromkeys(KINDS, False), "receptacle": True},
    {"objectId": "Wall|1", **dict.fromkeys(KINDS, False)},
]


def event_of(indices: np.ndarray) -> SimpleNamespace:
    frame = np.array(COLOURS, np.uint8)[indices]
    return SimpleNamespace(instance_segmentation_frame=frame, color_to_object_id=dict(NAMES), metadata={})


def as_alfred_does(frame: np.ndarray, mask: np.ndarray, held: str | None) -> str | None:
    """The rule written down a second time, pixel by pixel, after the description in ALFRED's evaluator."""
    count: dict = {}
    for row, column in zip(*np.nonzero(mask), strict=True):
        colour = tuple(int(value) for value in frame[row, column])
        count[colour] = count.get(colour, 0) + 1
    scores = {}
    for colour, shared in sorted(count.items(), key=lambda pair: -pair[1]):
        union = np.logical_or((frame == colour).all(axis=2), mask).sum()
        scores[colour] = shared / union
    usable = {one["objectId"] for one in OBJECTS if any(one[kind] for kind in KINDS)}
    for colour in sorted(scores, key=lambda colour: -scores[colour]):
        name = NAMES.get(colour)
        if name is not None and name != held and name in usable:
            return name
    return None


indices = arrays(np.int64, (6, 6), elements=st.integers(0, 4))
masks = arrays(np.bool_, (6, 6))


@given(indices, masks, st.sampled_from([None, "Mug|1", "Cup|1"]))
def test_the_choice_is_alfreds(seen, mask, held):
    event = event_of(seen)
    expected = as_alfred_does(event.instance_segmentation_frame, mask, held)
    choice = choose(event, mask, OBJECTS, held)
    if choice.object_id != expected:  # only where both fit equally well, by pixels and by overlap
        both = [truth_mask(event, name) for name in (choice.object_id, expected)]
        assert iou(both[0], mask) == iou(both[1], mask)
    else:
        assert choice.object_id == expected
        assert choice.iou == (0 if expected is None else iou(truth_mask(event, expected), mask))


def test_what_cannot_be_used_and_what_is_held_is_passed_over_however_well_it_fits():
    seen = np.zeros((6, 6), int)
    seen[:3] = 2  # wall
    seen[3, 0] = 1  # one pixel of mug
    seen[4] = 3
    mask = seen > 0
    assert choose(event_of(seen), mask, OBJECTS, None).object_id == "Cup|1"
    assert choose(event_of(seen), mask, OBJECTS, "Cup|1").object_id == "Mug|1"
    assert choose(event_of(seen), seen == 2, OBJECTS, None) == Choice(None, 0.0)
    assert choose(event_of(seen), np.zeros((6, 6), bool), OBJECTS, None) == Choice(None, 0.0)


@given(masks)
def test_runs_give_the_mask_back(mask):
    flat = np.zeros(mask.size, bool)
    for start, length in runs(mask):
        assert length > 0
        flat[start : start + length] = True
    assert np.array_equal(flat.reshape(mask.shape), mask)


@given(masks)
def test_the_box_of_a_mask_is_tight_and_its_pixels_are_the_same_box(mask):
    if not mask.any():
        return
    left, top, right, bottom = pixels_of(box_of(mask), 6, 6)
    inside = np.zeros_like(mask)
    inside[top:bottom, left:right] = True
    assert not (mask & ~inside).any()
    assert mask[top].any()
    assert mask[bottom - 1].any()
    assert mask[:, left].any()
    assert mask[:, right - 1].any()


def test_truth_is_none_for_what_is_not_seen():
    event = event_of(np.zeros((6, 6), int))
    assert truth_mask(event, "Mug|1") is None
    assert truth_box(event, "Mug|1") is None
    assert truth_mask(event, "Nothing|1") is None


def test_the_object_meant_is_the_one_whose_box_fits():
    seen = np.zeros((6, 6), int)
    seen[0:2, 0:2], seen[2:6, 2:6] = 1, 3
    event = event_of(seen)
    assert fitting(event, Box(0, 0, 0.4, 0.4), OBJECTS) == "Mug|1"
    assert fitting(event, Box(0.2, 0.2, 1, 1), OBJECTS) == "Cup|1"
    assert fitting(event, Box(0.8, 0.0, 1, 0.1), OBJECTS) is None
    assert fitting(event, Point(0.1, 0.1), OBJECTS) == "Mug|1"
    assert fitting(event, Point(0.99, 0.01), OBJECTS) is None


def test_a_box_alone_is_its_own_mask_and_a_point_a_disc():
    image = np.zeros((100, 200, 3), np.uint8)
    mask = BoxSegmenter().segment(image, Box(0.25, 0.5, 0.5, 1.0))
    assert mask.sum() == 50 * 50
    assert mask[50:, 50:100].all()
    disc = BoxSegmenter().segment(image, Point(1.0, 1.0))
    assert disc[99, 199]
    assert 0 < disc.sum() < 60
    assert BoxSegmenter().segment(image, Box(0.5, 0.5, 0.5, 0.5)).sum() == 1  # an empty box is a pixel

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.thor.standin import alfred, furnish, ids

_metres = st.floats(-90, 90)


@given(st.sampled_from(["Apple", "SinkBasin", "TVStand"]), _metres, _metres, _metres)
def test_an_id_is_read_back_to_the_centimetre(kind: str, x: float, y: float, z: float) -> None:
    named = ids.parse(ids.write(kind, x, y, z))
    assert named.kind == kind
    assert named.position == pytest.approx((x, y, z), abs=0.0051)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "+00.00"),
        (-0.001, "00.00"),
        (-1.06499982, "-01.07"),
        (1.765, "+01.77"),
        (-4.295, "-04.30"),
        (12.3, "+12.30"),
    ],
)
def test_numbers_are_rounded_as_unity_rounds_them(value: float, text: str) -> None:
    assert ids.write("Mug", value, 0, 0) == f"Mug|{text}|+00.00|+00.00"


@pytest.mark.parametrize(
    "text", ["", "Apple", "Apple|1|2|3", "Apple|+00.00|+00.00", "A|+00.00|+00.00|+00.00|../x", "x" * 500]
)
def test_other_text_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="not an object id"):
        ids.parse(text)


def test_parts_have_their_own_kind() -> None:
    assert ids.parse("Sink|-00.70|+00.93|-00.65|SinkBasin").kind == "SinkBasin"
    assert ids.parse("Apple|-00.70|+00.93|-00.65|AppleSliced_12").kind == "AppleSliced"


def test_what_the_experts_picked_up_is_there_under_its_id(data: Path) -> None:
    missing = []
    for split in ("valid_unseen", "valid_seen"):
        for line in (data / "alfred" / f"{split}.jsonl").read_text().splitlines():
            trial = json.loads(line)
            there = {furnish.good(pose).id for pose in alfred.poses(trial["scene"]["object_poses"])}
            for step in trial["plan"]["low_actions"]:
                action = step["api_action"]
                if action["action"] == "PickupObject" and action["objectId"].count("|") == 3:
                    missing += [action["objectId"]] if action["objectId"] not in there else []
    assert missing == []

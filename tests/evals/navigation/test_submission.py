"""Submission files: what is written is read again, and what is wrong is told with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.record import RecordError
from evals.navigation.submission import read_submission, write_submission
from evals.navigation.trajectory import Pose, Trajectory, TrajectoryError, read_pose

angles = st.floats(-10, 10).map(lambda angle: round(angle, 6))
names = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
poses = st.builds(Pose, names, angles, angles)
trajectories = st.builds(
    Trajectory,
    names,
    st.lists(poses, min_size=1, max_size=5).map(tuple),
    st.none() | names | st.integers(0, 10**12).map(str),
)


@given(found=st.lists(trajectories, unique_by=lambda one: one.instr_id, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, found: list[Trajectory]) -> None:
    path = tmp_path_factory.mktemp("submission") / "submission.json"
    write_submission(path, found, objects=True)
    read = read_submission(path)
    assert list(read.trajectories.values()) == found
    assert not read.rejected
    assert not read.nameless


def test_the_official_form(tmp_path: Path) -> None:
    path = tmp_path / "submission.json"
    write_submission(path, [Trajectory("1_0", (Pose("a", 0.5, -0.25), Pose("b")), "66")], objects=True)
    assert json.loads(path.read_text()) == [
        {"instr_id": "1_0", "trajectory": [["a", 0.5, -0.25], ["b", 0.0, 0.0]], "predObjId": 66}
    ]
    write_submission(path, [Trajectory("1_0", (Pose("a"),), "66")], objects=False)
    assert json.loads(path.read_text()) == [{"instr_id": "1_0", "trajectory": [["a", 0.0, 0.0]]}]
    write_submission(path, [], objects=False)
    assert json.loads(path.read_text()) == []


def written(tmp_path: Path, value: Any) -> Path:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(value))
    return path


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"instr_id": "1_0"}, "it has no trajectory"),
        ({"instr_id": "1_0", "trajectory": []}, "it has no trajectory"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0], ["b", "0", 0]]}, "step 1 is not"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0], "b00"]}, "step 1 is not"),
        ({"instr_id": "1_0", "trajectory": [["a"]]}, "step 0 is not"),
        ({"instr_id": "1_0", "trajectory": [[1, 0, 0]]}, "step 0 is not"),
        ({"instr_id": "1_0", "trajectory": [["a", True, 0]]}, "step 0 is not"),
        ({"instr_id": "1_0", "trajectory": [["a", float("nan"), 0]]}, "step 0 is not"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0]], "predObjId": [5]}, "predObjId"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0]], "predObjId": "\ud800"}, "predObjId is no name"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0]], "predObjId": 10**4200}, "predObjId is no name"),
        ({"instr_id": "1_0", "trajectory": [["a", 0, 0], ["\ud800", 0, 0]]}, r"step 1 is at '\ud800', which is no"),
        ({"instr_id": "1_0", "trajectory": [["\x1b]0;x\x07", 0, 0]]}, r"step 0 is at '\x1b]0;x\x07', which is no name"),
        ({"instr_id": "1_0", "trajectory": [["../a" * 99, 0, 0]]}, "step 0 is at '../a../a"),
    ],
)
def test_a_bad_entry_is_told_and_the_rest_stands(tmp_path: Path, entry: dict[str, Any], reason: str) -> None:
    path = written(tmp_path, [entry, {"instr_id": "1_1", "trajectory": [["a", 0, 0]]}])
    found = read_submission(path)
    assert list(found.trajectories) == ["1_1"]
    assert reason in found.rejected["1_0"]
    assert f"{path}: entry 0, 1_0" in found.rejected["1_0"]
    assert found.rejected["1_0"].isprintable()
    assert len(found.rejected["1_0"]) < len(str(path)) + 200


def test_entries_without_a_name(tmp_path: Path) -> None:
    found = read_submission(written(tmp_path, [5, {"instr_id": 3, "trajectory": []}, None]))
    assert len(found.nameless) == 3
    assert "entry 1 has no instr_id" in found.nameless[1]
    strange = [{"instr_id": name, "trajectory": [["a", 0, 0]]} for name in ("\ud800", "\x1b[31m", "", "a" * 65)]
    found = read_submission(written(tmp_path, strange))
    assert not found.trajectories
    assert all("no instr_id that is a plain name" in why and why.isprintable() for why in found.nameless)


def test_no_object_is_an_empty_one(tmp_path: Path) -> None:
    found = read_submission(written(tmp_path, [{"instr_id": "1_0", "trajectory": [["a", 0, 0]], "predObjId": ""}]))
    assert found.trajectories["1_0"].object_id is None


def test_an_instruction_twice_is_refused(tmp_path: Path) -> None:
    entry = {"instr_id": "1_0", "trajectory": [["a", 0, 0]]}
    with pytest.raises(RecordError, match=r"1_0 stands twice, in entries 0 and 2"):
        read_submission(written(tmp_path, [entry, {**entry, "instr_id": "1_1"}, entry]))
    with pytest.raises(RecordError, match="twice"):  # a bad try is a try
        read_submission(written(tmp_path, [{"instr_id": "1_0"}, entry]))


@pytest.mark.parametrize("text", ["", "{", '{"instr_id": "1_0"}', "5", "\xff", "[" * 100_000])
def test_a_file_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RecordError, match=r"mine\.json"):
        read_submission(path)
    with pytest.raises(RecordError, match=r"none\.json"):
        read_submission(tmp_path / "none.json")


def test_poses_of_other_sequences() -> None:
    assert read_pose(("a", 1, 2), 0) == Pose("a", 1.0, 2.0)
    with pytest.raises(TrajectoryError):
        read_pose("abc", 0)

"""TFRecord files written by hand, read without TensorFlow."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from envs.base import EnvError
from envs.replay.androidcontrol.annotations import read_annotations
from envs.replay.androidcontrol.gold import finger, gold_action
from envs.replay.androidcontrol.screen import screen_of
from envs.replay.androidcontrol.tfrecord import _example, read_examples
from evals.androidcontrol.convert import convert, read_split


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def message(field: int, payload: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(payload)) + payload


def feature(values: list, *, packed: bool = True) -> bytes:
    if all(isinstance(value, int) for value in values):
        numbers = b"".join(map(varint, values)) if packed else b"".join(varint(1 << 3) + varint(v) for v in values)
        return message(3, message(1, numbers) if packed else numbers)
    return message(1, b"".join(message(1, value) for value in values))


def example(features: dict[str, list], *, packed: bool = True) -> bytes:
    entries = (
        message(1, key.encode()) + message(2, feature(values, packed=packed)) for key, values in features.items()
    )
    return message(1, b"".join(message(1, entry) for entry in entries))


def frame(data: bytes) -> bytes:
    return struct.pack("<Q", len(data)) + b"crc!" + data + b"crc!"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1080, 2400)).save(file, format="PNG")
    return file.getvalue()


ACTIONS = [
    {"action_type": "open_app", "app_name": "Clock"}, {"action_type": "click", "x": 100, "y": 2000},
    {"action_type": "scroll", "direction": "down"}, {"action_type": "scroll", "direction": "left"},
    {"action_type": "input_text", "text": "七点 \"x\""}, {"action_type": "navigate_home"}, {"action_type": "wait"},
    {"action_type": "navigate_back"}, {"action_type": "long_press", "x": 5, "y": 6},
]  # fmt: skip


def features(name: int = 7, actions: list = ACTIONS) -> dict[str, list]:
    count = len(actions) + 1
    return {
        "episode_id": [name], "goal": ["Set an alarm ⏰".encode()],
        "actions": [json.dumps(action).encode() for action in actions],
        "step_instructions": [f"do {number}".encode() for number in range(len(actions))],
        "screenshots": [picture()] * count, "screenshot_widths": [1080] * count, "screenshot_heights": [2400] * count,
        "accessibility_trees": [b"\xff\x00"] * count,
    }  # fmt: skip


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
def test_an_episode_goes_all_the_way_to_gold_actions(tmp_path: Path, packed, zipped):
    data = frame(example(features(), packed=packed)) + frame(example(features(8), packed=packed))
    path = tmp_path / "android_control-00000-of-00020"
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert convert([path], tmp_path / "out", frozenset({"7"})) == 1
    (episode,) = read_annotations(tmp_path / "out" / "annotations.jsonl")
    assert (episode.episode_id, episode.goal, len(episode.steps)) == ("7", "Set an alarm ⏰", 9)
    assert sorted(path.name for path in (tmp_path / "out" / "images").iterdir())[0] == "7_0.png"
    assert screen_of(episode, tmp_path / "out" / "images").evidence == "image"
    screen = screen_of(episode)
    assert (screen.width, screen.height, screen.evidence) == (1080, 2400, "swipe")
    assert [gold_action(step, screen).name for step in episode.steps] == [
        "open_app", "click", "swipe", "swipe", "type", "press", "wait", "press", "long_press",
    ]  # fmt: skip
    assert [finger(step) for step in episode.steps[2:4]] == ["up", "right"]
    assert episode.steps[2].swiped == ((540, 1800), (540, 600))
    assert episode.steps[3].swiped == ((270, 1200), (810, 1200))
    assert episode.steps[4].text == '七点 "x"'


@pytest.mark.parametrize("cut", [1, 5, 20, 300])
def test_a_file_that_is_cut_short_is_named(tmp_path: Path, cut):
    data = frame(example(features()))
    path = tmp_path / "x"
    for whole in (data, gzip.compress(data)):
        path.write_bytes(whole[:-cut])
        with pytest.raises(EnvError, match="example [01]"):
            list(read_examples(path))
    path.write_bytes(b"hello, this is no record at all")
    with pytest.raises(EnvError, match="no frame"):
        list(read_examples(path))
    path.write_bytes(b"")
    with pytest.raises(EnvError, match="is empty"):
        list(read_examples(path))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_example_or_an_error_in_words(data):
    with contextlib.suppress(EnvError):
        assert isinstance(_example(data, "here"), dict)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"actions": [b"{}"] * 9}, "no action"),
        ({"actions": [b"{"] * 9}, "no episode"),
        ({"actions": [b'{"action_type": "scroll", "direction": "sideways"}'] * 9}, "no action"),
        ({"actions": [b"[" * 100_000] * 9}, "no episode"),
        ({"actions": [b'{"action_type": "click", "x": NaN, "y": 1}'] * 9}, "no action"),
        ({"actions": [b'{"action_type": "click", "x": true, "y": 1}'] * 9}, "no action"),
        ({"actions": [b'{"action_type": "long_press", "x": 1' + b"0" * 400 + b', "y": 1}'] * 9}, "no action"),
        ({"screenshot_widths": [b"1080"] * 10}, "width and height"),
        ({"screenshot_heights": [0] * 10}, "width and height"),
        ({"screenshots": [b"GIF89a"] * 10}, "no PNG"),
        ({"step_instructions": [b"one"]}, "as many"),
        ({"goal": [3]}, "number"),
        ({"episode_id": [b"x"]}, "as many"),
        ({"episode_id": []}, "no episode"),
    ],
)
def test_an_episode_that_is_none_is_named(tmp_path: Path, change, message):
    path = tmp_path / "x"
    path.write_bytes(frame(example({**features(), **change})))
    with pytest.raises(EnvError, match=message):
        convert([path], tmp_path / "out")
    assert not (tmp_path / "out" / "annotations.jsonl").exists()


def test_a_split_is_read_from_the_sets_own_file(tmp_path: Path):
    path = tmp_path / "splits.json"
    path.write_text('{"train": [1], "test": [7, 8]}')
    assert read_split(path, "test") == {"7", "8"}
    with pytest.raises(EnvError, match="'dev'"):
        read_split(path, "dev")

"""Reads the test annotations of AndroidControl as JSON Lines, an episode a line (X-PLUG/MobileAgent, UI-S1/datasets).

A line is {"goal", "episode_id", "steps": [{"action_content", "check_options", "screenshot", "step_instruction"}]} with
coordinates in pixels. Every action is named twice, in `action_content` and `check_options`; the second one also holds
`candidate_bbox` and, of a swipe, the direction.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, assert_never

from actions.call import show
from actions.screen import Direction
from envs.base import EnvError
from envs.numbers import is_number
from envs.replay.androidcontrol.step import KINDS, AndroidControlEpisode, AndroidControlStep, Kind, Pixels
from envs.replay.single.lines import Line, field, read_lines

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def read_annotations(path: Path) -> tuple[AndroidControlEpisode, ...]:
    """All episodes of a file, in its order. Raises EnvError naming the line, and the step in it."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise EnvError(
            f"there are no annotations at {path} ({error.strerror}); give the JSONL of AndroidControl"
        ) from error
    return _read(path, changed)


@cache
def _read(path: Path, changed: int) -> tuple[AndroidControlEpisode, ...]:
    """A world a step reads them, so they are kept; `changed` is the file's time, which tells another file."""
    episodes: dict[str, AndroidControlEpisode] = {}
    for line in read_lines(path):
        episode = _episode(line)
        if episode.episode_id in episodes:
            first = episodes[episode.episode_id].place
            raise EnvError(f"{line.place}: the episode {episode.episode_id} is already at {first}")
        episodes[episode.episode_id] = episode
    return tuple(episodes.values())


def _episode(line: Line) -> AndroidControlEpisode:
    steps = line.get("steps", list)
    name = line.value.get("episode_id")
    if isinstance(name, bool) or not isinstance(name, int | str):
        raise EnvError(f"{line.place}: 'episode_id' must be a number or text, not {show(name)}")
    if not _NAME.fullmatch(str(name)):  # files are called by it
        raise EnvError(f"{line.place}: 'episode_id' must be of letters, digits, - and _, not {show(name)}")
    read = tuple(_step(step, number, f"{line.place}, step {number}") for number, step in enumerate(steps))
    return AndroidControlEpisode(str(name), line.get("goal", str), read, line.place)


def _step(value: Any, number: int, place: str) -> AndroidControlStep:
    if not isinstance(value, dict):
        raise EnvError(f"{place} is {type(value).__name__}, not an object")
    action, check = field(value, "action_content", dict, place), field(value, "check_options", dict, place)
    kind = _kind(action, check, place)
    image = PurePosixPath(field(value, "screenshot", str, place)).name
    instruction = field(value, "step_instruction", str, place)
    boxes = tuple(_box(box, place) for box in _boxes(check, place))
    match kind:
        case "click" | "long_press":
            point, seconds = _point(action, "coordinate", place), _seconds(action, place)
            return AndroidControlStep(number, kind, instruction, image, point=point, boxes=boxes, seconds=seconds)
        case "swipe":
            direction = _direction(check, place)
            swiped = _point(action, "coordinate", place), _point(action, "coordinate2", place)
            return AndroidControlStep(number, kind, instruction, image, direction=direction, swiped=swiped)
        case "type" | "open":
            text = field(action, "text", str, place)
            return AndroidControlStep(number, kind, instruction, image, text=text, boxes=boxes)
        case "system_button":
            button = field(action, "button", str, place)
            return AndroidControlStep(number, kind, instruction, image, button=button)
        case "wait":
            return AndroidControlStep(number, kind, instruction, image, seconds=_seconds(action, place))
        case _:
            assert_never(kind)


def _kind(action: dict[str, Any], check: dict[str, Any], place: str) -> Kind:
    kind = field(action, "action", str, place)
    if kind not in KINDS:
        raise EnvError(f"{place}: there is no action {show(kind)}; there are {', '.join(KINDS)}")
    if check.get("action") != kind:
        raise EnvError(f"{place}: action_content says {kind!r} and check_options {show(check.get('action'))}")
    return kind


def _direction(check: dict[str, Any], place: str) -> Direction:
    match field(check, "direction", str, place):
        case "up" | "down" | "left" | "right" as direction:
            return direction
        case other:
            raise EnvError(f"{place}: {show(other)} is no direction")


def _point(action: dict[str, Any], key: str, place: str) -> tuple[float, float]:
    x, y = _numbers(action.get(key), 2, f"{place}: {key!r}")
    return x, y


def _seconds(action: dict[str, Any], place: str) -> float:
    value = action.get("time", 1)
    if not is_number(value):
        raise EnvError(f"{place}: 'time' is a number of seconds, not {show(value)}")
    return float(value)


def _boxes(check: dict[str, Any], place: str) -> list[Any]:
    """Those of `candidate_bbox`, which only some actions have."""
    return field(check, "candidate_bbox", list, place) if "candidate_bbox" in check else []


def _box(value: Any, place: str) -> Pixels:
    left, top, right, bottom = _numbers(value, 4, f"{place}: a box of 'candidate_bbox'")
    return left, top, right, bottom


def _numbers(value: Any, count: int, what: str) -> list[float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != count or not all(map(is_number, numbers)):
        raise EnvError(f"{what} is {count} numbers in pixels, not {show(value)}")
    return [float(number) for number in numbers]

"""Episodes of AndroidControl's own TFRecord files, as lines of annotations and screenshots.

Fields and actions: google-research/android_control README.md (0ced6d0). The accessibility trees, which candidate boxes
would come from, are not read: rule-sets then go by distance alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.call import show
from envs.base import EnvError
from envs.numbers import is_number
from envs.replay.androidcontrol.tfrecord import Feature

_BEGINS = {"up": (0.5, 0.25), "down": (0.5, 0.75), "left": (0.25, 0.5), "right": (0.75, 0.5)}
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class RecordedEpisode:
    """A line for the annotations, and the PNG of every step by its file's name."""

    episode_id: str
    line: dict[str, Any]
    screenshots: Mapping[str, bytes]


def recorded_episode(features: Mapping[str, Feature], place: str) -> RecordedEpisode:
    """The episode of an example. Raises EnvError naming `place` for fields that are missing or do not agree."""
    try:
        (name,), (goal,) = features["episode_id"], features["goal"]
        actions = [json.loads(_bytes(action, place)) for action in features["actions"]]
        instructions = [_bytes(text, place).decode() for text in features["step_instructions"]]
        pictures = [_bytes(picture, place) for picture in features["screenshots"]]
        sizes = list(zip(features["screenshot_widths"], features["screenshot_heights"], strict=True))
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise EnvError(f"{place} is no episode of AndroidControl ({type(error).__name__}: {error})") from error
    if not isinstance(name, int) or not len(actions) == len(instructions) <= len(pictures) <= len(sizes):
        raise EnvError(f"{place}: actions, instructions and screenshots are not as many as they should be")
    steps, screenshots = [], {}
    for number, (action, instruction) in enumerate(zip(actions, instructions, strict=True)):
        here = f"{place}, step {number}"
        if not all(isinstance(side, int) and is_number(side) and side >= 1 for side in sizes[number]):
            raise EnvError(f"{here}: width and height are pixels, not {show(list(sizes[number]))}")
        if not pictures[number].startswith(_PNG):
            raise EnvError(f"{here}: the screenshot is no PNG")
        check = _check(action, here)
        image = f"{name}_{number}.png"
        screenshots[image] = pictures[number]
        steps.append(
            {"action_content": _content(check, sizes[number]), "check_options": check, "screenshot": image,
             "step_instruction": instruction}
        )  # fmt: skip
    line = {"goal": _bytes(goal, place).decode(errors="replace"), "episode_id": name, "steps": steps}
    return RecordedEpisode(str(name), line, screenshots)


def _bytes(value: Any, place: str) -> bytes:
    if not isinstance(value, bytes):
        raise EnvError(f"{place}: a text or a picture is a number")
    return value


def _check(action: Any, place: str) -> dict[str, Any]:
    """The action in the words of the annotations."""
    match action:
        case {"action_type": "click", "x": x, "y": y} if is_number(x) and is_number(y):
            return {"action": "click", "coordinate": [x, y], "candidate_bbox": []}
        case {"action_type": "long_press", "x": x, "y": y} if is_number(x) and is_number(y):
            return {"action": "long_press", "coordinate": [x, y], "candidate_bbox": [], "time": 2}
        case {"action_type": "scroll", "direction": "up" | "down" | "left" | "right" as direction}:
            return {"action": "swipe", "direction": direction}
        case {"action_type": "open_app", "app_name": str(app)}:
            return {"action": "open", "text": app}
        case {"action_type": "type" | "input_text", "text": str(text)}:
            return {"action": "type", "text": text}
        case {"action_type": "navigate_home"}:
            return {"action": "system_button", "button": "Home"}
        case {"action_type": "navigate_back"}:
            return {"action": "system_button", "button": "Back"}
        case {"action_type": "wait"}:
            return {"action": "wait", "time": 2}
        case _:
            raise EnvError(f"{place}: {show(action)} is no action of AndroidControl")


def _content(check: dict[str, Any], size: tuple[Any, Any]) -> dict[str, Any]:
    if check["action"] != "swipe":
        return {key: value for key, value in check.items() if key != "candidate_bbox"}
    width, height = size
    # The finger goes against the direction: it begins on the side on which more is to be seen.
    x, y = _BEGINS[check["direction"]]
    start, end = [x * width, y * height], [(1 - x) * width, (1 - y) * height]
    return {"action": "swipe", "coordinate": start, "coordinate2": end}

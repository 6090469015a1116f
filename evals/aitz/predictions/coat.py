"""Predictions in CoAT's own layout: a folder of files, one a step, with a call for every prompt that was tried.

    GENERAL-8483176786914864439/GENERAL-8483176786914864439_0.json
        {"action_predict": {"COA": {"txt": {"ACTION": "click_element", "ARGS": {"bbox": [100, 345, 219, 826]}}}}}

The call is kept as it stands, for the rules published with AITZ; what it means on a phone is read beside it for the
others. AgentCPM-GUI's convert_output.py @ a5612f0 writes the same layout with an object for ACTION, which holds POINT,
to, PRESS and TYPE alone: it is empty for an answer that only ends, and for one that waits, clears a field or does
nothing. Those three come back as a wait, since ARGS always holds a duration; `qwen-agentcpm` takes each of them as a
stop. An answer that broke the schema is null there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from actions.android import Press, Swipe, TypeText
from actions.call import ActionError
from actions.point import PERMILLE, Box, read_box
from actions.screen import Click, Done
from actions.space import Action
from agent.record import RecordError
from evals.aitz.predictions.agentcpm import answered_action
from evals.aitz.predictions.base import CoatCall, Key, Prediction
from evals.aitz.predictions.lines import Line, load
from evals.aitz.rules.published import StopsError, kind_of, second_part, whole

_FILE = re.compile(r"[A-Za-z_]+-(?P<episode>\d{1,32})_(?P<step>\d{1,6})\.json")
_BUTTONS = {"back": "Back", "home": "Home", "enter": "Enter", "recents": "Recents"}


def coat_files(folder: Path) -> Iterator[Line]:
    """Every step's file below a folder, sorted. Raises RecordError when there is none, or one cannot be read."""
    found = sorted(path for path in folder.rglob("*.json") if _FILE.fullmatch(path.name))
    if not found:
        raise RecordError(f"{folder} holds no file such as GENERAL-8483176786914864439_0.json, as CoAT writes them")
    for path in found:
        named = _FILE.fullmatch(path.name)
        assert named is not None
        try:
            value = load(path.read_text(encoding="utf-8-sig") or "{}", str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} cannot be read ({error})") from error
        if not isinstance(value, dict):
            raise RecordError(f"{path}: a prediction is a JSON object")
        yield Line(str(path), {**value, "episode_id": named["episode"], "step_id": int(named["step"])})


def coat_predictions(lines: Sequence[Line], mode: str | None = None) -> Iterator[tuple[Key, Prediction]]:
    """What the lines predict under one prompt; a step without a call of that prompt is left out: it is missing.

    Args:
        mode: DEMO/SCREEN, for example COAT/tag; may be left out when the files hold only one.

    Raises:
        RecordError: when there are several and none is named, or the one named is not there.
    """
    modes = Counter(found for line in lines for found in _calls(line))
    if mode is None:
        if len(modes) != 1:
            held = ", ".join(f"{name} ({count})" for name, count in modes.most_common()) or "none"
            raise RecordError(f"the files hold predictions of {held}; name one with --mode")
        mode = next(iter(modes))
    if mode not in modes:
        raise RecordError(f"the files hold no predictions of {mode}, but of {', '.join(modes) or 'none'}")
    for line in lines:
        calls = _calls(line)
        if mode in calls:
            yield line.key(), coat_prediction(calls[mode])


def _calls(line: Line) -> dict[str, Any]:
    demos = line.fields.get("action_predict", {})
    if not isinstance(demos, dict):
        raise RecordError(f"{line.place}: action_predict must be an object")
    return {
        f"{demo}/{screen}": call
        for demo, screens in demos.items()
        if isinstance(screens, dict)
        for screen, call in screens.items()
    }


def coat_prediction(value: Any) -> Prediction:
    """A call of CoAT's API as an action of a phone, where it is one."""
    name = value.get("ACTION") if isinstance(value, dict) else None
    if name is None or name == "":
        return Prediction(None, "no call")
    given = value.get("ARGS")
    arguments = given if isinstance(given, dict) else {}
    if isinstance(name, dict):
        return _converted({**name, **arguments, "STATUS": value.get("STATUS") or "continue"})
    coat = CoatCall(name, given)
    try:
        if not isinstance(name, str):
            raise ActionError("The name of a call is text.")
        index = whole(arguments.get("idx")) if kind_of(name) == "click" else None
        if index is not None:
            return Prediction(None, index=index, coat=coat)
        box = read_box(arguments.get("bbox"), PERMILLE) if kind_of(name) == "click" else None
        return Prediction(_action(name, arguments, box), box=box, coat=coat)
    except (ActionError, StopsError) as error:
        return Prediction(None, str(error), coat=coat)


def _converted(answer: dict[str, Any]) -> Prediction:
    """AgentCPM-GUI's answer, the same as in its own layout: it is no call of CoAT's, and not judged as one."""
    try:
        return Prediction(answered_action(answer))
    except ActionError as error:
        return Prediction(None, str(error))


def _action(name: str, arguments: dict[str, Any], box: Box | None) -> Action:
    match kind_of(name):
        case "click":
            assert box is not None
            return Click(box.centre)
        case "scroll":
            direction = str(arguments.get("direction", "")).lower()
            if direction not in ("up", "down", "left", "right"):
                raise ActionError("The direction must be up, down, left or right.")
            return Swipe(direction)  # type: ignore[arg-type]  # one of the four, as was just seen
        case "type":
            text = arguments.get("text", "")
            if not isinstance(text, str):
                raise ActionError("The text is none.")
            return TypeText(text)
        case "press":
            button = _BUTTONS.get(second_part(name))
            if button is None:
                raise ActionError(f"A phone has no button {second_part(name)[:20]!r}.")
            return Press(button)  # type: ignore[arg-type]  # a value of the table above
        case "stop":
            failed = str(arguments.get("task_status", "")).lower()
            return Done("failure" if "fail" in failed or "impossible" in failed else "success")
        case _:
            raise ActionError(f"AITZ has no action {name[:40]!r}.")

"""AgentCPM-GUI's predictions: the steps of the benchmark with the model's answer in `pred`.

    {"episode_id": "…", "step_id": 2, "category": "google_apps", …, "pred": {"POINT": [607, 498]}}

`pred` follows eval/utils/schema/schema_for_extraction.json @ a5612f0; a text is an answer that did not, and was
written as it stood. An episode may be one line with its answers in `steps`, numbered from 0 (convert_output.py).
A POINT of less than 200 ms is a click here; their evaluator falls through to "stop".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.android import ClearText, Drag, LongPress, Press, Swipe, TypeText, Wait
from actions.call import ActionError
from actions.point import PERMILLE, Point
from actions.screen import Click, Done
from actions.space import Action
from agent.record import RecordError
from envs.numbers import is_number
from evals.aitz.predictions.base import Key, Prediction
from evals.aitz.predictions.lines import Line

_ACTIONS = ("POINT", "PRESS", "TYPE", "DEEP_LINK", "CLEAR")
_KEYS = {*_ACTIONS, "thought", "to", "duration", "STATUS"}
_GOING = ("continue", "start")
_ENDING = ("finish", "satisfied", "impossible", "interrupt", "need_feedback")
_TAP_MS = 200
"""The schema's default duration: what is longer is a long press."""


def agentcpm_predictions(line: Line) -> Iterator[tuple[Key, Prediction]]:
    """What one line predicts: one step, or all of an episode. Raises RecordError for a line that is none."""
    if "steps" not in line.fields:
        yield line.key(), _prediction(line.fields, line.place)
        return
    steps = line.fields["steps"]
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise RecordError(f"{line.place}: steps must be a list of objects")
    for number, step in enumerate(steps):
        key = Line(line.place, {**line.fields, "step_id": number}).key()
        yield key, _prediction(step, f"{line.place}, step {number}")


def _prediction(fields: dict[str, Any], place: str) -> Prediction:
    if "pred" not in fields:
        raise RecordError(f'{place}: there is no "pred"')
    answer = fields["pred"]
    if not isinstance(answer, dict):
        return Prediction(None, "the answer does not follow the schema", answer if isinstance(answer, str) else "")
    thought = answer.get("thought")
    text = thought if isinstance(thought, str) else ""
    try:
        return Prediction(answered_action(answer), text=text)
    except ActionError as error:
        return Prediction(None, str(error), text)


def answered_action(answer: dict[str, Any]) -> Action:
    """The action of an answer, read in their evaluator's order. Raises ActionError when it breaks the schema."""
    status, duration = answer.get("STATUS", "continue"), answer.get("duration", _TAP_MS)
    named = [name for name in _ACTIONS if name in answer]
    if unknown := sorted(answer.keys() - _KEYS):
        raise ActionError(f"The schema has no {unknown[0][:40]!r}.")
    if status not in _GOING + _ENDING or not is_number(duration) or not isinstance(duration, int) or duration < 0:
        raise ActionError("STATUS or duration is not of the schema.")
    if len(named) > 1:
        raise ActionError(f"The schema allows one action, not {' and '.join(named)}.")
    if status in _ENDING:
        return Done("failure" if status == "impossible" else "success")
    match named:
        case ["TYPE"]:
            return _typed(answer["TYPE"])
        case ["POINT"]:
            return _touched(_point(answer["POINT"]), answer.get("to"), duration)
        case ["PRESS"]:
            return _pressed(answer["PRESS"])
        case ["CLEAR"]:
            return ClearText()
        case ["DEEP_LINK"]:
            raise ActionError("DEEP_LINK is no action of a phone here.")
        case _ if "duration" in answer:
            return Wait(min(5.0, duration / 1000))
        case _:
            raise ActionError("The answer holds no action.")


def _typed(value: Any) -> Action:
    if not isinstance(value, str):
        raise ActionError("TYPE must be text.")
    return TypeText(value)


def _touched(point: Point, to: Any, duration: int) -> Action:
    if duration > _TAP_MS:
        return LongPress(point)
    if to is None:
        return Click(point)
    match to:
        case "up" | "down" | "left" | "right":
            return Swipe(to, point)
        case _:
            return Drag(point, _point(to))


def _pressed(value: Any) -> Action:
    match value:
        case "HOME":
            return Press("Home")
        case "BACK":
            return Press("Back")
        case "ENTER":
            return Press("Enter")
        case "APPSELECT":
            return Press("Recents")
        case _:
            raise ActionError("PRESS must be HOME, BACK, ENTER or APPSELECT.")


def _point(value: Any) -> Point:
    """Two whole numbers from 0 to 1000."""
    whole = isinstance(value, list) and all(type(each) is int and is_number(each) for each in value)
    if not whole or len(value) != 2:
        raise ActionError("A place is two whole numbers from 0 to 1000.")
    return Point(*PERMILLE.read(*value))

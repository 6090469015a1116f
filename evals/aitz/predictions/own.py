"""This project's predictions: a line a step, with the call or with the model's own words.

    {"episode_id": "523638528775825151", "step_id": 0, "call": {"name": "press", "arguments": {"button": "Home"}}}
    {"episode_id": "523638528775825151", "step_id": 1, "call": null, "text": "I do not know."}
    {"episode_id": "523638528775825151", "step_id": 2, "text": "✿FUNCTION✿: click\n✿ARGS✿: …", "dialect": "qwen"}

A call is of the phone's actions (actions.android), its points from 0 to 1000. A text is read when there is no call.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from actions.android import android_space
from actions.call import ActionError, CallError, FunctionCall, show
from actions.dialects.base import Dialect
from actions.dialects.registry import make_dialect
from actions.point import Box, PointScale, read_box
from actions.screen import Click
from actions.space import ActionSpace
from agent.record import RecordError
from evals.aitz.predictions.base import Prediction
from evals.aitz.predictions.lines import Line
from evals.predictions import THOUSANDTHS


def own_prediction(line: Line, dialect: str | None = None) -> Prediction:
    """What one line predicts. Raises RecordError for a line that is none.

    Args:
        dialect: of texts whose line names none.
    """
    fields = line.fields
    text = fields.get("text") or ""
    if not isinstance(text, str):
        raise RecordError(f"{line.place}: text must be text")
    if "call" in fields:
        return _called(fields["call"], text)
    if "text" not in fields:
        raise RecordError(f'{line.place}: there is neither "call" nor "text"; see --format for other layouts')
    return _spoken(text, _dialect(fields.get("dialect", dialect), line.place))


def _called(call: Any, text: str) -> Prediction:
    if call is None:
        return Prediction(None, "no call", text)
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return Prediction(None, f"a call is an object with a name, not {show(call)}", text)
    arguments = call.get("arguments", {})
    if not isinstance(arguments, dict):
        return Prediction(None, "the arguments are no object", text)
    return decoded(FunctionCall(call["name"], arguments), THOUSANDTHS, text)


def _spoken(text: str, dialect: Dialect) -> Prediction:
    try:
        call = dialect.parse(text)
    except CallError as error:
        return Prediction(None, str(error), text)
    return decoded(call, dialect.scale, text)


def decoded(call: FunctionCall, scale: PointScale, text: str) -> Prediction:
    """The action of a call, or why it is none."""
    try:
        action = _phone().decode(call, scale)
    except CallError as error:
        return Prediction(None, str(error), text)
    box = _box(call.arguments.get("point"), scale) if isinstance(action, Click) else None
    return Prediction(action, text=text, box=box)


def _box(value: Any, scale: PointScale) -> Box | None:
    """The box a click was given as, which its action keeps the centre of."""
    try:
        return read_box(value, scale)
    except ActionError:
        return None  # a point


def _dialect(name: Any, place: str) -> Dialect:
    if not isinstance(name, str):
        raise RecordError(f'{place}: a "text" needs a "dialect" (qwen or hermes), or --dialect for all of them')
    try:
        return make_dialect(name)
    except ValueError as error:
        raise RecordError(f"{place}: {error}") from error


@cache
def _phone() -> ActionSpace:
    return android_space(secrets=True)

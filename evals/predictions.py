"""Predictions made elsewhere, as JSON Lines: a call or a model's own text for every item of a benchmark.

{…keys of the item…, "call": {"name": …, "arguments": {…}}}     or null where there was no valid answer
{…keys of the item…, "text": "…", "dialect": "qwen"}            the answer as written; --dialect names it for all lines
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from actions.call import FunctionCall, ParseError, show
from actions.dialects.base import Dialect
from actions.dialects.registry import make_dialect
from actions.point import PERMILLE, PointScale
from agent.record import RecordError
from envs.base import EnvError
from envs.replay.single.lines import Line, read_lines
from model.base import ModelError

THOUSANDTHS = PointScale(1000.0, 1000.0)
"""The unit of points in prediction files: 0 to 1000 on both axes, fractions allowed."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was answered: a call with points from 0 to 1000, or None, and the text if it is known."""

    call: FunctionCall | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Predictions(Generic[K]):
    """A file's predictions by item, and how many of its lines are none of the benchmark's."""

    by_item: Mapping[K, Prediction]
    foreign: int = 0
    """Lines about items that the set does not have."""
    repeated: int = 0
    """Lines about an item that an earlier line is about: the first one counts."""
    examples: list[str] = field(default_factory=list)
    """Places of some of these."""

    def told(self, items: int) -> str:
        """A sentence on how the file fits a set of so many items."""
        calls = sum(prediction.call is not None for prediction in self.by_item.values())
        text = (
            f"{len(self.by_item)} of {items} are predicted, {calls} of them with a call; all {items} are in the "
            "denominators."
        )
        if self.foreign or self.repeated:
            where = f" (such as {', '.join(self.examples)})" if self.examples else ""
            text += f" Left aside: {self.foreign} lines of unknown items and {self.repeated} repeated ones{where}."
        return text


def read_prediction(line: Line, dialect: str | None) -> Prediction:
    """The prediction of a line.

    Args:
        dialect: of texts whose line names none.

    Raises:
        RecordError: when it holds neither a call nor a text, or nothing says which dialect the text is in.
    """
    text = line.value.get("text", "")
    if not isinstance(text, str):
        raise RecordError(f"{line.place}: 'text' is what the model wrote, not {type(text).__name__}")
    if "call" in line.value:
        return Prediction(_call(line.value["call"], line.place), text)
    if "text" not in line.value:
        raise RecordError(f"{line.place} has neither 'call' nor 'text'")
    spoken = _dialect(line.value.get("dialect", dialect), line.place)
    if spoken.scale != PERMILLE:
        raise RecordError(f"{line.place}: the dialect {spoken.name} does not write points from 0 to 1000")
    try:
        return Prediction(spoken.parse(text), text)
    except ParseError:
        return Prediction(None, text)


def read_predictions(
    path: Path,
    key: Callable[[Line], K],
    items: Container[K],
    dialect: str | None = None,
    read: Callable[[Line, str | None], Prediction] = read_prediction,
) -> Predictions[K]:
    """The predictions of a file.

    Args:
        key: which item a line is about; may raise EnvError.
        items: those of the set.
        dialect: of texts whose line names none.
        read: how a line is read, given that dialect.

    Raises:
        RecordError: naming the line, for one that is no prediction.
    """
    found: dict[K, Prediction] = {}
    foreign = repeated = 0
    examples: list[str] = []
    try:
        for line in read_lines(path):
            item, prediction = key(line), read(line, dialect)
            if item not in items:
                foreign += 1
            elif item in found:
                repeated += 1
            else:
                found[item] = prediction
                continue
            examples += [line.place] if len(examples) < 3 else []
    except EnvError as error:
        raise RecordError(str(error)) from error
    return Predictions(found, foreign, repeated, examples)


def _dialect(name: Any, place: str) -> Dialect:
    # No default: a text of another dialect would be read as no call at all, and score 0 without a word.
    if name is None:
        raise RecordError(f"{place}: a 'text' needs a 'dialect' (qwen or hermes), or --dialect for all of them")
    try:
        return make_dialect(name)
    except (ModelError, ValueError, TypeError) as error:
        raise RecordError(f"{place}: {error}") from error


def written(call: FunctionCall | None) -> dict[str, Any] | None:
    """A call as files of verdicts hold it; arguments that are no JSON, or nested without end, as a short text."""
    if call is None:
        return None
    try:
        json.dumps(call.arguments, allow_nan=False)
    except (ValueError, RecursionError):
        return {"name": call.name, "arguments": show(call.arguments)}
    return {"name": call.name, "arguments": call.arguments}


def _call(value: Any, place: str) -> FunctionCall | None:
    if value is None:
        return None
    name = value.get("name") if isinstance(value, dict) else None
    arguments = value.get("arguments", {}) if isinstance(value, dict) else None
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RecordError(f'{place}: \'call\' is null or {{"name": …, "arguments": {{…}}}}')
    return FunctionCall(name, arguments)

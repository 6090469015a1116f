"""Hypothesis strategies and the action space that the tests of `actions` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from hypothesis import strategies as st

from actions.call import CallError, FunctionCall
from actions.point import Box, Point
from actions.space import Action, ActionSpace, Within

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Home(Action):
    """Go to the home screen."""


@dataclass(frozen=True, slots=True)
class Tap(Action, name="click"):
    """Tap a place."""

    point: Annotated[Point, "where to tap"]


@dataclass(frozen=True, slots=True)
class Everything(Action):
    """Take one argument
    of every kind."""

    text: Annotated[str, "what to type"]
    flag: bool
    count: int
    level: Annotated[int, Within(-3, 3)]
    ratio: float
    seconds: Annotated[float, Within(0, 60), "how long to wait"]
    point: Point
    box: Box
    way: Annotated[Literal["up", "down", "3"], "where to"]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options(Action):
    """Take any of every kind."""

    text: str | None = None
    flag: bool | None = None
    count: int | None = None
    level: Annotated[int | None, Within(-3, 3)] = None
    seconds: Annotated[float | None, Within(0, 60)] = None
    point: Point | None = None
    box: Box | None = None
    way: Literal["up", "down"] | None = None
    keys: tuple[str, ...] | None = None
    enter: bool = False
    times: int = 1
    note: str = "none"


SPACE = ActionSpace([Home, Tap, Everything, Options])

# What typed text, page text and model text are made of when they are at their worst.
TRICKY = (
    *("✿FUNCTION✿", "✿ARGS✿", "✿RESULT✿", "✿RETURN✿", "*FUNCTION*", "*ARGS*", "*RESULT*", "*RETURN*"),
    *("✿", "*", "FUNCTION", "ARGS", "RESULT", "RETURN"),
    *("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<tools>", "<think>", "</think>"),
    *("<", ">", "/", "tool_call", "think", "<|im_end|>", "<|box_start|>", "<|box_end|>", "<|image_pad|>"),
    *("{", "}", "[", "]", "(", ")", ",", ":", "，", "：", "（", "）", "｛", "｝", "；", '"', "'", "“", "”", "‘", "’"),
    *("\\", "\\u273f", "\\ud83d", "\\u003c", "\\n", "\n", " ", "\t", "\x00", "\u2028", "\ufeff"),
    *("`", "```", "```json\n"),
    *('"name"', '"arguments"', '{"point": ', "(348,291)", "null", "None", "True", "nan", "Infinity", "-", ".", "1e999"),
    *("0", "1000", "1001", "９", "9" * 30, "名前", "🀄", "Home", "click", "Everything"),
)
texts = st.lists(st.one_of(st.sampled_from(TRICKY), st.text(max_size=6)), max_size=12).map("".join)
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.\-]{0,20}", fullmatch=True)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON values with these leaves."""
    return st.recursive(
        leaves,
        lambda values: st.lists(values, max_size=3) | st.dictionaries(texts, values, max_size=3),
        max_leaves=8,
    )


def buried(depth: int) -> list[Any]:
    """A list in a list in a list…"""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


json_values = nested(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
)
wild_values = nested(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.integers(0, 1000)
    | st.sampled_from([10**400, buried(40), "(348,291)", "(1,2),(3,4)", "9" * 5000, "1" * 150])
)
calls = st.builds(FunctionCall, names, st.dictionaries(texts, json_values, max_size=3))

_FIELDS = sorted({field for action in SPACE.schema() for field in action.parameters["properties"]})
wild_calls = st.builds(
    FunctionCall,
    st.sampled_from(SPACE.names) | texts,
    st.dictionaries(st.sampled_from(_FIELDS), wild_values, max_size=4)
    | st.dictionaries(texts, wild_values, max_size=2),
)

fractions = st.floats(0, 1)
permille = st.integers(0, 1000).map(lambda number: number / 1000)


def points(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Point]:
    return st.builds(Point, numbers, numbers)


def boxes(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Box]:
    edges = st.tuples(numbers, numbers).map(sorted)
    return st.builds(lambda x, y: Box(x[0], y[0], x[1], y[1]), edges, edges)


def actions(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Action]:
    """Actions of SPACE whose coordinates are drawn from `numbers`."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "text": texts,
        "flag": st.booleans(),
        "count": st.integers(-(10**15), 10**15),
        "level": st.integers(-3, 3),
        "seconds": st.floats(0, 60),
        "point": points(numbers),
        "box": boxes(numbers),
        "way": st.sampled_from(["up", "down"]),
        "keys": st.lists(texts, max_size=3).map(tuple),
    }
    maybe = {name: st.none() | field for name, field in fields.items()}
    return st.one_of(
        st.just(Home()),
        st.builds(Tap, points(numbers)),
        st.builds(Everything, ratio=st.floats(-1e15, 1e15), **fields),
        st.builds(Options, enter=st.booleans(), times=st.integers(0, 9), note=texts, **maybe),
    )


def attempt(work: Callable[..., T], *arguments: Any, refusal: type[CallError]) -> T | None:
    """What `work` returns, or None when it refuses in words fit to show; any other exception goes through."""
    try:
        return work(*arguments)
    except refusal as error:
        refused = error
    assert is_fit_to_show(refused)
    return None


def is_fit_to_show(error: CallError) -> bool:
    """Whether a model can be shown the message: one line, whole sentences, short whatever the input was."""
    message = str(error)
    return 0 < len(message) < 400 and "\n" not in message and message.endswith((".", "?"))

"""Action and ActionSpace: a frozen dataclass is the only source of an action's schema, check and prompt."""

from __future__ import annotations

import math
import types
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

import gymnasium
import numpy as np

from actions.call import ActionError, FunctionCall, show
from actions.point import UNIT, Box, Point, PointScale, read_box, read_point, write_box, write_point

_SAMPLE_LETTERS = "abcdefghijklmnopqrstuvwxyz 0123456789"


@dataclass(frozen=True, slots=True)
class Within:
    """Bounds of a numeric field, both inclusive: `Annotated[float, Within(0, 60)]`."""

    low: float
    high: float


class Action:
    """Base of every action: subclass it as a frozen dataclass.

    The class name is the function's name unless `class Tap(Action, name="click")` says otherwise, the docstring
    is its description, and the fields are its parameters. A field may be str, bool, int, float, Point, Box, a
    Literal of strings, a tuple of strings, or any of these `| None` with a default of None; an `Annotated` string
    describes it and a `Within` bounds it.
    """

    name: ClassVar[str]

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # dataclass(slots=True) builds the class a second time without the keyword: keep the name given first.
        inherited = cls.__dict__.get("name")
        cls.name = name or inherited or cls.__name__


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of an action, resolved from its annotation."""

    name: str
    kind: Any
    description: str
    bounds: Within | None
    optional: bool
    required: bool
    default: Any


@dataclass(frozen=True, slots=True)
class FunctionSchema:
    """What a dialect shows the model of one action: `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


def parameters_of(action: type[Action]) -> tuple[Parameter, ...]:
    """The parameters of an action class, in order. Raises TypeError on a field type outside the list above."""
    return _resolve(action)  # type: ignore[arg-type]  # mypy takes a class for unhashable


@cache
def _resolve(action: type[Action]) -> tuple[Parameter, ...]:
    hints = get_type_hints(action, include_extras=True)
    found = []
    for field in fields(action):  # type: ignore[arg-type]
        kind, optional = hints[field.name], False
        notes: list[Any] = []
        if get_origin(kind) is Annotated:
            kind, *notes = get_args(kind)
        if get_origin(kind) in (Union, types.UnionType):
            options = [option for option in get_args(kind) if option is not type(None)]
            if len(options) != 1:
                raise TypeError(f"{action.__name__}.{field.name}: a union may only add None to one type")
            kind, optional = options[0], True
        if field.name == "name":  # the class attribute of that name would become the field's default
            raise TypeError(f"{action.__name__}: no field can be called name, which is the action's own")
        try:
            _json_schema(kind, None)  # an unsupported type is found here, at definition, not in front of a model
        except TypeError as error:
            raise TypeError(f"{action.__name__}.{field.name}: {error}") from error
        found.append(
            Parameter(
                name=field.name,
                kind=kind,
                description=next((note for note in notes if isinstance(note, str)), ""),
                bounds=next((note for note in notes if isinstance(note, Within)), None),
                optional=optional,
                required=field.default is MISSING,
                default=None if field.default is MISSING else field.default,
            )
        )
    return tuple(found)


class ActionSpace(gymnasium.Space[Action]):
    """A closed set of action classes as a gymnasium space.

    Args:
        actions: the classes, in the order the model is shown them. Names must differ.
        seed: for `sample`.
    """

    def __init__(self, actions: Sequence[type[Action]], seed: int | np.random.Generator | None = None) -> None:
        super().__init__(shape=None, dtype=None, seed=seed)
        self.actions = tuple(actions)
        self._by_name = {action.name: action for action in self.actions}
        if len(self._by_name) != len(self.actions) or not self.actions:
            raise ValueError("an action space needs at least one action, and different names for all of them")
        for action in self.actions:
            parameters_of(action)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def schema(self) -> list[FunctionSchema]:
        """Name, description and JSON Schema of every action."""
        return [
            FunctionSchema(
                action.name,
                cleandoc(action.__doc__ or "").replace("\n", " "),
                {
                    "type": "object",
                    "properties": {p.name: _json_schema(p.kind, p) for p in parameters_of(action)},
                    "required": [p.name for p in parameters_of(action) if p.required],
                },
            )
            for action in self.actions
        ]

    def decode(self, call: FunctionCall, scale: PointScale = UNIT) -> Action:
        """The action a call means. Raises ActionError, with a message for the model, when it means none."""
        action = self._by_name.get(call.name)
        if action is None:
            raise ActionError(f"There is no function {show(call.name)}; choose one of: {', '.join(self.names)}.")
        parameters = parameters_of(action)
        unknown = [name for name in call.arguments if name not in {p.name for p in parameters}]
        if unknown:
            allowed = ", ".join(p.name for p in parameters) or "no arguments"
            raise ActionError(f"{call.name} has no argument {show(unknown[0])}; it takes {allowed}.")
        values = {}
        for parameter in parameters:
            if parameter.name in call.arguments:
                values[parameter.name] = _decode(call.name, parameter, call.arguments[parameter.name], scale)
            elif parameter.required:
                raise ActionError(f"{call.name} needs the argument {parameter.name!r}.")
        return action(**values)

    def encode(self, action: Action, scale: PointScale = UNIT) -> FunctionCall:
        """The call that means `action`; `decode` inverts it exactly in the UNIT scale."""
        if type(action) not in self.actions:
            raise ActionError(f"{action!r} is not an action of this space.")
        arguments: dict[str, Any] = {}
        for parameter in parameters_of(type(action)):
            value = getattr(action, parameter.name)
            if value == parameter.default and not parameter.required:
                continue
            if isinstance(value, Point):
                value = write_point(value, scale)
            elif isinstance(value, Box):
                value = write_box(value, scale)
            elif isinstance(value, tuple):
                value = list(value)
            arguments[parameter.name] = value
        return FunctionCall(action.name, arguments)

    def sample(self, mask: Any = None, probability: Any = None) -> Action:
        """A random action, for tests and the random policy: uniform over classes, then over each field."""
        if mask is not None or probability is not None:
            raise ValueError("ActionSpace.sample takes no mask")
        action = self.actions[int(self.np_random.integers(len(self.actions)))]
        return action(**{p.name: _sample(p, self.np_random) for p in parameters_of(action)})

    def contains(self, x: Any) -> bool:
        if type(x) not in self.actions:
            return False
        try:
            return bool(self.decode(self.encode(x)) == x)
        except ActionError:
            return False

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def to_jsonable(self, sample_n: Iterable[Action]) -> list[dict[str, Any]]:
        calls = [self.encode(action) for action in sample_n]
        return [{"name": call.name, "arguments": call.arguments} for call in calls]

    def from_jsonable(self, sample_n: list[Any]) -> list[Action]:
        return [self.decode(FunctionCall(item["name"], item["arguments"])) for item in sample_n]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActionSpace) and self.actions == other.actions

    def __hash__(self) -> int:
        return hash(self.actions)

    def __repr__(self) -> str:
        return f"ActionSpace({', '.join(self.names)})"


def _json_schema(kind: Any, parameter: Parameter | None) -> dict[str, Any]:
    if get_origin(kind) is Literal and all(isinstance(choice, str) for choice in get_args(kind)):
        schema: dict[str, Any] = {"type": "string", "enum": list(get_args(kind))}
    elif kind == tuple[str, ...]:
        schema = {"type": "array", "items": {"type": "string"}}
    elif kind is Point:
        schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    elif kind is Box:
        schema = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    else:
        names = {str: "string", bool: "boolean", int: "integer", float: "number"}
        if kind not in names:
            raise TypeError(f"an action field cannot be a {kind!r}")
        schema = {"type": names[kind]}
    if parameter is not None and parameter.bounds is not None:
        schema |= {"minimum": parameter.bounds.low, "maximum": parameter.bounds.high}
    if parameter is not None and parameter.description:
        schema |= {"description": parameter.description}
    return schema


def _decode(function: str, parameter: Parameter, value: Any, scale: PointScale) -> Any:
    if value is None and parameter.optional:
        return None
    kind, wrong = parameter.kind, f"{function}: the argument {parameter.name!r} must be "
    if kind is Point:
        return read_point(value, scale)
    if kind is Box:
        return read_box(value, scale)
    if get_origin(kind) is Literal:
        # Models often write the choice 3 for "3"; the choices are strings that say the same thing.
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else value
        if text not in get_args(kind):
            raise ActionError(wrong + f"one of {', '.join(get_args(kind))}.")
        return text
    if kind == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ActionError(wrong + "a list of strings.")
        return tuple(value)
    if kind is str:
        if not isinstance(value, str):
            raise ActionError(wrong + "text in quotes.")
        return value
    if kind is bool:
        if not isinstance(value, bool):
            raise ActionError(wrong + "true or false.")
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if not number or (kind is int and not isinstance(value, int)):
        raise ActionError(wrong + ("a whole number." if kind is int else "a number."))
    low, high = (parameter.bounds.low, parameter.bounds.high) if parameter.bounds else (-1e15, 1e15)
    if not low <= value <= high:  # also refuses NaN and infinities
        raise ActionError(wrong + f"between {low:g} and {high:g}.")
    return kind(value)


def _sample(parameter: Parameter, rng: np.random.Generator) -> Any:
    if parameter.optional and rng.random() < 0.5:
        return None
    kind = parameter.kind
    if get_origin(kind) is Literal:
        return get_args(kind)[int(rng.integers(len(get_args(kind))))]
    if kind is Point:
        return Point(*(float(v) for v in rng.random(2)))
    if kind is Box:
        (left, right), (top, bottom) = sorted(rng.random(2)), sorted(rng.random(2))
        return Box(float(left), float(top), float(right), float(bottom))
    if kind is bool:
        return bool(rng.integers(2))
    if kind is str:
        return "".join(rng.choice(list(_SAMPLE_LETTERS), size=int(rng.integers(1, 12))))
    if kind == tuple[str, ...]:
        return tuple("".join(rng.choice(list(_SAMPLE_LETTERS), size=3)) for _ in range(int(rng.integers(1, 3))))
    low, high = (parameter.bounds.low, parameter.bounds.high) if parameter.bounds else (0, 100)
    if kind is int:
        return int(rng.integers(math.ceil(low), math.floor(high) + 1))
    return float(rng.uniform(low, high))

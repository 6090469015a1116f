"""What an env can be told at its making, read off its class: for command lines and lists."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from envs.base import EnvError, MissingExtraError
from envs.registry import EnvSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EnvOption:
    """One keyword of an env. `kind` is bool, int, float or str; `repeated` ones are tuples of it."""

    name: str
    kind: type
    default: Any
    description: str = ""
    repeated: bool = False
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """Its name on a command line."""
        return "--" + self.name.replace("_", "-")

    def read(self, text: str) -> Any:
        """The value of what was typed. Raises EnvError."""
        if self.choices and text not in self.choices:
            raise EnvError(f"{self.flag} is one of {', '.join(self.choices)}, not {text!r}")
        if self.kind is bool:
            if text.casefold() not in ("true", "false"):
                raise EnvError(f"{self.flag} is true or false, not {text!r}")
            return text.casefold() == "true"
        try:
            return self.kind(text)
        except ValueError as error:
            raise EnvError(f"{self.flag} is {'a whole ' if self.kind is int else 'a '}number, not {text!r}") from error


def options_of(spec: EnvSpec) -> tuple[EnvOption, ...]:
    """The options of an env: of its dataclass if it names one, else the keywords of its class. Raises EnvError."""
    module, _, name = (spec.options or spec.entry_point).partition(":")
    try:
        described = getattr(importlib.import_module(module), name)
    except ImportError as error:
        raise MissingExtraError(spec.name, spec.extra, error) from error
    fields = _fields_of(described) if dataclasses.is_dataclass(described) else _keywords_of(described)
    return tuple(option for option in fields if option.name not in {"render_mode", *spec.kwargs})


def _fields_of(described: Any) -> Iterator[EnvOption]:
    hints = get_type_hints(described, include_extras=True)
    for field in dataclasses.fields(described):
        yield _option(field.name, hints[field.name], field.default)


def _keywords_of(described: Callable[..., Any]) -> Iterator[EnvOption]:
    hints = get_type_hints(described.__init__, include_extras=True)
    for name, parameter in inspect.signature(described).parameters.items():
        yield _option(name, hints[name], parameter.default)


def _option(name: str, hint: Any, default: Any) -> EnvOption:
    description = ""
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        description = next((note for note in notes if isinstance(note, str)), "")
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    repeated = get_origin(hint) is tuple
    kind = str if choices or repeated else hint
    return EnvOption(name, kind, default, description, repeated, choices)


def read_options(described: type[T], given: dict[str, Any]) -> T:
    """An options dataclass from keywords; a list stands for a tuple, and None for what is left out.

    Raises TypeError for an unknown keyword, EnvError for a value of another kind.
    """
    kinds = {option.name: option for option in _fields_of(described)}
    values = {name: value for name, value in given.items() if value is not None}
    for name, value in values.items():
        option = kinds.get(name)
        if option is None:
            continue  # the dataclass itself says so
        if option.repeated:
            if not isinstance(value, str | list | tuple):
                raise EnvError(f"the option {name} is a list of texts, not {value!r}")
            values[name] = (value,) if isinstance(value, str) else tuple(value)
        elif option.kind is float and isinstance(value, int) and not isinstance(value, bool):
            values[name] = float(value)
        elif not isinstance(value, option.kind) or (option.kind is int and isinstance(value, bool)):
            raise EnvError(f"the option {name} is {option.kind.__name__}, not {value!r}")
    return described(**values)

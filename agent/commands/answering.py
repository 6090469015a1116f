"""How a model answers: the options that every evaluation has in common, said once."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer

from agent.commands.options import (
    Device,
    DialectName,
    Dtype,
    Free,
    Lookup,
    MaxPixels,
    OpenTurn,
    Timeout,
    Tools,
    Window,
    WindowPolicy,
)
from model.base import Sampling
from model.registry import ModelOptions


@dataclass(frozen=True, slots=True)
class Answering:
    """Greedy answers of a model, as a command line asks for them."""

    dialect: DialectName = None
    max_tokens: Annotated[int, typer.Option(min=1, help="Most tokens an answer.")] = 512
    window: Window = 32768
    window_policy: WindowPolicy = "rebuild"
    lookup: Lookup = 0
    max_pixels: MaxPixels = None
    free: Free = False
    timeout: Timeout = 600.0
    open_turn: OpenTurn = False
    tools: Tools = False
    device: Device = "auto"
    dtype: Dtype = "auto"

    @property
    def options(self) -> ModelOptions:
        return ModelOptions(
            device=self.device, dtype=self.dtype, max_pixels=self.max_pixels, window=self.window,
            window_policy=self.window_policy, open_turn=self.open_turn, tools=self.tools,
            timeout=self.timeout,
        )  # fmt: skip

    @property
    def sampling(self) -> Sampling:
        return Sampling(max_tokens=self.max_tokens, temperature=0.0, lookup=self.lookup)

    def settings(self) -> dict[str, Any]:
        """What identifies a run: all but how long a server is waited for."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "timeout"}


GREEDY = Answering()


def with_answering(**defaults: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Offer the fields of a command's `answering` parameter as options of their own, which typer does not by itself.

    Args:
        defaults: of fields for which the command's own differ.
    """
    hints = get_type_hints(Answering, include_extras=True)
    options = [
        inspect.Parameter(
            field.name, inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=defaults.get(field.name, field.default), annotation=hints[field.name],
        )
        for field in fields(Answering)
    ]  # fmt: skip

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        own = [parameter for name, parameter in signature.parameters.items() if name != "answering"]

        @functools.wraps(command)
        def flat(**given: Any) -> None:
            answering = Answering(**{field.name: given.pop(field.name) for field in fields(Answering)})
            command(**given, answering=answering)

        parameters = [*own, *options]
        flat.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return flat

    return decorate

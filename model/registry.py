"""Models by what a user writes after --model; the heavy ones are imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.base import Model, ModelError

CHECKPOINTS = Path(__file__).parent / "checkpoints"


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What a command line may say about a model; None leaves it to the checkpoint, or to the server.

    `dialect` (in which a server's own calls are written down), `open_turn`, `tools` (declare the env's functions in the
    server's own interface too), `timeout` (seconds for a whole answer) and `extra` (fields for every request) are for
    servers alone; `device`, `dtype` and the window mean nothing to one.
    """

    device: str = "auto"
    dtype: str = "auto"
    min_pixels: int | None = None
    max_pixels: int | None = None
    window: int = 32768
    window_policy: str = "rebuild"
    open_turn: bool = False
    tools: bool = False
    timeout: float = 600.0
    extra: Mapping[str, Any] = field(default_factory=dict)
    dialect: str | None = None


def make_model(spec: str, options: ModelOptions = ModelOptions()) -> Model:
    """The model of a checkpoint folder, a hub id, a server URL, or `cards`, the checkpoint that ships.

    Raises ModelError.
    """
    if spec.startswith(("http://", "https://")):
        from model.remote.model import RemoteModel, RemoteOptions
        from model.remote.server import Patience

        return RemoteModel(
            spec,
            RemoteOptions(
                dialect=options.dialect or RemoteOptions().dialect,
                open_turn=options.open_turn,
                min_pixels=options.min_pixels,
                max_pixels=options.max_pixels,
                # A server reads a long prompt in silence: who allows more for an answer allows it for that.
                patience=Patience(silence=max(Patience().silence, options.timeout), answer=options.timeout),
                extra=options.extra,
            ),
        )
    from model.qwen2vl.history import Window, policy_named
    from model.qwen2vl.model import EngineOptions, Qwen2VL
    from model.qwen2vl.weights import LoadOptions

    try:
        window = Window(options.window, min(1024, options.window // 4), policy_named(options.window_policy))
    except ValueError as error:
        raise ModelError(str(error)) from error
    load = LoadOptions(options.device, options.dtype, options.min_pixels, options.max_pixels)
    return Qwen2VL(find_checkpoint(spec), EngineOptions(load, window))


def find_checkpoint(spec: str) -> str:
    """The folder of a shipped checkpoint's name; anything else unchanged. A folder of the user's goes first."""
    shipped = CHECKPOINTS / spec
    return (
        str(shipped) if spec.isidentifier() and shipped.is_dir() and not (Path(spec) / "config.json").exists() else spec
    )

"""Dialects by name, and the one a checkpoint's architecture was trained on."""

from __future__ import annotations

from actions.dialects.base import Dialect
from actions.dialects.hermes import HermesDialect
from actions.dialects.qwen import QwenDialect

DIALECTS: dict[str, type[Dialect]] = {"qwen": QwenDialect, "hermes": HermesDialect}


def make_dialect(name: str) -> Dialect:
    """The dialect of that name. Raises ValueError naming the choices."""
    if name not in DIALECTS:
        raise ValueError(f"unknown dialect {name!r}; choose one of {', '.join(DIALECTS)}")
    return DIALECTS[name]()

"""What a function-calling world can be told at its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class FunctionCallingOptions:
    """One item of a set."""

    data: Annotated[str, "the set's folder, or its items.jsonl"] = ""
    item: Annotated[str, "the item's id; the first one if left out"] = ""

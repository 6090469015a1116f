"""A part of a set: every n-th episode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from envs.base import EnvError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shard:
    """The `part`-th (from 1) of `of` shards."""

    part: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """From "2/4"; the whole from "". Raises EnvError."""
        if not text:
            return cls()
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if match is None or not 1 <= int(match.group(1)) <= int(match.group(2)):
            raise EnvError(f"--shard is k/n with k from 1 to n, such as 2/4, not {text!r}")
        return cls(int(match.group(1)), int(match.group(2)))

    def take(self, items: Sequence[T]) -> list[T]:
        """Its items: every `of`-th, so that the shards of a sorted list are alike."""
        return list(items[self.part - 1 :: self.of])

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"

"""Which of a benchmark's tasks are played, from a list with commas."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from envs.base import EnvError


def pick(
    words: Sequence[str], names: Sequence[str], groups: Mapping[str, Sequence[str]], lead: str, hint: str
) -> list[str]:
    """The tasks that words mean, each once: a name, or a group's.

    Args:
        lead: begins the message about an unknown word: "MiniWoB++ has no task".
        hint: ends it, with what there is.

    Raises:
        EnvError: for an unknown word, with the nearest one.
    """
    found: list[str] = []
    for word in words:
        if word in names:
            found.append(word)
        elif word in groups:
            found += groups[word]
        else:
            near = difflib.get_close_matches(word, [*names, *groups], n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise EnvError(f"{lead} {word!r}.{meant} {hint}")
    return list(dict.fromkeys(found))


def split(tasks: str, prefix: str) -> list[str]:
    """The words of a list with commas, without the family's prefix."""
    return [word.strip().removeprefix(prefix) for word in tasks.split(",") if word.strip()]

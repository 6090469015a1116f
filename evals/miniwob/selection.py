"""Which MiniWoB++ tasks are played."""

from __future__ import annotations

import difflib

from envs.base import EnvError
from envs.browser.miniwob.tasks import KINDS, TASKS

ORACLES = "oracle"


def chosen(tasks: str, model: str) -> list[str]:
    """The tasks of a list with commas: names, kinds, `oracle` (those that have one) or `all`.

    An empty list is all of them, or those with an oracle where that plays. Raises EnvError for an unknown name.
    """
    words = [word.strip().removeprefix("miniwob.") for word in tasks.split(",") if word.strip()]
    if not words:
        words = [ORACLES if model.startswith("oracle") else "all"]
    found: list[str] = []
    for word in words:
        found += _of(word)
    return list(dict.fromkeys(found))


def _of(word: str) -> list[str]:
    if word == "all":
        return list(TASKS)
    if word == ORACLES:
        from envs.browser.miniwob.oracles.registry import ORACLES as solved  # noqa: N811 - not a constant here

        return sorted(solved)
    if word in TASKS:
        return [word]
    kind = [task for task in TASKS if KINDS[task] == word]
    if kind:
        return kind
    kinds = sorted(set(KINDS.values()))
    near = difflib.get_close_matches(word, [*TASKS, *kinds], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise EnvError(
        f"MiniWoB++ has no task {word!r}.{hint} Give tasks (visuomotor envs miniwob), kinds "
        f"({', '.join(kinds)}), oracle or all."
    )

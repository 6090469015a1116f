"""Which MiniWoB++ tasks are played."""

from __future__ import annotations

from envs.browser.miniwob.tasks import KINDS, TASKS
from evals.choosing import pick, split

ORACLES = "oracle"


def chosen(tasks: str, model: str) -> list[str]:
    """The tasks of a list with commas: names, kinds, `oracle` (those that have one) or `all`.

    An empty list is all of them, or those with an oracle where that plays. Raises EnvError for an unknown name.
    """
    words = split(tasks, "miniwob.") or [ORACLES if model.startswith("oracle") else "all"]
    kinds = sorted(set(KINDS.values()))
    groups = {kind: [task for task in TASKS if KINDS[task] == kind] for kind in kinds} | {"all": list(TASKS)}
    if ORACLES in words:
        from envs.browser.miniwob.oracles.registry import ORACLES as solved  # noqa: N811 - not a constant here

        groups[ORACLES] = sorted(solved)
    hint = f"Give tasks (visuomotor envs miniwob), kinds ({', '.join(kinds)}), oracle or all."
    return pick(words, TASKS, groups, "MiniWoB++ has no task", hint)

"""Which tasks of the phone are played."""

from __future__ import annotations

from envs.android.tasks.table import APPS, DIFFICULTIES, TASKS
from evals.choosing import pick, split


def chosen(tasks: str) -> list[str]:
    """The tasks of a list with commas: names, apps, `several`, difficulties, or all, which an empty list is too.

    Raises EnvError for an unknown name.
    """
    groups = {app: [one.name for one in TASKS.values() if one.app == app] for app in APPS}
    groups |= {level: [one.name for one in TASKS.values() if one.difficulty == level] for level in DIFFICULTIES}
    groups["all"] = list(TASKS)
    hint = f"Give tasks (visuomotor envs Phone), apps ({', '.join(APPS)}), {', '.join(DIFFICULTIES)} or all."
    return pick(split(tasks, "Phone.") or ["all"], list(TASKS), groups, "The phone has no task", hint)

"""Every task by its name."""

from __future__ import annotations

from envs.android.tasks import calendar, clock, contacts, files, maps, messages, notes, pay, settings, several, shop
from envs.android.tasks.base import Task

_MODULES = (settings, clock, contacts, messages, notes, calendar, shop, maps, files, pay, several)

TASKS: dict[str, Task] = {task.name: task for module in _MODULES for task in module.TASKS}

"""Finds the task that somebody's own words ask for, so that the oracle can show how it is done."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from envs.android.standin.seed import default_state
from envs.android.tasks.base import Draw, Parameters, Task, fold
from envs.android.tasks.ending import State
from envs.android.tasks.registry import TASKS

_DRAWS = 4000
"""Parameters that are tried for a task whose wording fits: a time of day is one of some three hundred."""
_FIELD = re.compile(r"\\\{[a-z_]+\\\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A task with the parameters that words name, and the state of a phone on which it is to be done."""

    task: Task
    parameters: Parameters
    state: State


def find_task(words: str, seed: int) -> Asked | None:
    """The task whose goal reads as the words do, capitals and the full stop apart; None where none does.

    Parameters are drawn from the phone of the seed, as in an episode of the task: an alarm may be set for any time, but
    only somebody who is in its contacts can be called.
    """
    wanted = _plain(words)
    for language in ("en", "zh"):
        state = default_state(seed, language)
        for task in TASKS.values():
            templates = [
                template for template in (task.chinese if language == "zh" else task.english) if _fits(template, wanted)
            ]
            if templates and (parameters := _drawn(task, templates, state, language, wanted)) is not None:
                return Asked(task, parameters, task.initialise(state, parameters))
    return None


def _drawn(task: Task, templates: list[str], state: State, language: str, wanted: str) -> Parameters | None:
    for number in range(_DRAWS):
        parameters = task.draw(Draw(random.Random(number), state, language))
        if any(_plain(template.format(**parameters)) == wanted for template in templates):
            return parameters
    return None


def _fits(template: str, wanted: str) -> bool:
    return re.fullmatch(_FIELD.sub("(.+)", re.escape(_plain(template))), wanted) is not None


def _plain(text: str) -> str:
    return fold(text).rstrip(".。")

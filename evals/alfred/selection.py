"""Which episodes of ALFRED are played, and what is known of each before it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from envs.base import EnvError
from evals.alfred import eb, synthetic
from evals.alfred.dataset import SPLITS, Entry, read_split
from evals.alfred.goals import TASK_TYPES, total
from evals.alfred.metrics import Reference
from evals.alfred.options import SYNTHETIC
from evals.alfred.subgoals import actions
from evals.choosing import pick
from evals.choosing import split as words_of
from evals.runner import Job

T = TypeVar("T")
ENV = "alfred"
_DRAWN = 70
"""Synthetic tasks played if no number is given: ten of each type."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be played."""

    data: Path | None
    splits: tuple[str, ...]
    tasks: tuple[str, ...]
    episodes: int | None
    seed: int
    every: bool
    """Every annotation of a trial, as the benchmark counts; or its first alone."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Jobs in order, with their references, and a sentence on what was left out or is missing."""

    jobs: list[Job]
    references: list[Reference]
    note: str = ""


def task_types(text: str) -> tuple[str, ...]:
    """The task types of a list with commas; all if it is empty. Raises EnvError for an unknown one."""
    hint = f"Choose {', '.join(TASK_TYPES)}."
    return (
        tuple(pick(words_of(text, ""), TASK_TYPES, {"all": TASK_TYPES}, "ALFRED has no task type", hint)) or TASK_TYPES
    )


def splits(text: str) -> tuple[str, ...]:
    """The splits of a list with commas; `valid` is both validation splits. Raises EnvError for an unknown one."""
    groups = {"valid": ["valid_seen", "valid_unseen"]}
    hint = f"Choose {', '.join(SPLITS)}, valid or {SYNTHETIC}."
    found = tuple(pick(words_of(text, ""), [*SPLITS, SYNTHETIC], groups, "ALFRED has no split", hint))
    if SYNTHETIC in found and len(found) > 1:
        raise EnvError(f"{SYNTHETIC} is played by itself: its tasks and ALFRED's trials make no common score")
    return found


def chosen(choice: Choice, options: dict[str, Any]) -> Chosen:
    """The episodes of splits of ALFRED, or of drawn tasks. Raises EnvError when data is missing or damaged."""
    if choice.splits == (SYNTHETIC,):
        return _drawn(choice, options)
    if choice.data is None:
        raise EnvError(
            f"{', '.join(choice.splits)} needs ALFRED's trials: --data FOLDER, which holds json_2.1.0; without data "
            f"there is --split {SYNTHETIC}"
        )
    entries, missing = [], []
    for name in choice.splits:
        found = read_split(choice.data, name)
        entries += [entry for entry in found.entries(every=choice.every) if _wanted(entry, choice.tasks)]
        if found.listed > len(found.trials):
            missing.append(f"{len(found.trials)} of the {found.listed} trials of {name} are there; these are played.")
    jobs = [_job(entry, {**options, "split": entry.trial.split, "repeat": entry.repeat}, choice) for entry in entries]
    picked = _spread(list(zip(jobs, entries, strict=True)), choice.episodes)
    return Chosen([job for job, _ in picked], [reference(entry) for _, entry in picked], " ".join(missing))


def chosen_eb(choice: Choice, subsets: tuple[str, ...], options: dict[str, Any]) -> Chosen:
    """The episodes of EB-ALFRED. Raises EnvError when data is missing or damaged."""
    if choice.data is None:
        raise EnvError("EB-ALFRED needs ALFRED's trials and eb_alfred_splits.json: --data FOLDER")
    episodes = eb.read_episodes(choice.data, subsets)
    entries = eb.with_trials(choice.data, episodes)
    pairs = []
    for episode, entry in zip(episodes, entries, strict=True):
        if _wanted(entry, choice.tasks):
            name = f"{episode.subset}/{episode.index}"
            told = {**options, "split": eb.TRIALS_OF, "trial": name, "data": str(choice.data)}
            pairs.append(
                (Job(name.replace("/", "-"), ENV, choice.seed, env_options=told), reference(entry, episode.subset))
            )
    picked = _spread(pairs, choice.episodes)
    return Chosen([job for job, _ in picked], [found for _, found in picked])


def reference(entry: Entry, group: str = "") -> Reference:
    """What is known of an episode before it is played."""
    goal, plan = entry.trial.goal, tuple(step.action for step in actions(entry.trial.plan))
    if goal is None:
        return Reference("", 0, 0, group)
    return Reference(goal.task_type, total(goal), entry.trial.expert_steps, group, plan)


def _drawn(choice: Choice, options: dict[str, Any]) -> Chosen:
    wanted, seed = choice.episodes or _DRAWN, choice.seed
    jobs: list[Job] = []
    references: list[Reference] = []
    while len(jobs) < wanted:
        sketch = synthetic.sketch(seed)
        if sketch.task_type in choice.tasks:
            jobs.append(Job(f"{SYNTHETIC}-{seed:07d}", ENV, seed, env_options=options))
            references.append(Reference(sketch.task_type, sketch.conditions, 0))
        seed += 1
    return Chosen(jobs, references)


def _wanted(entry: Entry, tasks: Sequence[str]) -> bool:
    return entry.trial.goal is None or entry.trial.goal.task_type in tasks


def _job(entry: Entry, options: dict[str, Any], choice: Choice) -> Job:
    name = f"{entry.trial.split}-{entry.trial.name}-{entry.repeat}".replace("/", "-")
    return Job(name, ENV, choice.seed, env_options={**options, "data": str(choice.data), "trial": entry.trial.name})


def _spread(items: list[T], most: int | None) -> list[T]:
    """At most so many, evenly spread: the trials are sorted by task type and scene."""
    if most is None or most >= len(items):
        return items
    return [items[index * len(items) // most] for index in range(most)]

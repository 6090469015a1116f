"""EB-ALFRED (EmbodiedBench, arXiv 2502.09560): its 300 episodes and the numbers of its protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.base import EnvError
from evals.alfred.dataset import Entry, find_root, read_split
from evals.alfred.trial import Annotation, Trial

SUBSETS = ("base", "common_sense", "complex_instruction", "spatial", "visual_appearance", "long_horizon")
STEPS = 30
"""Most actions an episode (EBAlfEnv.py, _max_episode_steps)."""
INVALID = 10
"""Failed actions that end an episode (EBAlfEnv.py, _max_invalid_actions)."""
TRIALS_OF = "valid_seen"
"""The split of ALFRED that all its trials are of."""
_FILES = ("eb_alfred_splits.json", "splits/splits.json", "splits.json")


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode: a trial of ALFRED with words of EmbodiedBench's own."""

    subset: str
    index: int
    task: str
    repeat: int
    instruction: str


def read_episodes(data: Path, subsets: tuple[str, ...] = SUBSETS) -> list[Episode]:
    """The episodes of some subsets, in the file's order. Raises EnvError when there is no file or it is damaged."""
    path = next((data / name for name in _FILES if (data / name).is_file()), None)
    if path is None:
        raise EnvError(
            f"{data} holds no {_FILES[0]}; copy embodiedbench/envs/eb_alfred/data/splits/splits.json of EmbodiedBench "
            "there under that name"
        )
    unknown = [name for name in subsets if name not in SUBSETS]
    if unknown:
        raise EnvError(f"EB-ALFRED has no subset {unknown[0]!r}; choose {', '.join(SUBSETS)}")
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return [_episode(name, index, item) for name in subsets for index, item in enumerate(table[name])]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvError(
            f"{path} is no list of EB-ALFRED's episodes ({type(error).__name__}: {error}); fetch it again"
        ) from error


def find_episode(data: Path, name: str) -> Episode:
    """An episode by `SUBSET/INDEX`. Raises EnvError."""
    subset, _, index = name.partition("/")
    episodes = read_episodes(data, (subset,))
    if not index.isdecimal() or int(index) >= len(episodes):
        raise EnvError(f"EB-ALFRED's {subset} has no episode {index!r}; it has 0 to {len(episodes) - 1}")
    return episodes[int(index)]


def with_trials(data: Path, episodes: list[Episode]) -> list[Entry]:
    """The episodes as entries of a run: their trials with the new words as only annotation.

    Raises EnvError naming a trial that is not there: none may be left out.
    """
    trials = {trial.name: trial for trial in read_split(find_root(data), TRIALS_OF).trials}
    missing = sorted({episode.task for episode in episodes} - trials.keys())
    if missing:
        raise EnvError(
            f"{data} lacks {len(missing)} trials of EB-ALFRED, {missing[0]} for one; fetch json_2.1.0/{TRIALS_OF}"
        )
    return [Entry(reworded(trials[episode.task], episode), 0) for episode in episodes]


def reworded(trial: Trial, episode: Episode) -> Trial:
    """A trial with the episode's words in place of its annotations."""
    return Trial(
        trial.name, trial.split, trial.floor_plan, (Annotation(episode.instruction),), trial.goal, trial.plan,
        trial.expert_steps, trial.data,
    )  # fmt: skip


def _episode(subset: str, index: int, item: dict[str, Any]) -> Episode:
    return Episode(subset, index, str(item["task"]), int(item["repeat_idx"]), str(item["instruction"]))

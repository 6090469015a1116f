"""The trials of a split on disk: ALFRED's own folders, or one trial a line in SPLIT.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from envs.base import EnvError
from evals.alfred.trial import Trial, read_trial

SPLITS = ("train", "valid_seen", "valid_unseen", "tests_seen", "tests_unseen")
_FOLDERS = ("json_2.1.0", "json_feat_2.1.0")


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation of a split: a trial with the words of one person (`repeat_idx`)."""

    trial: Trial
    repeat: int

    @property
    def instruction(self) -> str:
        return self.trial.annotations[self.repeat].goal


@dataclass(frozen=True, slots=True)
class Split:
    """What of a split is there."""

    trials: tuple[Trial, ...]
    listed: int
    """Trials that splits/oct21.json lists; as many as there are where it is missing."""
    repeats: dict[str, tuple[int, ...]]
    """The annotations that count, by trial."""

    def entries(self, *, every: bool) -> list[Entry]:
        """Every annotation of every trial, as the benchmark counts; or each trial once, with its first."""
        return [
            Entry(trial, repeat)
            for trial in self.trials
            for repeat in (self.repeats[trial.name] if every else self.repeats[trial.name][:1])
        ]


def find_root(data: Path) -> Path:
    """The folder that holds the trials: the given one or its `data`. Raises EnvError when neither does."""
    for folder in (data, data / "data"):
        if any((folder / name).is_dir() for name in _FOLDERS) or any(folder.glob("*.jsonl")):
            return folder
    raise EnvError(
        f"{data} holds no trials of ALFRED: neither json_2.1.0/SPLIT/TASK/TRIAL/traj_data.json nor SPLIT.jsonl is "
        "there; point --data at the data folder of github.com/askforalfred/alfred"
    )


def read_split(data: Path, split: str) -> Split:
    """Every trial of a split that is there, sorted by name. Raises EnvError for an unknown split or a damaged file."""
    root = find_root(data)
    if split not in SPLITS:
        raise EnvError(f"ALFRED has no split {split!r}; choose {', '.join(SPLITS)}")
    trials = {trial.name: trial for trial in _read_all(root, split)}
    if not trials:
        raise EnvError(f"{root} holds no trial of {split}; fetch json_2.1.0/{split}, or choose another --split")
    listed = _listed(root, split)
    repeats = {
        name: tuple(one for one in listed.get(name, ()) if one < len(trial.annotations))
        or tuple(range(len(trial.annotations)))
        for name, trial in trials.items()
    }
    ordered = tuple(trials[name] for name in sorted(trials))
    return Split(ordered, len(listed.keys() | trials.keys()), repeats)


def find_trial(data: Path, split: str, name: str) -> Trial:
    """One trial by its folder's name. Raises EnvError when it is not there."""
    root = find_root(data)
    if not name or Path(name).is_absolute() or ".." in Path(name).parts:
        raise EnvError(f"{name!r} is no trial's name; it is TASK/TRIAL as below json_2.1.0/{split}")
    for folder in _FOLDERS:
        path = root / folder / split / name / "traj_data.json"
        if path.is_file():
            return read_trial(_load(path), str(path), split, name)
    for place, line in _lines(root / f"{split}.jsonl"):
        if name in line:
            trial = read_trial(_parse(line, place), place, split)
            if trial.name == name:
                return trial
    raise EnvError(f"{root} holds no trial {name!r} of {split}")


def _read_all(root: Path, split: str) -> Iterator[Trial]:
    for place, line in _lines(root / f"{split}.jsonl"):
        yield read_trial(_parse(line, place), place, split)
    for folder in _FOLDERS:
        top = root / folder / split
        for path in sorted(top.rglob("traj_data.json")):
            name = path.parent.relative_to(top).as_posix()
            yield read_trial(_load(path), str(path), split, name)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a file with their places; nothing where there is no such file."""
    if not path.is_file():
        return
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"cannot read {path} after line {number} ({error}); fetch the file again") from error


def _load(path: Path) -> Any:
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"cannot read {path} ({error}); fetch the file again") from error


def _parse(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EnvError(f"{place} is not JSON ({error}); fetch the file again") from error


def _listed(root: Path, split: str) -> dict[str, tuple[int, ...]]:
    """The annotations that splits/oct21.json counts, by trial; nothing where there is no such file."""
    path = root / "splits" / "oct21.json"
    return _splits(path, path.stat().st_mtime).get(split, {}) if path.is_file() else {}


@lru_cache(maxsize=2)
def _splits(path: Path, changed: float) -> dict[str, dict[str, tuple[int, ...]]]:
    table = _load(path)
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    try:
        for split, items in table.items():
            for item in items:
                trials = found.setdefault(split, {})
                trials[str(item["task"])] = (*trials.get(str(item["task"]), ()), int(item["repeat_idx"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EnvError(f"{path} is no list of splits ({type(error).__name__}: {error}); fetch it again") from error
    return found

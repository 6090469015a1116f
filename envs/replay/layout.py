"""Where the episodes of an Android-in-the-Zoo archive lie on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from envs.base import EnvError

SUBSETS = ("general", "google_apps", "install", "single", "web_shopping")
SPLITS = ("test", "train")


@dataclass(frozen=True, slots=True)
class EpisodeFolder:
    """A folder with an episode's JSON file and its pictures."""

    subset: str
    path: Path

    @property
    def json(self) -> Path:
        return self.path / f"{self.path.name}.json"


def episode_folders(root: Path, split: str) -> list[EpisodeFolder]:
    """Every episode of a split, sorted by subset and name.

    `root` is the archive's (`root/test/general/…`), or the split itself (`root/general/…`), or a folder of episodes
    without subsets, or a single episode's. A folder without its JSON file is one too: the check tells what it lacks.

    Raises:
        EnvError: nothing of the kind is there, or only another split.
    """
    if not root.is_dir():
        raise EnvError(f"{root} is no folder; give the root of an AITZ set, or make one: visuomotor data make aitz")
    base = _split_of(root, split)
    if (base / f"{base.name}.json").is_file():
        return [EpisodeFolder(_subset_of(base), base)]
    found: list[EpisodeFolder] = []
    for folder in _folders(base):
        if folder.name in SUBSETS or not _is_episode(folder):
            found += [EpisodeFolder(folder.name, episode) for episode in _folders(folder) if _is_episode(episode)]
        else:
            found.append(EpisodeFolder(_subset_of(folder), folder))
    if not found:
        raise EnvError(
            f"{base} holds no episodes; expected SUBSET/EPISODE/EPISODE.json in it, SUBSET one of {', '.join(SUBSETS)}"
        )
    return sorted(found, key=lambda one: (one.subset, one.path.name))


def _split_of(root: Path, split: str) -> Path:
    if split not in SPLITS:
        raise EnvError(f"AITZ has the splits {' and '.join(SPLITS)}, not {split!r}")
    if (root / split).is_dir():
        return root / split
    others = [other for other in SPLITS if (root / other).is_dir()]
    if others:
        raise EnvError(f"{root} has no split {split!r}, but {others[0]}: add --split {others[0]}")
    return root


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _is_episode(folder: Path) -> bool:
    """Named as episodes are (GENERAL-8483176786914864439), or with the JSON file of its name."""
    prefix, dash, number = folder.name.rpartition("-")
    return bool(prefix and dash and number.isdigit()) or (folder / f"{folder.name}.json").is_file()


def _subset_of(folder: Path) -> str:
    return folder.name.rpartition("-")[0].lower() or folder.parent.name

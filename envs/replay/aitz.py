"""Reads Android-in-the-Zoo as it is unpacked from its archive. Nothing is written, and nothing is put right.

The layout and the fields are those of IMNearth/CoAT (`run_coat.py`, `data-example/`):
SPLIT/SUBSET/EPISODE/EPISODE.json, a list of steps, several of whose fields hold JSON in a string.
The authors' own `image_full_path` is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from envs.base import EnvError
from envs.numbers import is_number
from envs.replay import fields
from envs.replay.defects import Defect, Kind
from envs.replay.layout import EpisodeFolder, episode_folders
from envs.replay.pictures import HostilePathError, PictureFile, look_at, place_of
from envs.replay.step import AitzEpisode, AitzStep


@dataclass(frozen=True, slots=True)
class AitzSet:
    """One split, episodes sorted by subset and folder.

    `defects` are those that reading met with; `unusable` steps and episodes are among them and not in `episodes`.
    """

    root: Path
    split: str
    episodes: tuple[AitzEpisode, ...]
    defects: tuple[Defect, ...]

    @property
    def steps(self) -> int:
        return sum(len(episode.steps) for episode in self.episodes)

    @property
    def left_out(self) -> tuple[Defect, ...]:
        """What of the files could not become a step or an episode."""
        return tuple(defect for defect in self.defects if defect.unusable)


def read_set(root: Path, split: str = "test") -> AitzSet:
    """Read every episode of a split. Raises EnvError when there is none there."""
    episodes: list[AitzEpisode] = []
    defects: list[Defect] = []
    seen: dict[str, Path] = {}
    for folder in episode_folders(root, split):
        episode, found = read_episode(folder)
        defects += found
        if episode is None:
            continue
        if episode.episode_id in seen:
            other = seen[episode.episode_id].name
            defects.append(Defect(Kind.DUPLICATE_EPISODE, str(folder.json), f"{other} has the same id; left out"))
            continue
        seen[episode.episode_id] = folder.path
        episodes.append(episode)
    return AitzSet(root, split, tuple(episodes), tuple(defects))


def read_one(root: Path, split: str, episode_id: str) -> AitzEpisode:
    """The episode of an id (or of a folder's name), without reading the others. Raises EnvError."""
    number = episode_id.rpartition("-")[2]
    near = [folder for folder in episode_folders(root, split) if folder.path.name.rpartition("-")[2] == number]
    for folder in near:
        episode, defects = read_episode(folder)
        if episode is not None:
            return episode
        raise EnvError(f"the episode {episode_id} cannot be read: {defects[0]}")
    raise EnvError(f"{root} has no episode {episode_id!r} in its split {split}; the ids are the folders' numbers")


def read_episode(folder: EpisodeFolder) -> tuple[AitzEpisode | None, list[Defect]]:
    """An episode and what was wrong with its files; None where its JSON file cannot be read at all."""
    defects: list[Defect] = []
    entries, broken = _entries(folder.json)
    if broken:
        return None, [Defect(Kind.FILE, str(folder.json), broken)]
    pictures = [_picture(folder, index, entry, defects) for index, entry in enumerate(entries)]
    # The screens of an episode are one phone's: where a picture is missing, its neighbours tell the size.
    sizes = [(picture.height, picture.width) for picture in pictures if picture is not None]
    steps: list[AitzStep] = []
    ids: dict[int, int] = {}
    for index, (entry, picture) in enumerate(zip(entries, pictures, strict=True)):
        place = f"{folder.json}: step {index}"
        try:
            step = replace(_step(folder, entry, picture, sizes), place=index)
        except _NoSizeError as error:
            defects.append(Defect(Kind.NO_SIZE, place, str(error)))
            continue
        except fields.FieldError as error:
            defects.append(Defect(Kind.FIELD, place, str(error)))
            continue
        if step.step_id in ids:
            words = f"step_id {step.step_id} is that of step {ids[step.step_id]} already; left out"
            defects.append(Defect(Kind.DUPLICATE_STEP, place, words))
            continue
        ids[step.step_id] = index
        steps.append(step)
    number = steps[0].episode_id if steps else folder.path.name.rpartition("-")[2]
    length = next((value for entry in entries if isinstance(value := entry.get("episode_length"), int)), len(entries))
    defects += _foreign(folder, steps, number)
    # By their ids: in a list out of order, a step's history would hold what was done after it.
    steps.sort(key=lambda step: step.step_id)
    kept = tuple(replace(step, episode_id=number) for step in steps)
    if any("image_height" in entry for entry in entries):
        words = "AgentCPM-GUI's process_aitz.py has added fields and divided ui_positions; they are multiplied back"
        defects.append(Defect(Kind.REWRITTEN, str(folder.json), words))
    return AitzEpisode(number, folder.subset, folder.path, length, kept, len(entries) - len(kept)), defects


def _entries(path: Path) -> tuple[list[Mapping[str, Any]], str]:
    """The objects of the file's list, or what is wrong with it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], "is missing"
    except OSError as error:
        return [], f"cannot be opened ({error.strerror})"
    except (ValueError, RecursionError) as error:
        return [], f"is no JSON ({error})"
    if not isinstance(found, list):
        return [], f"holds no list of steps, but {type(found).__name__}"
    return [entry if isinstance(entry, dict) else {} for entry in found], ""


def _picture(folder: EpisodeFolder, index: int, entry: Mapping[str, Any], defects: list[Defect]) -> PictureFile | None:
    where = f"{folder.json}: step {index}: image_path"
    try:
        path = place_of(folder.path, fields.text(entry, "image_path"))
    except HostilePathError as error:
        defects.append(Defect(Kind.PATH, where, str(error)))
        return None
    except fields.FieldError:
        defects.append(Defect(Kind.IMAGE, where, "names no picture"))
        return None
    try:
        picture = look_at(path)
    except OSError as error:
        words = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        defects.append(Defect(Kind.IMAGE, where, f"{path.name!r} {words}"))
        return None
    if picture.format != picture.named:
        defects.append(Defect(Kind.MIME, where, f"{path.name!r} holds {picture.format}; it is read all the same"))
    return picture


class _NoSizeError(ValueError):
    """Nothing tells how large a step's screen is."""


def _step(
    folder: EpisodeFolder, entry: Mapping[str, Any], picture: PictureFile | None, sizes: list[tuple[int, int]]
) -> AitzStep:
    if not entry:
        raise fields.FieldError("step", "must be a JSON object with fields")
    height, width = _size(entry, picture, sizes)
    action = fields.action_of(entry)
    divided = is_rewritten(entry)
    return AitzStep(
        episode_id=fields.identity(entry),
        subset=folder.subset,
        step_id=fields.whole(entry, "step_id"),
        instruction=fields.text(entry, "instruction"),
        image=None if picture is None else picture.path,
        height=height,
        width=width,
        action=action,
        text=fields.text(entry, "result_action_text", ""),
        touch=fields.gesture(entry, "result_touch_yx", action),
        lift=fields.gesture(entry, "result_lift_yx", action),
        elements=fields.elements(entry, (height, width) if divided else (1, 1)),
        screen_description=fields.text(entry, "coat_screen_desc", ""),
        thought=fields.text(entry, "coat_action_think", ""),
        description=fields.text(entry, "coat_action_desc", ""),
        expectation=fields.text(entry, "coat_action_result", ""),
    )


def _size(entry: Mapping[str, Any], picture: PictureFile | None, sizes: list[tuple[int, int]]) -> tuple[int, int]:
    """Of the picture; without one, what another tool wrote down, or the size of the episode's other pictures."""
    if picture is not None:
        return picture.height, picture.width
    height, width = entry.get("image_height"), entry.get("image_width")
    if height and width and is_number(height) and is_number(width) and height >= 1 and width >= 1:
        return int(height), int(width)
    if sizes:
        return max(set(sizes), key=sizes.count)
    raise _NoSizeError("there is neither a picture nor its size; positions in pixels mean nothing")


def is_rewritten(entry: Mapping[str, Any]) -> bool:
    """Whether AgentCPM-GUI's `process_aitz.py` has been over the file: its positions are fractions of the screen."""
    if "image_height" not in entry:
        return False
    numbers = [number for box in fields.boxes(entry) for number in box]
    return bool(numbers) and max(numbers) <= 1.5


def _foreign(folder: EpisodeFolder, steps: list[AitzStep], number: str) -> Iterator[Defect]:
    for step in steps:
        if step.episode_id != number:
            words = f"episode_id is {step.episode_id}; taken as {number}, the first step's"
            yield Defect(Kind.FOREIGN, f"{folder.json}: step {step.place}", words)
    name = folder.path.name.rpartition("-")[2]
    if steps and name.isdigit() and name != number:
        yield Defect(Kind.FOREIGN, str(folder.json), f"episode_id is {number}, the folder's name says {name}")

"""Everything that is wrong with a set of Android-in-the-Zoo, and how it compares with what was published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

from envs.base import EnvError
from envs.replay.aitz import AitzSet
from envs.replay.contradiction import contradiction, verb_of
from envs.replay.defects import Defect, Kind
from envs.replay.pictures import read_picture
from envs.replay.step import COMPLETE, IMPOSSIBLE, AitzEpisode, AitzStep


@dataclass(frozen=True, slots=True)
class Count:
    """Episodes and steps."""

    episodes: int
    steps: int


# IMNearth/CoAT README, "Statistics".
PUBLISHED = {
    "test": {
        "general": Count(156, 1202), "google_apps": Count(76, 621), "install": Count(134, 1108), "single": Count(0, 0),
        "web_shopping": Count(140, 1793), "all": Count(506, 4724),
    },
    "train": {
        "general": Count(323, 2405), "google_apps": Count(166, 1268), "install": Count(286, 2519),
        "single": Count(844, 2594), "web_shopping": Count(379, 5133), "all": Count(1998, 13919),
    },
}  # fmt: skip


def counts(data: AitzSet) -> dict[str, Count]:
    """What is there by subset, and "all"; a subset that was published and is not there counts as zero."""
    names = dict.fromkeys([*list(PUBLISHED[data.split])[:-1], *(episode.subset for episode in data.episodes)])
    found = {}
    for name in names:
        episodes = [episode for episode in data.episodes if episode.subset == name]
        found[name] = Count(len(episodes), sum(len(episode.steps) for episode in episodes))
    return {**found, "all": Count(len(data.episodes), data.steps)}


def check(data: AitzSet) -> list[Defect]:
    """Every defect: those that reading met with, then episode by episode, then the counts."""
    found = list(data.defects)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        # Episode by episode: Pillow decodes outside the interpreter's lock, and no picture is kept.
        for episode in data.episodes:
            found += _of_episode(episode)
            found += [defect for defect in pool.map(_of_picture, repeat(episode), episode.steps) if defect]
    return found + list(_of_counts(data))


def _of_episode(episode: AitzEpisode) -> Iterator[Defect]:
    file = episode.folder / f"{episode.folder.name}.json"
    if not episode.steps:
        yield Defect(Kind.MISSING_STEP, str(file), "has no step that can be read")
        return
    ids = [step.step_id for step in episode.steps]
    for number in sorted(set(range(max(ids) + 1)) - set(ids)):
        yield Defect(Kind.MISSING_STEP, str(file), f"no step has step_id {number}")
    for step in episode.steps:
        place = f"{file}: step {step.place}"
        if step.step_id != step.place:
            yield Defect(Kind.ORDER, place, f"its step_id is {step.step_id}")
        if step.instruction != episode.instruction:
            yield Defect(Kind.FOREIGN, place, "its instruction is not the first step's")
        if verb_of(step.description) is None:
            words = f"begins with none of click, scroll, type, press, stop: {step.description[:40]!r}"
            yield Defect(Kind.VERB, f"{place}: coat_action_desc", words)
        elif wrong := contradiction(step):
            yield Defect(Kind.CONTRADICTION, f"{place}: coat_action_desc", wrong)
    if episode.length != len(episode.steps):
        words = f"episode_length is {episode.length}, the list has {len(episode.steps)}"
        yield Defect(Kind.LENGTH, str(file), words)
    last = episode.steps[-1]
    if last.action not in (COMPLETE, IMPOSSIBLE):
        yield Defect(Kind.NO_STATUS, str(file), f"the last step's result_action_type is {last.action}, not 10 or 11")


def _of_picture(episode: AitzEpisode, step: AitzStep) -> Defect | None:
    """What is wrong with the pixels; reading the set has looked at the head of the file alone."""
    if step.image is None:
        return None
    try:
        read_picture(step.image)
    except EnvError as error:
        place = f"{episode.folder / episode.folder.name}.json: step {step.place}: image_path"
        return Defect(Kind.DAMAGED, place, f"{step.image.name!r} cannot be decoded ({error.__cause__})")
    return None


def _of_counts(data: AitzSet) -> Iterator[Defect]:
    published = PUBLISHED[data.split]
    for name, there in counts(data).items():
        said = published.get(name)
        if said is None:
            yield Defect(Kind.COUNT, f"{data.split}/{name}", f"{there.episodes} episodes; no such subset was published")
        elif said != there:
            words = f"{there.episodes} episodes and {there.steps} steps, published are {said.episodes} and {said.steps}"
            yield Defect(Kind.COUNT, data.split if name == "all" else f"{data.split}/{name}", words)

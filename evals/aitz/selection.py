"""Which recorded episodes are evaluated, and the jobs that play them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from envs.replay.aitz import AitzSet
from envs.replay.defects import Defect
from envs.replay.options import Inputs
from envs.replay.step import AitzEpisode
from evals.aitz.replay import Conditions
from evals.aitz.shards import Shard
from evals.runner import Job

ENV = "AITZ"


def chosen(data: AitzSet, most: int, shard: Shard) -> list[tuple[int, AitzEpisode]]:
    """Episodes with their numbers in the set: at most `most` (0 is all), evenly spread, then the shard's of them."""
    numbered = list(enumerate(data.episodes))
    if 0 < most < len(numbered):
        numbered = [numbered[index * len(numbered) // most] for index in range(most)]
    return shard.take(numbered)


def jobs_for(
    episodes: Sequence[tuple[int, AitzEpisode]], split: str, inputs: Inputs, conditions: Conditions, seed: int
) -> list[Job]:
    """A job an episode. Where every step is a conversation of its own, it is told the goal."""
    options = {"split": split, "inputs": inputs, "repeat_goal": not conditions.continues}
    return [
        Job(
            name_of(episode), ENV, seed + number, task=episode.folder.name,
            env_options={"root": str(episode.folder), **options},
        )
        for number, episode in episodes
        if any(step.image is not None for step in episode.steps)
    ]  # fmt: skip


def left_out_of(data: AitzSet, most: int, shard: Shard) -> list[Defect]:
    """What of the set cannot be read, as far as it concerns the episodes chosen; what never became an episode does."""
    picked = {episode.folder for _, episode in chosen(data, most, shard)}
    others = {str(one.folder / f"{one.folder.name}.json") for one in data.episodes if one.folder not in picked}
    return [one for one in data.left_out if (one.place.rpartition(": step ")[0] or one.place) not in others]


def name_of(episode: AitzEpisode) -> str:
    """What its record is called: by its folders, since an id is whatever the file says."""
    return f"{episode.subset}.{episode.folder.name}"


def fingerprint(data: AitzSet) -> str:
    """Tells sets apart wherever they lie: by the ids of every step and its gold action."""
    digest = hashlib.sha256(data.split.encode())
    for episode in data.episodes:
        for step in episode.steps:
            digest.update(repr((step.episode_id, step.step_id, step.action, step.touch, step.text)).encode())
    return digest.hexdigest()[:16]

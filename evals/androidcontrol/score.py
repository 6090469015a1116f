"""Judges predictions of AndroidControl by every rule-set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.android import android_space
from actions.call import ActionError, FunctionCall
from actions.space import Action
from envs.replay.androidcontrol.screen import screen_of
from envs.replay.androidcontrol.step import AndroidControlEpisode
from evals.androidcontrol.rules.base import Gold, Rules, Verdict
from evals.androidcontrol.rules.registry import RULES
from evals.predictions import THOUSANDTHS, Prediction

Key = tuple[str, int]
"""Episode and step."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A step with what was predicted and the verdict of every rule-set, by name."""

    key: Key
    gold: Gold
    given: FunctionCall | None
    action: Action | None
    """None where nothing was predicted, or no action of a phone."""
    verdicts: Mapping[str, Verdict]
    predicted: bool
    """Whether the step is in the file at all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every step of every episode, in order, whether predicted or not."""

    episodes: tuple[tuple[Judged, ...], ...]
    rules: tuple[Rules, ...]

    @property
    def steps(self) -> list[Judged]:
        return [step for episode in self.episodes for step in episode]


def judge(
    episodes: Sequence[AndroidControlEpisode],
    predictions: Mapping[Key, Prediction],
    images: Path | None = None,
    rules: Sequence[Rules] = RULES,
) -> Judgement:
    """Judge every step of the episodes. What is not predicted, or is no action, is wrong under all rules.

    Args:
        images: where the screenshots are, to know the screens' sizes; without them see `screen_of`.

    Raises:
        EnvError: for a set that contradicts itself or its pictures.
    """
    space = android_space(secrets=True)

    def one(key: Key, gold: Gold) -> Judged:
        prediction = predictions.get(key)
        given = prediction.call if prediction is not None else None
        action, problem = None, "no prediction" if prediction is None else "no call"
        try:
            action = None if given is None else space.decode(given, THOUSANDTHS)
        except ActionError as error:
            problem = str(error)
        miss = Verdict(False, False, problem)
        verdicts = {rule.name: miss if action is None else rule.judge(gold, action) for rule in rules}
        return Judged(key, gold, given, action, verdicts, prediction is not None)

    judged = []
    for episode in episodes:
        screen = screen_of(episode, images)
        judged.append(tuple(one((episode.episode_id, step.step_id), Gold.of(step, screen)) for step in episode.steps))
    return Judgement(tuple(judged), tuple(rules))

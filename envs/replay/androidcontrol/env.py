"""A step of AndroidControl as a world of one answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_never

from actions.android import Done, android_space
from envs.base import EnvError
from envs.options import read_options
from envs.replay.androidcontrol.annotations import read_annotations
from envs.replay.androidcontrol.gold import finger, gold_action
from envs.replay.androidcontrol.options import AndroidControlOptions, History, Level
from envs.replay.androidcontrol.screen import screen_of
from envs.replay.androidcontrol.step import AndroidControlEpisode, AndroidControlStep
from envs.replay.single.onestep import OneStep, Question, unasked


class AndroidControl(OneStep):
    """`visuomotor/AndroidControl-v0`: a recorded screen, the goal, and what was done before it (options: see there).

    The past is the recorded one, whatever a model would have done (teacher forcing).

    Raises:
        EnvError: where the set or the step is not there.
    """

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        super().__init__(_question(read_options(AndroidControlOptions, options)), render_mode)


def _question(given: AndroidControlOptions) -> Question:
    if not given.data or not given.images:
        return unasked(
            android_space(),
            Done(),
            "AndroidControl needs --data, its annotations, and --images, the folder of its screenshots: they are not "
            "distributed with visuomotor",
        )
    episode, step = _find(read_annotations(Path(given.data)), given.item)
    images = Path(given.images)
    return Question(
        item=f"{episode.episode_id}/{step.step_id}",
        image=images / step.image,
        text=told(episode, step.step_id, given.level, given.history),
        space=android_space(),
        gold=gold_action(step, screen_of(episode, images)),
        thought=step.instruction,
        facts={"episode_id": episode.episode_id, "step_id": step.step_id},
    )


def told(episode: AndroidControlEpisode, step_id: int, level: Level, history: History) -> str:
    """The text of an observation: what the model may know before step `step_id`, and nothing of it or after it."""
    parts = [episode.goal]
    past = _past(episode.steps[:step_id], history)
    if past:
        parts.append("Done so far:\n" + "\n".join(f"{number}. {words}" for number, words in enumerate(past, 1)))
    if level == "low":
        parts.append(f"Now: {episode.steps[step_id].instruction}")
    return "\n\n".join(parts)


def _past(steps: Sequence[AndroidControlStep], history: History) -> list[str]:
    match history:
        case "none":
            return []
        case "instructions":
            return [step.instruction for step in steps]
        case "actions":
            return [_in_words(step) for step in steps]
        case _:
            assert_never(history)


def _in_words(step: AndroidControlStep) -> str:
    match step.kind:
        case "type":
            return f'type "{step.text}"'
        case "open":
            return f'open the app "{step.text}"'
        case "swipe":
            return f"swipe {finger(step)}"
        case "system_button":
            return f"press {step.button}"
        case "click" | "long_press" | "wait":
            return step.kind.replace("_", " ")
        case _:
            assert_never(step.kind)


def _find(episodes: Sequence[AndroidControlEpisode], item: str) -> tuple[AndroidControlEpisode, AndroidControlStep]:
    if not item:
        item = next((f"{episode.episode_id}/0" for episode in episodes if episode.steps), "")
    name, _, number = item.rpartition("/")
    episode = next((episode for episode in episodes if episode.episode_id == name), None)
    if episode is None or not number.isascii() or not number.isdigit() or int(number) >= len(episode.steps):
        raise EnvError(f"there is no step {item!r} in the set; give EPISODE/STEP, such as 8193/0")
    return episode, episode.steps[int(number)]

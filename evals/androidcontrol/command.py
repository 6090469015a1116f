"""`visuomotor eval androidcontrol`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from actions.android import android_space
from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, ModelSpec, Resume, Workers
from agent.runfolder import run_folder
from envs.base import EnvError
from envs.replay.androidcontrol.annotations import read_annotations
from envs.replay.androidcontrol.options import History, Level
from envs.replay.androidcontrol.step import AndroidControlEpisode
from envs.replay.single.lines import Line
from evals.androidcontrol.metrics import score
from evals.androidcontrol.score import Key, judge
from evals.androidcontrol.tables import by_rules, by_type, published, rule_table, rules_told, screens_told, write_steps
from evals.answers import write_answers
from evals.offline import Playing, Told, begin_scoring, fingerprint, one_source, play_items, tell
from evals.predictions import read_predictions
from evals.runner import Job, Played, exit_status

ENV = "AndroidControl"
NOTE = (
    "95 % intervals by bootstrap over episodes. Type and SR are of all steps, Grounding of the clicks predicted for "
    "clicks, episodes of those with every step exact, progress of the steps before the first that is not. Steps "
    "without a valid prediction are wrong."
)


@with_answering()
def androidcontrol(
    data: Annotated[Path, typer.Option(help="The annotations: android_control_evaluation_std.jsonl.")],
    model: ModelSpec = "",
    predictions: Annotated[Path | None, typer.Option(help="Score this file of predictions instead of a model.")] = None,
    images: Annotated[Path | None, typer.Option(help="The folder of the screenshots, EPISODE_STEP.png.")] = None,
    level: Annotated[Level, typer.Option(help="high: the goal alone; low: each step's instruction too.")] = "high",
    history: Annotated[History, typer.Option(help="Told of earlier steps, as recorded.")] = "actions",
    episodes: Annotated[int, typer.Option(min=0, help="Only the first ones; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="For sampling and the intervals.")] = 0,
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/androidcontrol-TIME if left out.")] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Score single steps of AndroidControl by Type, Grounding and SR under every rule-set.

    For example: visuomotor eval androidcontrol --data FILE --predictions PREDICTIONS.jsonl --level high

    A prediction is a line {"episode_id": "8193", "step_id": 0, "call": {"name": "click", "arguments": {"point":
    [500, 300]}}} in the actions of a phone, points from 0 to 1000, or {…, "text": the model's own words, "dialect":
    "qwen"}; --dialect stands for a line that names none. Exit status: 0, 1 when the world or the model broke on a
    step, 2 when the run could not be done.
    """
    one_source(model, predictions)
    chosen = read_annotations(data)[: episodes or None]
    settings: dict[str, Any] = {
        "eval": "androidcontrol", "data": str(data), "set": fingerprint([data]), "images": str(images or ""),
        "level": level, "history": history, "seed": seed,
    }  # fmt: skip
    out = run_folder(out, "androidcontrol", resume=resume)
    played: Played | None = None
    if predictions is None:
        if images is None:
            raise EnvError("a model must see the screens: give --images, or score its answers with --predictions")
        playing = Playing(model, answering, batch, workers)
        settings |= playing.settings()
        given = {key: settings[key] for key in ("data", "images", "level", "history")}
        jobs = _jobs(chosen, given, seed)
        played = play_items(playing, jobs, out, settings, resume=resume)
        predictions = write_answers(out, jobs, _key_of, android_space())
    else:
        settings |= {"predictions": str(predictions), "dialect": answering.dialect}
    _score(chosen, predictions, images, out, settings, played, model, resume=resume)
    raise typer.Exit(0 if played is None else exit_status(played))


def _score(
    episodes: Sequence[AndroidControlEpisode],
    predictions: Path,
    images: Path | None,
    out: Path,
    settings: dict[str, Any],
    played: Played | None,
    model: str,
    *,
    resume: bool,
) -> None:
    keys = {(episode.episode_id, step.step_id) for episode in episodes for step in episode.steps}
    read = read_predictions(predictions, key, keys, settings["dialect"])
    judgement = judge(episodes, read.by_item, images)
    rows = score(judgement, seed=settings["seed"])
    if played is None:
        begin_scoring(out, settings, resume=resume)
    write_steps(out, judgement)
    tables = [by_rules(rows, NOTE), by_type(rows), rule_table(), published(settings["level"])]
    past = "as the predictions have it" if played is None else f"history {settings['history']}"
    lead = (
        f"{model or predictions}, level {settings['level']}, {past}; {len(episodes)} episodes, {len(keys)} steps, "
        f"screenshot of the step alone, set {settings['set']}."
    )
    run = {"settings": {**settings, "episodes": len(episodes)}, "rules": rules_told()}
    notes = [read.told(len(keys)), screens_told(judgement)]
    tell(out, Told("AndroidControl", lead, rows, tables, notes, run), played, tables[:3])


def key(line: Line) -> Key:
    """The step a line of predictions is about. Raises EnvError."""
    episode = line.value.get("episode_id")
    if isinstance(episode, bool) or not isinstance(episode, int | str):
        raise EnvError(f"{line.place}: 'episode_id' must be a number or text, not {episode!r}")
    return str(episode), line.get("step_id", int)


def _jobs(episodes: Sequence[AndroidControlEpisode], given: dict[str, Any], seed: int) -> list[Job]:
    items = [f"{episode.episode_id}/{step.step_id}" for episode in episodes for step in episode.steps]
    return [
        Job(item.replace("/", "-"), ENV, seed + number, task=item, env_options={**given, "item": item})
        for number, item in enumerate(items)
    ]


def _key_of(job: Job) -> dict[str, Any]:
    episode, _, step = job.task.rpartition("/")
    return {"episode_id": episode, "step_id": int(step)}

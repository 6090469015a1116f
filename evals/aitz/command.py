"""`visuomotor eval aitz`: replay Android-in-the-Zoo by a model, or score a file of predictions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Resume, Workers
from agent.guard import Budget
from agent.report.page import write_report
from agent.runfolder import open_run, run_folder
from envs.base import EnvError
from envs.replay.aitz import read_set
from envs.replay.defects import Defect
from envs.replay.options import Inputs
from envs.replay.step import AitzEpisode
from evals.aitz.answers import own_predictions, write_predictions
from evals.aitz.predictions.read import read_predictions
from evals.aitz.replay import Conditions, History, Observations, make_replay_policy, shown
from evals.aitz.scoring import score_file
from evals.aitz.selection import chosen, fingerprint, jobs_for, left_out_of
from evals.aitz.shards import Shard
from evals.offline import one_source
from evals.runner import Plan, exit_status, run_plan

console = Console(highlight=False)

DataRoot = Annotated[Path, typer.Option("--data", help="The set: ROOT/{train,test}/SUBSET/EPISODE/EPISODE.json.")]
SplitName = Annotated[str, typer.Option("--split", help="test or train.")]
ModelOrFile = Annotated[
    str, typer.Option("--model", "-m", help="As of visuomotor run; left out where --predictions are scored.")
]
HistoryOf = Annotated[
    History | None,
    typer.Option(
        "--history",
        help="What a step is told of those before: nothing, the recorded actions or the model's own; gold for a "
        "--model if left out. With --predictions: how they were made.",
    ),
]
ObservationsOf = Annotated[
    Observations | None,
    typer.Option(
        "--observations",
        help="Earlier screens are kept, or their actions stand for them; screens for a --model if left out. None is "
        "shown with --history none.",
    ),
]
InputsOf = Annotated[
    Inputs | None,
    typer.Option(
        "--inputs",
        help="The goal, for a --model if left out; also coat_action_think; or also coat_action_desc, which leaks the "
        "answer.",
    ),
]
NOT_STATED = "not stated"
# Every answer counts, whatever it is: nothing ends an episode but its end.
_BUDGET = Budget(steps=None, errors=10**9, repeats=10**9)


@with_answering()
def aitz(
    data: DataRoot,
    model: ModelOrFile = "",
    predictions: Annotated[
        Path | None, typer.Option(help="Score this file, made elsewhere: JSON lines, CoAT's or AgentCPM-GUI's layout.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="Of --predictions: own, coat, agentcpm, or auto.")] = "auto",
    mode: Annotated[str | None, typer.Option(help="Of CoAT's prompts: COA/txt, if there are several.")] = None,
    split: SplitName = "test",
    history: HistoryOf = None,
    observations: ObservationsOf = None,
    inputs: InputsOf = None,
    episodes: Annotated[int, typer.Option(min=0, help="At most so many, evenly spread; 0 is all.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the first episode; only chance draws from it.")] = 0,
    shard: Annotated[str, typer.Option(help="k/n: every n-th episode from the k-th; eval aitz-merge joins them.")] = "",
    workers: Workers = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where records, predictions and scores go; runs/aitz-TIME if left out.")
    ] = None,
    resume: Resume = False,
    most: Annotated[int, typer.Option(min=0, help="Most episodes with their screens in the report; 0 is none.")] = 12,
    answering: Answering = GREEDY,
) -> None:
    """Replay recorded phone episodes and score every step under six named rule-sets, side by side.

    For example: visuomotor eval aitz --data android_in_the_zoo --model oracle --episodes 10

    The screens are the recorded ones whatever is answered (teacher forcing). Every step of the episodes chosen is in
    the denominator, with or without a prediction.

    Exit status: 0, 1 when an episode ended in an error (what it lacks counts as wrong), 2 when the run could not be
    done.
    """
    one_source(model, predictions)
    part = Shard.read(shard)
    found = read_set(data, split)
    picked = chosen(found, episodes, part)
    if not picked:
        raise EnvError(f"the shard {part} of {len(found.episodes)} episodes is empty; take fewer shards")
    # `shard` and what follows it may differ between runs that are merged.
    settings: dict[str, Any] = {
        "eval": "aitz", "split": split, "set": fingerprint(found), "episodes": episodes, "shard": str(part),
    }  # fmt: skip
    out = run_folder(out, "aitz", resume=resume)
    wanted = [episode for _, episode in picked]
    left_out = left_out_of(found, episodes, part)
    _warn(wanted, left_out)
    if predictions is not None:
        reading = read_predictions(predictions, form, dialect=answering.dialect, mode=mode)
        settings |= {"predictions": str(predictions), "format": reading.format, "mode": mode}
        # Nothing in the file tells: the figures carry what was declared, and say so where nothing was.
        declared = {"history": history, "observations": shown(history, observations), "inputs": inputs}
        settings |= {name: value or NOT_STATED for name, value in declared.items()}
        open_run(out, settings, resume=resume)
        score_file(out, wanted, reading, settings, console, most, left_out)
        return
    conditions, inputs = Conditions(history or "gold", observations or "screens"), inputs or "instruction"
    plan = Plan(
        model=model, jobs=jobs_for(picked, split, inputs, conditions, seed), budget=_BUDGET, dialect=answering.dialect,
        options=answering.options, sampling=answering.sampling, constrained=not answering.free,
        policy=partial(make_replay_policy, conditions),
    )  # fmt: skip
    settings |= {
        "model": model, **conditions.told(), "inputs": inputs, "seed": seed, **answering.settings(),
    }  # fmt: skip
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    reading = own_predictions(write_predictions(out, [job.name for job in plan.jobs]))
    if plan.jobs and most:
        write_report(out, out / "episodes.html", most=min(most, 5))
    score_file(out, wanted, reading, {**settings, "described": played.model}, console, most, left_out)
    console.print(f"errors: {played.errors} of {len(played.episodes)} episodes")
    raise typer.Exit(exit_status(played))


def _warn(episodes: Sequence[AitzEpisode], left_out: Sequence[Defect]) -> None:
    """Say what cannot be evaluated, or not be shown."""
    if left_out:
        words = f"{len(left_out)} parts of the set cannot be read and are not evaluated, such as {left_out[0]}"
        console.print(words, markup=False)
    unseen = sum(step.image is None for episode in episodes for step in episode.steps)
    if unseen:
        console.print(f"{unseen} steps have no picture: no model is asked about them, and they count as wrong")

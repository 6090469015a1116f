"""`visuomotor eval screenspot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from actions.call import FunctionCall
from actions.screen import Click
from actions.space import ActionSpace
from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, ModelSpec, Resume, Workers
from agent.runfolder import run_folder
from envs.replay.screenspot.items import Target, annotation_files, read_targets
from envs.replay.single.lines import Line
from evals.answers import write_answers
from evals.offline import Playing, Told, begin_scoring, fingerprint, one_source, play_items, tell
from evals.predictions import Prediction, read_prediction, read_predictions
from evals.runner import Job, Played, exit_status
from evals.screenspot.score import MACRO, judge, score, write_verdicts
from evals.success import ALL, percent
from evals.summary import Row, Table

ENV = "ScreenSpot"
NOTE = (
    "95 % Wilson intervals. A target is hit when the point is in its box, edges included. macro is the mean of the "
    "platform/kind cells, all the share of all targets. Targets without a point are missed."
)


@with_answering(max_tokens=256)
def screenspot(
    data: Annotated[Path, typer.Option(help="The folder of ScreenSpot, v2 or Pro, or one of its JSON files.")],
    model: ModelSpec = "",
    predictions: Annotated[Path | None, typer.Option(help="Score this file of predictions instead of a model.")] = None,
    images: Annotated[Path | None, typer.Option(help="The pictures' folder; found if left out.")] = None,
    items: Annotated[int, typer.Option(min=0, help="Only the first ones; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="For sampling.")] = 0,
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/screenspot-TIME if left out.")] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Score clicks on what an instruction means: ScreenSpot, ScreenSpot-v2 or ScreenSpot-Pro.

    For example: visuomotor eval screenspot --data ScreenSpot-v2 --model http://localhost:8000/v1

    A prediction is a line {"id": "screenspot_web-00000", "point": [500, 300]} with the point from 0 to 1000, or with
    "call" or "text" as in the other benchmarks; ids are FILE-ENTRY, those of Pro its own. Exit status: 0, 1 when the
    world or the model broke on a target, 2 when the run could not be done.
    """
    one_source(model, predictions)
    chosen = list(read_targets(data, images).values())[: items or None]
    settings: dict[str, Any] = {
        "eval": "screenspot", "data": str(data), "set": fingerprint(annotation_files(data)),
        "images": str(images or ""), "seed": seed,
    }  # fmt: skip
    out = run_folder(out, "screenspot", resume=resume)
    played: Played | None = None
    if predictions is None:
        playing = Playing(model, answering, batch, workers)
        settings |= playing.settings()
        given = {"data": str(data), "images": str(images or "")}
        jobs = [
            Job(f"target-{number:06d}", ENV, seed + number, task=target.id, env_options={**given, "item": target.id})
            for number, target in enumerate(chosen)
        ]
        played = play_items(playing, jobs, out, settings, resume=resume)
        predictions = write_answers(out, jobs, lambda job: {"id": job.task}, ActionSpace([Click]))
    else:
        settings |= {"predictions": str(predictions), "dialect": answering.dialect}
    _score(chosen, predictions, out, settings, played, model, resume=resume)
    raise typer.Exit(0 if played is None else exit_status(played))


def _score(
    targets: Sequence[Target],
    predictions: Path,
    out: Path,
    settings: dict[str, Any],
    played: Played | None,
    model: str,
    *,
    resume: bool,
) -> None:
    ids = {target.id for target in targets}
    read = read_predictions(predictions, lambda line: line.get("id", str), ids, settings["dialect"], _read)
    judged = judge(targets, read.by_item)
    rows = score(judged)
    if played is None:
        begin_scoring(out, settings, resume=resume)
    write_verdicts(out, judged)
    lead = f"{model or predictions}, {len(targets)} targets of {settings['data']}, set {settings['set']}."
    run = {"settings": {**settings, "items": len(targets)}}
    tell(out, Told("ScreenSpot", lead, rows, [table(rows)], [read.told(len(targets))], run), played)


def _read(line: Line, dialect: str | None) -> Prediction:
    """A prediction that may also be a bare point."""
    if "point" in line.value:
        return Prediction(FunctionCall(Click.name, {"point": line.value["point"]}))
    return read_prediction(line, dialect)


def table(rows: Sequence[Row]) -> Table:
    """A line a platform, columns for text, icon and both; the means below."""
    found = {row.name: row for row in rows}
    platforms = [row.name.removeprefix("platform:") for row in rows if row.name.startswith("platform:")]

    def cell(name: str) -> str:
        return percent(found[name]) if name in found and found[name].episodes else "–"

    body = [
        [platform, cell(f"{platform}/text"), cell(f"{platform}/icon"), cell(f"platform:{platform}"),
         str(found[f"platform:{platform}"].episodes)]
        for platform in platforms
    ]  # fmt: skip
    body.append([MACRO, "", "", cell(MACRO), str(found[MACRO].episodes)])
    body.append([ALL, cell("kind:text"), cell("kind:icon"), cell(ALL), str(found[ALL].episodes)])
    return Table("Accuracy, %", ["", "text", "icon", "both", "targets"], body, NOTE)

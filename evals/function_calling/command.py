"""`visuomotor eval function-calling`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, ModelSpec, Resume, Workers
from agent.runfolder import run_folder
from envs.replay.function_calling.env import checked
from envs.replay.function_calling.items import Item, items_file, read_items
from evals.answers import write_answers
from evals.function_calling.score import METRICS, PUBLISHED, judge, score, write_verdicts
from evals.offline import Playing, Told, begin_scoring, fingerprint, one_source, play_items, tell
from evals.predictions import read_predictions
from evals.runner import Job, Played, exit_status
from evals.success import percent
from evals.summary import Row, Table

ENV = "FunctionCalling"
NOTE = (
    "95 % Wilson intervals. TM: the right function is called. EM: and its arguments are the expected JSON values; "
    "lenient: a number may be text and blanks do not count. Items without a call are wrong."
)


@with_answering()
def function_calling(
    data: Annotated[Path, typer.Option(help="The set: its folder, or items.jsonl.")],
    model: ModelSpec = "",
    predictions: Annotated[Path | None, typer.Option(help="Score this file of predictions instead of a model.")] = None,
    items: Annotated[int, typer.Option(min=0, help="Only the first ones; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="For sampling.")] = 0,
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/function-calling-TIME if left out.")] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Score calls of functions over pictures by Type Match and Exact Match.

    For example: visuomotor eval function-calling --data DIR --model oracle-text

    A prediction is a line {"id": "000001", "call": {"name": …, "arguments": {…}}}, or {"id": …, "text": the model's own
    words, "dialect": "qwen"}; --dialect stands for a line that names none. Exit status: 0, 1 when the world or the
    model broke on an item, 2 when the run could not be done.
    """
    one_source(model, predictions)
    chosen = list(read_items(data).values())[: items or None]
    settings: dict[str, Any] = {
        "eval": "function-calling", "data": str(data), "set": fingerprint([items_file(data)]), "seed": seed,
    }  # fmt: skip
    out = run_folder(out, "function-calling", resume=resume)
    played: Played | None = None
    if predictions is None:
        playing = Playing(model, answering, batch, workers)
        settings |= playing.settings()
        for item in chosen:  # what cannot be played is found before the first answer
            checked(item)
        jobs = [
            Job(
                f"item-{number:06d}", ENV, seed + number, task=item.id, env_options={"data": str(data), "item": item.id}
            )
            for number, item in enumerate(chosen)
        ]
        played = play_items(playing, jobs, out, settings, resume=resume)
        predictions = write_answers(out, jobs, lambda job: {"id": job.task}, None)
    else:
        settings |= {"predictions": str(predictions), "dialect": answering.dialect}
    _score(chosen, predictions, out, settings, played, model, resume=resume)
    raise typer.Exit(0 if played is None else exit_status(played))


def _score(
    items: Sequence[Item],
    predictions: Path,
    out: Path,
    settings: dict[str, Any],
    played: Played | None,
    model: str,
    *,
    resume: bool,
) -> None:
    ids = {item.id for item in items}
    read = read_predictions(predictions, lambda line: line.get("id", str), ids, settings["dialect"])
    judged = judge(items, read.by_item)
    rows = score(judged)
    if played is None:
        begin_scoring(out, settings, resume=resume)
    write_verdicts(out, judged)
    lead = f"{model or predictions}, {len(items)} items of {settings['data']}, set {settings['set']}."
    run = {"settings": {**settings, "items": len(items)}}
    tables = [table(rows), published()]
    tell(out, Told("Function calling", lead, rows, tables, [read.told(len(items))], run), played, tables[:1])


def table(rows: Sequence[Row]) -> Table:
    """A line a scene and language, and one for all."""
    body = []
    for name in dict.fromkeys(row.name for row in rows):
        found = {row.metric: row for row in rows if row.name == name}
        # A scene's few items make its interval a wide one: it is in summary.json.
        first = _short if name.startswith("scene:") else percent
        cells = [(first if metric in ("type_match", "exact_match") else _short)(found[metric]) for metric in METRICS]
        body.append([name.partition(":")[2] or name, *cells, str(found["type_match"].episodes)])
    return Table("By scene and language, %", ["", *METRICS.values(), "items"], body, NOTE)


def _short(row: Row) -> str:
    return f"{100 * row.value:.1f}"


def published() -> Table:
    """The report's figures, which are of another set."""
    note = (
        "On the report's own set, which was never released (arXiv 2409.12191, Table 5): not comparable, for scale only."
    )
    return Table("Published", ["model", "TM", "EM"], [[model, *figures] for model, figures in PUBLISHED.items()], note)

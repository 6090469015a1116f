"""`visuomotor eval aitz-merge`: shards played apart, scored as one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.record import RecordError, finished_episode
from envs.replay.aitz import read_set
from evals.aitz.answers import own_predictions, write_predictions
from evals.aitz.merge import common_settings, merge_runs, out_folder
from evals.aitz.scoring import score_file
from evals.aitz.selection import chosen, fingerprint, left_out_of, name_of
from evals.aitz.shards import Shard

console = Console(highlight=False)


def aitz_merge(
    runs: Annotated[list[Path], typer.Argument(help="The folders of the shards' runs.")],
    data: Annotated[Path, typer.Option("--data", help="The set they were played on.")],
    out: Annotated[
        Path | None, typer.Option(help="The whole run's folder, a new one; runs/aitz-merged-TIME if left out.")
    ] = None,
) -> None:
    """Join the shards of an AITZ run, tell what is missing, and score all of it.

    For example: visuomotor eval aitz-merge runs/a runs/b --data android_in_the_zoo --out runs/whole

    Settings must agree and nothing may be counted twice. An episode that no shard has finished is missing, one
    that ended in an error too, and its steps without an answer count as wrong; play it with
    `visuomotor eval aitz --resume --out` on the merged folder and the settings of the shards.

    Exit status: 0, 1 when episodes are missing, 2 when the runs cannot be merged.
    """
    out = out_folder(out)
    settings = common_settings(runs)
    found = read_set(data, settings["split"])
    if fingerprint(found) != settings["set"]:
        raise RecordError(f"{data} is not the set that the runs were played on; give theirs with --data")
    merge_runs(runs, out)
    episodes = [episode for _, episode in chosen(found, settings["episodes"], Shard())]
    names = [name_of(episode) for episode in episodes]
    file = write_predictions(out, names)
    score_file(
        out,
        episodes,
        own_predictions(file),
        settings,
        console,
        left_out=left_out_of(found, settings["episodes"], Shard()),
    )
    missing = [name for name in names if finished_episode(out / "episodes" / f"{name}.jsonl") is None]
    console.print(f"{len(names) - len(missing)} of {len(names)} episodes are finished, from {len(runs)} runs")
    for name in missing[:20]:
        console.print(f"  missing: {name}", markup=False)
    if len(missing) > 20:
        console.print(f"  and {len(missing) - 20} more")
    raise typer.Exit(1 if missing else 0)

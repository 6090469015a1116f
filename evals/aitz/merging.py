"""`visuomotor eval aitz-merge`: shards played apart, scored as one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.record import RecordError
from envs.replay.aitz import read_set
from evals.aitz.answers import own_predictions, write_predictions
from evals.aitz.merge import merge_runs, out_folder
from evals.aitz.scoring import score_file
from evals.aitz.selection import chosen, fingerprint, name_of
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

    Settings must agree and nothing may be counted twice. What no shard has finished counts as wrong; play it with
    `visuomotor eval aitz --resume --out` on the merged folder and the settings of the shards.

    Exit status: 0, 1 when episodes are missing, 2 when the runs cannot be merged.
    """
    out = out_folder(out)
    settings = merge_runs(runs, out)
    found = read_set(data, settings["split"])
    if fingerprint(found) != settings["set"]:
        raise RecordError(f"{data} is not the set that the runs were played on; give theirs with --data")
    episodes = [episode for _, episode in chosen(found, settings["episodes"], Shard())]
    names = [name_of(episode) for episode in episodes]
    file = write_predictions(out, names)
    score_file(out, episodes, own_predictions(file), settings, console)
    missing = [name for name in names if not (out / "episodes" / f"{name}.jsonl").exists()]
    console.print(f"{len(names) - len(missing)} of {len(names)} episodes are there, from {len(runs)} runs")
    for name in missing[:20]:
        console.print(f"  missing: {name}", markup=False)
    if len(missing) > 20:
        console.print(f"  and {len(missing) - 20} more")
    raise typer.Exit(1 if missing else 0)

"""`visuomotor data check aitz`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from envs.replay.aitz import AitzSet, read_set
from envs.replay.check import PUBLISHED, check, counts
from envs.replay.defects import Defect, Kind, printable

console = Console(highlight=False, soft_wrap=True)


def check_aitz(
    root: Annotated[Path, typer.Argument(help="The set: ROOT/{train,test}/SUBSET/EPISODE/EPISODE.json.")],
    split: Annotated[str, typer.Option(help="test or train.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """List every defect of an AITZ set with its place, and say what will be evaluated. Nothing is changed.

    For example: visuomotor data check aitz android_in_the_zoo --split test

    Exit status: 0 when nothing is wrong, 1 when something is, 2 when there is no such set.
    """
    data = read_set(root, split)
    defects = check(data)
    if as_json:
        console.print_json(json.dumps(_facts(data, defects), ensure_ascii=False))
    else:
        _show(data, defects)
    raise typer.Exit(1 if defects else 0)


def _facts(data: AitzSet, defects: Sequence[Defect]) -> dict[str, Any]:
    return {
        "root": printable(str(data.root)),
        "split": data.split,
        "evaluated": {name: asdict(count) for name, count in counts(data).items()},
        "published": {name: asdict(count) for name, count in PUBLISHED[data.split].items()},
        "without_picture": _unseen(data, defects),
        "left_out": len(data.left_out),
        "defects": [
            {"kind": str(one.kind), "place": printable(one.place), "detail": printable(one.detail),
             "left_out": one.unusable}
            for one in defects
        ],
    }  # fmt: skip


def _show(data: AitzSet, defects: Sequence[Defect]) -> None:
    for defect in defects:
        console.print(str(defect), markup=False)
    table = Grid("subset", "episodes", "steps", "published", box=None)
    for name, count in counts(data).items():
        said = PUBLISHED[data.split].get(name)
        published = f"{said.episodes} / {said.steps}" if said else "–"
        table.add_row(Text(name), str(count.episodes), str(count.steps), published)
    console.print(table)
    kinds = Counter(str(defect.kind) for defect in defects)
    listed = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    console.print(f"{len(defects)} defects: {listed}" if defects else "no defects")
    console.print(
        f"evaluated will be {data.steps} steps of {len(data.episodes)} episodes; {len(data.left_out)} parts are left "
        f"out, {_unseen(data, defects)} steps have no whole picture: no model can be asked about those, and they "
        "count as wrong"
    )


def _unseen(data: AitzSet, defects: Sequence[Defect]) -> int:
    missing = sum(step.image is None for episode in data.episodes for step in episode.steps)
    return missing + sum(defect.kind == Kind.DAMAGED for defect in defects)

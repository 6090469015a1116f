"""`visuomotor eval alfred` and `visuomotor record alfred`."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import Batch, Resume, Workers
from agent.guard import Budget
from agent.runfolder import run_folder, write_json
from envs.base import EnvError
from evals.alfred import eb
from evals.alfred.metrics import failures_of, score
from evals.alfred.options import MODES, SYNTHETIC, AlfredOptions
from evals.alfred.page import write_pages
from evals.alfred.published import published
from evals.alfred.selection import Choice, Chosen, chosen, chosen_eb, splits, task_types
from evals.alfred.tables import SHORT_NOTE, brief, by_exact_type, by_subgoal, by_type, failures, grounding, spelled
from evals.choosing import split as words_of
from evals.demonstrations import record_oracle
from evals.printing import show_tables
from evals.runner import Plan, Played, exit_status, run_plan
from evals.summary import write_summary, write_tables

console = Console(highlight=False)

EXPERT = {"expert": "oracle", "expert-text": "oracle-text"}
"""What the benchmark calls the env's own oracle."""
_SHOWN = 20
"""Failures printed."""
_STEPS = {"alfred": 100, "eb": eb.STEPS}
"""High-level actions at most: ALFRED's own limits count low-level steps, and are the env's."""

AlfredModel = Annotated[
    str,
    typer.Option(
        "--model", "-m",
        help="A checkpoint folder or hub id, a server URL, random, expert, or expert-text: the expert's actions "
             "written in the dialect, and read again.",
    ),
]  # fmt: skip
Data = Annotated[Path | None, typer.Option(help="The folder of ALFRED's data: json_2.1.0, splits, gen/layouts.")]
SplitName = Annotated[
    str, typer.Option("--split", help="valid_seen, valid_unseen, valid (both), train, tests_seen, tests_unseen, or "
                                      "synthetic, which needs no data.")
]  # fmt: skip
MaybeSplit = Annotated[
    str | None, typer.Option("--split", help="valid_seen, valid_unseen, valid (both), train, tests_seen, tests_unseen, "
                                             "or synthetic, which needs no data and is played if left out.")
]  # fmt: skip
TaskList = Annotated[str, typer.Option("--tasks", help="Task types with commas; all seven if left out.")]
Episodes = Annotated[int | None, typer.Option(min=1, help="Most episodes, evenly spread over the split.")]
SegmenterName = Annotated[
    str | None,
    typer.Option(
        "--segmenter",
        help="What turns a box into a mask: classical, sam:vit_b:CHECKPOINT, box (the box is the mask), or the oracles "
             "truth and name. truth for the expert, else classical, if left out.",
    ),
]  # fmt: skip
EngineOption = Annotated[
    str, typer.Option("--engine", help="standin, unity (AI2-THOR 5.0.0), or alfred (AI2-THOR 2.1.0, ALFRED's own).")
]
ExpertOption = Annotated[
    str,
    typer.Option(
        "--expert",
        help="able: the expert takes another object of the type where the plan's own does not do, and makes a new plan "
             "at the end where the goal is missed. strict: the trial's own plan, as it stands.",
    ),
]  # fmt: skip
Executable = Annotated[str, typer.Option(help="A build of AI2-THOR's player on this machine.")]
Display = Annotated[str, typer.Option(help="The X display a player draws on, or cloud.")]


@with_answering()
def alfred(
    model: AlfredModel = "expert",
    split: MaybeSplit = None,
    data: Data = None,
    mode: Annotated[str, typer.Option(help="alfred, or eb for the protocol and the episodes of EB-ALFRED.")] = "alfred",
    subsets: Annotated[str, typer.Option(help="Of EB-ALFRED, with commas; all six if left out.")] = "",
    tasks: TaskList = "",
    episodes: Episodes = None,
    annotations: Annotated[
        str,
        typer.Option(help="all, as the benchmark counts, or first, each trial once; first for the expert if left out."),
    ] = "",
    rules: Annotated[
        str, typer.Option(help="How a goal names objects: alfred or exact-type; both are reported.")
    ] = "alfred",
    segmenter: SegmenterName = None,
    expert: ExpertOption = "able",
    engine: EngineOption = "standin",
    executable: Executable = "",
    display: Display = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the first synthetic task.")] = 0,
    steps: Annotated[int | None, typer.Option(min=1, help="Most actions an episode; 100, in mode eb 30.")] = None,
    workers: Workers = 1,
    batch: Batch = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where records, summary.json and report.html go; runs/alfred-TIME if left out.")
    ] = None,
    resume: Resume = False,
    answering: Answering = GREEDY,
) -> None:
    """Do household tasks of ALFRED from first-person pictures and print SR and GC by task type.

    For example: visuomotor eval alfred --model expert --split valid_unseen --data ALFRED

    Exit status: 0, 1 when an episode ended in an error (it counts as failed), 2 when the run could not be done.
    """
    by_expert = model in (*EXPERT, *EXPERT.values())
    segmenter = segmenter or ("truth" if by_expert else "classical")
    annotations = annotations or ("first" if by_expert else "all")
    if mode == "eb" and split not in (None, eb.TRIALS_OF):
        raise EnvError(f"--mode eb plays trials of {eb.TRIALS_OF}, and no --split {split}: leave --split out")
    if data and mode != "eb" and split in (None, SYNTHETIC):
        raise EnvError("--data goes with a --split of ALFRED's, such as valid_unseen; made-up rooms need none")
    split = eb.TRIALS_OF if mode == "eb" else split or SYNTHETIC
    world = {
        "mode": mode, "rules": rules, "segmenter": segmenter, "engine": engine, "executable": executable,
        "display": display, "expert": expert,
    }  # fmt: skip
    found = select(mode, splits(split), data, tasks, subsets, episodes, seed, annotations, world, by_expert=by_expert)
    # Ten failures end an episode by the benchmark's own rule: one that repeats itself is left to come to that.
    budget = Budget(steps=steps or _STEPS[mode], repeats=6)
    plan = Plan(
        model=EXPERT.get(model, model), jobs=found.jobs, budget=budget, dialect=answering.dialect,
        options=answering.options, sampling=answering.sampling, constrained=not answering.free, batch=batch,
    )  # fmt: skip
    settings = {
        "eval": "alfred", "model": model, "split": split, "data": str(data or ""), "subsets": subsets,
        "annotations": annotations, **world, "seed": seed, "steps": budget.steps,
        **answering.settings(),
    }  # fmt: skip
    out = run_folder(out, "alfred", resume=resume)
    if found.note:
        console.print(found.note)
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    run = {
        "settings": {**settings, "tasks": tasks, "episodes": len(found.jobs)},
        "model": played.model,
        "workers": workers,
    }
    publish(out, run, found, played)
    raise typer.Exit(exit_status(played))


def select(
    mode: str, names: tuple[str, ...], data: Path | None, tasks: str, subsets: str, episodes: int | None, seed: int,
    annotations: str, world: dict[str, Any], *, by_expert: bool = False,
) -> Chosen:  # fmt: skip
    """The episodes that the options ask for. Raises EnvError for options that do not go together."""
    if mode not in MODES:
        raise EnvError(f"--mode is one of {', '.join(MODES)}, not {mode!r}")
    if annotations not in ("all", "first"):
        raise EnvError(f"--annotations is all or first, not {annotations!r}")
    if subsets and mode != "eb":
        raise EnvError("--subsets are EB-ALFRED's; they come with --mode eb")
    hidden = [name for name in names if name.startswith("tests")]
    if by_expert and hidden:
        raise EnvError(f"the plans of {', '.join(hidden)} are hidden, and the expert has nothing to go by: choose "
                       "another --split or --model")  # fmt: skip
    choice = Choice(data, names, task_types(tasks), episodes, seed, annotations == "all")
    AlfredOptions(**world)  # what is wrong with them is said before anything is read
    if mode == "eb":
        found = chosen_eb(choice, tuple(words_of(subsets, "")) or eb.SUBSETS, world)
    else:
        found = chosen(choice, world)
    if not found.jobs:
        raise EnvError(f"there is no episode of {tasks} in {', '.join(names)}; choose other --tasks or another --split")
    unjudged = sum(not one.conditions for one in found.references)
    if unjudged:
        said = f"{unjudged} episodes are of a hidden split: they are played, and none of them can be judged here."
        found = replace(found, note=f"{found.note} {said}".strip())
    return found


def publish(out: Path, run: dict[str, Any], found: Chosen, played: Played) -> None:
    """Write summary.json, failures.json and the pages, and print the tables."""
    settings = run["settings"]
    mode = str(settings["mode"])
    rows = score(played.episodes, found.references)
    lost = failures_of([job.name for job in found.jobs], played.episodes, found.references)
    engine, segmenter = obtained_on(played, settings)
    helped = {key: sum(bool(one.facts.get(key)) for one in played.episodes) for key in ("substituted", "replanned")}
    write_summary(
        out,
        {
            **run,
            "expert": {"kind": settings["expert"], **helped},
            "engine": engine,
            "segmenter": segmenter,
            "note": found.note,
        },
        rows,
    )
    write_json(out / "failures.json", [asdict(one) for one in lost])
    write_pages(out, out / "episodes.html", most=24)
    groups = tuple(dict.fromkeys(one.group for one in found.references if one.group))
    tables = [*by_subgoal(rows), grounding(rows, segmenter)]
    full = [by_type(rows, mode, groups), by_exact_type(rows), *tables]
    where = circumstances(settings, engine, segmenter)
    lead = f"{settings['model']}, {settings['split']}, {len(found.jobs)} episodes, greedy. {where} {found.note}"
    links = [("episodes.html", "the episodes, step by step"), ("failures.json", "every episode without success")]
    extra = [failures(lost)] if lost else []
    write_tables(out, "EB-ALFRED" if mode == "eb" else "ALFRED", lead, [*full, *extra, published(mode)], links)
    show_tables(console, [brief(rows, mode, groups), *tables, published(mode)], SHORT_NOTE, played, out)
    console.print(where)
    if any(helped.values()):
        console.print(
            f"In {helped['substituted']} episodes the expert took another object of the type for one its plan names; "
            f"in {helped['replanned']} it made a new plan at the end of its own."
        )
    for one in lost[:_SHOWN]:
        console.print(f"no success: {one.name}: {one.unmet or one.outcome}: {one.cause}", style="dim", markup=False)
    if len(lost) > _SHOWN:
        console.print(f"and {len(lost) - _SHOWN} more: {out / 'failures.json'}", style="dim")


def circumstances(settings: dict[str, Any], engine: str, segmenter: str) -> str:
    """What stands beside every score: on what it was obtained, and what that engine and those actions give away."""
    said = [f"Obtained on: {engine}; segmenter: {spelled(segmenter)}. Figures of different engines are not comparable."]
    if settings["engine"] == "standin" and settings["split"] != SYNTHETIC:
        said.append("The house holds what the trial's own plan and poses name, and the places where its agent stood.")
    said.append("GotoLocation knows where every object is, seen or not.")
    if settings["model"] in (*EXPERT, *EXPERT.values()):
        strict = "its plan as it stands, with no substitution and no new plan"
        able = "with substitutions of the same type and a new plan where the first missed the goal"
        said.append(f"Expert: {settings['expert']} ({strict if settings['expert'] == 'strict' else able}).")
    return " ".join(said)


def obtained_on(played: Played, settings: dict[str, Any]) -> tuple[str, str]:
    """The engine and the segmenter, by the episodes' own word where one got so far."""
    facts = next((one.facts for one in played.episodes if one.facts.get("engine")), {})
    return str(facts.get("engine", settings["engine"])), str(facts.get("segmenter", settings["segmenter"]))


def record(
    split: SplitName = SYNTHETIC,
    data: Data = None,
    tasks: TaskList = "",
    episodes: Episodes = None,
    seed: Annotated[int, typer.Option(min=0, help="The first seed; below 1,000,000 is for scoring.")] = 1_000_000,
    annotations: Annotated[str, typer.Option(help="all, or first: each trial once.")] = "all",
    steps: Annotated[int, typer.Option(min=1, help="Most actions an episode.")] = 100,
    segmenter: Annotated[str, typer.Option(help="What turns a box into a mask.")] = "truth",
    engine: EngineOption = "standin",
    executable: Executable = "",
    display: Display = "",
    workers: Workers = 1,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/alfred-demos-TIME if left out.")] = None,
    resume: Resume = False,
    dialect: Annotated[str, typer.Option(help="The dialect the calls are written in.")] = "qwen",
) -> None:
    """Record the expert's episodes of ALFRED, to train on: visuomotor train RUN --min-return 1"""
    world = {
        "mode": "alfred", "rules": "alfred", "segmenter": segmenter, "engine": engine, "executable": executable,
        "display": display,
    }  # fmt: skip
    found = select("alfred", splits(split), data, tasks, "", episodes, seed, annotations, world, by_expert=True)
    settings = {
        "record": "alfred", "split": split, "data": str(data or ""), "annotations": annotations, "seed": seed,
        "steps": steps, "segmenter": segmenter, "engine": engine, "dialect": dialect,
    }  # fmt: skip
    if found.note:
        console.print(found.note)
    out = run_folder(out, "alfred-demos", resume=resume)
    status = record_oracle(
        found.jobs, out, settings, steps=steps, dialect=dialect, workers=workers, resume=resume, console=console
    )
    raise typer.Exit(status)

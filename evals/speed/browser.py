"""Our browser env beside Selenium's and BrowserGym's on the same MiniWoB++ episodes, and what it costs a step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from agent.runfolder import write_json
from envs.registry import make_env
from evals.speed.browsers import figures, overhead, race
from evals.speed.browsers.engines import ALL, gather
from evals.speed.browsers.figures import Laps
from evals.speed.browsers.plan import plans
from evals.speed.browsers.race import Lap
from evals.summary import Row, Table, write_summary, write_tables

_TITLE = "Browser speed"


@dataclass(frozen=True, slots=True)
class Raced:
    """A race that was run to its end: its laps, the engines' settings, and why others are missing."""

    laps: Sequence[Lap]
    facts: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, str]


def compare(
    out: Path, tasks: Sequence[str], seeds: int, repeats: int, wanted: Sequence[str], watch: Callable[[str], None]
) -> Raced:
    """Race on MiniWoB++ in `out`, going on where a run there stopped. Raises PeerError and EnvError."""
    episodes = plans(out / "plans.json", tasks, seeds, make_env)
    path, expected = out / "laps.jsonl", set(wanted or ALL)
    facts, missing = _taken(out / "engines.json")
    names = [name for name in facts if name in expected]
    laps = race.finished(path, names, episodes, repeats) if expected <= set(facts) | set(missing) else []
    if laps:
        return Raced(laps, facts, missing)
    field = gather(wanted)
    try:
        for name, reason in field.missing.items():
            watch(f"missing: {name}: {reason}")
        laps = race.run(field.engines, episodes, repeats, path, lambda lap: watch(show(lap)))
        facts = {engine.name: engine.facts() for engine in field.engines}
        write_json(out / "engines.json", {"facts": facts, "missing": field.missing})
    finally:
        field.close()
    return Raced(laps, facts, field.missing)


def measure_overhead(out: Path, repeats: int) -> list[overhead.Step]:
    """Our own overhead, on pages over loopback, going on where a run in `out` stopped. Raises EnvError."""
    width, height = overhead.SIZE
    return overhead.run(
        repeats, out / "overhead.jsonl", lambda url: make_env("browser", url=url, width=width, height=height)
    )


@dataclass(frozen=True, slots=True)
class Result:
    """Rows for summary.json, the table for the terminal, all tables for the report, and lines that say what counts."""

    rows: list[Row]
    table: Table
    tables: list[Table]
    lines: list[str]


def conclude(raced: Raced | None, steps: Sequence[overhead.Step]) -> Result:
    """What was measured, in words and tables. `raced` is None when only our own overhead was measured."""
    rows, tables, lines = overhead.rows(steps), [overhead.table(steps)], [_overhead_line(steps)]
    if raced is None:
        return Result(rows, tables[0], tables, lines)
    laps = Laps(raced.laps)
    found = figures.rows(laps)
    main = figures.table(laps)
    ratios = [row for row in found if row.metric == "ratio" and row.name.startswith("step_")]
    for row in ratios:
        ratio = figures.Figure(row.value, row.low, row.high, row.episodes)
        lines.append(f"{row.name}: {ratio.text(digits=2)}, {ratio.verdict} (target < 1)")
    more = [figures.task_table(laps), figures.facts_table(laps, raced.facts, raced.missing)]
    return Result([*found, *rows], figures.short_table(laps), [main, *tables, *more], lines)


def write(out: Path, result: Result, run: Mapping[str, object], facts: Raced | None) -> None:
    """Write summary.json and report.html."""
    engines = {"engines": facts.facts, "missing": facts.missing} if facts is not None else {}
    write_summary(out, {**run, **engines, "load": os.getloadavg()}, result.rows)
    lead = "Engines interleaved in one run on one machine. Figures depend on the machine; ratios less."
    write_tables(out, _TITLE, f"{lead} {' '.join(f'{line}.' for line in result.lines)}", result.tables, [])


def show(lap: Lap) -> str:
    """A lap in a line."""
    steps = " ".join(f"{1e3 * seconds:.0f}" for seconds in lap.steps)
    repeat = "start" if lap.repeat == race.WARM else f"repeat {lap.repeat + 1}"
    failed = "" if lap.solved else f"  NOT SOLVED (reward {lap.reward:g})"
    return f"{lap.task:<16} {repeat:<9} {lap.engine:<24} reset {1e3 * lap.reset:5.0f} ms, steps {steps}{failed}"


def _overhead_line(steps: Sequence[overhead.Step]) -> str:
    middle, ninetieth = overhead.over(steps, median), overhead.over(steps, overhead.ninetieth)
    parts = {
        "act": median(step.act for step in steps),
        "settle": median(step.settle for step in steps),
        "shot": median(step.shot for step in steps),
    }
    split = ", ".join(f"{name} {1e3 * value:.0f}" for name, value in parts.items())
    met = "met" if middle.middle <= overhead.TARGET else "NOT met"
    return (
        f"our overhead a step at {overhead.SIZE[0]}×{overhead.SIZE[1]}: median {middle.text(1e3)} ms ({split}), "
        f"90th percentile {ninetieth.text(1e3)} ms; target ≤ {1e3 * overhead.TARGET:.0f} ms median: {met}"
    )


def _taken(path: Path) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(found["facts"]), dict(found["missing"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}

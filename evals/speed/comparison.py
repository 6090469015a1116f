"""The whole comparison: the race, then our engine alone, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from agent.runfolder import write_json
from evals.speed import race
from evals.speed.alone import alone
from evals.speed.exact import Case, conversation, exact_ratio, exact_table
from evals.speed.field import Race, Taken, digest_of_engine, gather, taken
from evals.speed.floor import floor_ratios, floors, floors_table
from evals.speed.laps import detail_table, laps_table
from evals.speed.names import HELD, SCRATCH
from evals.speed.ours import OurPeer
from evals.speed.race import Lap
from evals.speed.ratio import race_ratios, ratios_table
from evals.speed.weights import ANSWER, create_2b, create_midsize
from evals.summary import Table, write_summary, write_tables
from model.qwen2vl.model import EngineOptions, Qwen2VL
from model.qwen2vl.weights import LoadOptions

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a configuration races unless told otherwise: steps of ours and the peers, chats, engines (all if empty)."""

    steps: int
    peer_steps: int
    repeats: int
    engines: tuple[str, ...] = ()


PLANS = {"mid": Plan(24, 8, 5), "2b": Plan(3, 3, 1, (HELD, SCRATCH))}
"""Two engines of the 2B's size are what 24 GB of memory hold."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared. `model` is a checkpoint, or None to make one in the run's folder."""

    config: str
    model: Path | None
    steps: int
    peer_steps: int
    repeats: int
    tokens: int
    wanted: tuple[str, ...] = ()
    """Engines by name; the plan's if empty."""
    alone: bool = False


def compare(asked: Asked, out: Path, say: Say) -> list[Table]:
    """Run what is not in `out` yet; leaves summary.json and report.html there and returns the tables."""
    out.mkdir(parents=True, exist_ok=True)
    folder = asked.model or _checkpoint(asked.config, out / f"model-{asked.config}", ANSWER, say)
    found, laps = (Taken(), []) if asked.alone else _race(asked, folder, out, say)
    cases = [] if asked.alone else list(_hold(asked.config, out, say))
    ours = OurPeer(folder)
    facts = {**found.facts, ours.name: ours.facts()}
    middle = asked.config == "mid"
    single = alone(ours, OurPeer(folder, "int8") if middle else None, asked.repeats, deep=middle)
    ratios = [
        *(race_ratios(laps, asked.steps) if laps else []),
        *([exact_ratio(cases)] if cases else []),
        *single.ratios,
    ]
    least = floors(laps, ours.model, single.best) if laps and single.best else []
    ratios += floor_ratios(least, laps)
    tables = [ratios_table(ratios), *([laps_table(laps), detail_table(laps)] if laps else [])]
    if least and single.best:
        tables.append(floors_table(least, single.best))
    tables += [*([exact_table(cases)] if cases else []), *single.tables, _facts_table(facts, found.missing)]
    run = {"config": asked.config, "steps": asked.steps, "peer_steps": asked.peer_steps, "repeats": asked.repeats,
           "engines": facts, "missing": found.missing}  # fmt: skip
    write_summary(out, run, [ratio.row() for ratio in ratios])
    lead = (
        f"Random {asked.config} weights; {asked.repeats} repeats, interleaved. Figures depend on the machine; "
        "ratios less."
    )
    write_tables(out, "Engine speed", lead, tables, [])
    return tables


def _checkpoint(config: str, folder: Path, answer: str | None, say: Say) -> Path:
    if not (folder / "config.json").exists():
        say(f"making the random model in {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        (create_midsize if config == "mid" else create_2b)(folder, answer=answer)
    return folder


def _race(asked: Asked, folder: Path, out: Path, say: Say) -> tuple[Taken, list[Lap]]:
    """Who took part and every lap: those in `out` when they are all there, else run."""
    this = Race(str(folder.resolve()), asked.steps, asked.peer_steps, asked.tokens, digest_of_engine())
    wanted = asked.wanted or PLANS[asked.config].engines
    before = taken(out, this, wanted)
    laps = race.finished(out, before.steps, asked.repeats)
    if laps:
        say(f"the race in {out} is run already; its laps are taken. Another --out runs it anew")
        return before, laps
    field = gather(folder, asked.steps, asked.peer_steps, wanted)
    try:
        found = field.taken(this)
        write_json(out / "engines.json", asdict(found))
        for name, reason in found.missing.items():
            say(f"[yellow]missing[/yellow]: {name}: {reason}")

        def show(lap: Lap) -> None:
            say(f"repeat {lap.repeat + 1} step {lap.step:>2}  {lap.peer:<20} {lap.seconds:7.2f} s")

        return found, race.run(field.entries, asked.repeats, asked.tokens, out, _stages, show)
    finally:
        field.close()


def _hold(config: str, out: Path, say: Say) -> Iterator[Case]:
    """Ours held against transformers' own module of the same checkpoint, answer by answer.

    The checkpoint is one that was taught nothing: the heads that carry the race's answer have scores of some hundreds,
    whose rounding alone moves a logit by more than is allowed here.
    """
    from transformers import Qwen2VLForConditionalGeneration

    folder = _checkpoint(config, out / f"untaught-{config}", None, say)
    model = Qwen2VL(str(folder), EngineOptions(load=LoadOptions(dtype="float32")))
    say("holding answers against plain transformers, token for token")
    network = Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    for case in conversation(model, network):
        found = case.agreement
        say(f"{case.what}: {'exact' if found.exact else 'NOT exact'}, logits within {found.distance:.1e}")
        yield case


def _stages(peer: object) -> dict[str, float] | None:
    if not isinstance(peer, OurPeer) or peer.completion is None:
        return None
    return asdict(peer.completion.timing)


def _facts_table(facts: dict[str, dict[str, str]], missing: dict[str, Any]) -> Table:
    columns = ["engine", "weights", "vision weights", "kv", "flags"]
    rows = [[name, *(found.get(c, "") for c in ("engine", *columns[1:]))] for name, found in facts.items()]
    rows += [[name, "missing", "", "", "", reason] for name, reason in missing.items()]
    return Table("Engines", ["name", *columns], rows)

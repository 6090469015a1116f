"""`python -m evals.speed session`, `engine` and `served`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.boundary import complaining
from agent.runfolder import write_json
from evals import summary
from evals.summary import versions, write_summary, write_tables

if TYPE_CHECKING:
    from evals.speed.race import Lap

app = typer.Typer(help="Benchmarks of speed, each beside its peer in one run.", no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def group() -> None:
    """Benchmarks of speed."""


@app.command()
def session(
    steps: Annotated[int, typer.Option(min=3)] = 12,
    side: Annotated[int, typer.Option(min=56, help="Side of a screenshot in pixels.")] = 420,
    written: Annotated[int, typer.Option(min=1, help="Tokens an answer.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.")] = None,
) -> None:
    """A step of our session against plain transformers from scratch, as the history grows."""
    from evals.speed.session import compare

    result = compare(steps, side, written)
    table = Table("step", "ours, s", "plain, s", "plain/ours", "images ours", "plain", "tokens ours", "plain", box=None)
    for number, (ours, peer) in enumerate(zip(result.ours, result.peer, strict=True), 1):
        table.add_row(
            str(number), f"{ours.seconds:.2f}", f"{peer.seconds:.2f}", f"{peer.seconds / ours.seconds:.1f}",
            str(ours.images), str(peer.images), str(ours.computed), str(peer.computed),
        )  # fmt: skip
    console.print(
        f"{result.parameters / 1e6:.0f} M random weights, {side}×{side} screenshots, {written} tokens an answer"
    )
    console.print(table)
    last, second = result.ours[-1], result.ours[1]
    figures = {
        "ours_last_over_second": last.seconds / second.seconds,
        "plain_last_over_second": result.peer[-1].seconds / result.peer[1].seconds,
        "plain_over_ours_total": sum(s.seconds for s in result.peer) / sum(s.seconds for s in result.ours),
        "images_encoded_ours": sum(s.images for s in result.ours),
        "images_encoded_plain": sum(s.images for s in result.peer),
        "prompt_tokens_computed_ours": sum(s.computed for s in result.ours),
        "prompt_tokens_computed_plain": sum(s.computed for s in result.peer),
        "answers_equal": result.equal,
    }
    for name, value in figures.items():
        console.print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    if out is not None:
        write_json(out, {"figures": figures, "versions": versions()})


@app.command()
def engine(
    out: Annotated[Path, typer.Option(help="Laps, summary.json and report.html; a run there goes on.")] = Path(
        "runs/speed-engine"
    ),
    config: Annotated[
        str, typer.Option(help="mid (233 M) or 2b (the true Qwen2-VL-2B sizes, 20 GB of memory).")
    ] = "mid",
    model: Annotated[
        Path | None, typer.Option(help="A checkpoint made by `peers.prepare make`; else made here.")
    ] = None,
    steps: Annotated[int, typer.Option(min=3, help="Steps of our own chat.")] = 24,
    peer_steps: Annotated[int, typer.Option(min=2, help="Steps the peers go along.")] = 8,
    repeats: Annotated[int, typer.Option(min=1, help="Chats.")] = 5,
    tokens: Annotated[int, typer.Option(min=2, help="Most tokens an answer.")] = 40,
    only: Annotated[str, typer.Option(help="Engines by name, with commas; all if left out.")] = "",
    alone: Annotated[bool, typer.Option("--alone", help="Only what is measured without a peer.")] = False,
) -> None:
    """Our engine beside plain transformers, vLLM, OpenVINO GenAI and llama-server, in one run.

    The peers stand in environments of their own below $VISUOMOTOR_PEERS (python -m evals.speed.peers.prepare --help);
    one that is missing is named and left out. Every lap is written as it is run: start again to go on.
    """
    from evals.speed import engine as bench
    from evals.speed import race
    from evals.speed.ours import OurPeer
    from evals.speed.weights import create_2b, create_midsize

    if config not in ("mid", "2b"):
        raise typer.BadParameter("choose mid or 2b", param_hint="--config")
    out.mkdir(parents=True, exist_ok=True)
    folder = model or out / f"model-{config}"
    if not (folder / "config.json").exists():
        console.print(f"making the random model in {folder}")
        (create_midsize if config == "mid" else create_2b)(folder)
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    if config == "2b":
        wanted, alone = [bench.OURS], True
    taken = bench.Taken({}, {}, {}) if alone else bench.taken(out, steps, peer_steps)
    laps = [] if alone else race.finished(out, taken.steps, repeats)
    if not alone and not laps:
        field = bench.gather(folder, steps, peer_steps, wanted)
        try:
            taken = field.taken()
            write_json(out / "engines.json", asdict(taken))
            for name, reason in taken.missing.items():
                console.print(f"[yellow]missing[/yellow]: {name}: {reason}")
            laps = race.run(field.entries, repeats, tokens, out, _stages, _show_lap)
        finally:
            field.close()
    ours = OurPeer(folder)
    facts = {**taken.facts, ours.name: ours.facts()}
    single = bench.alone(ours, OurPeer(folder, "int8") if config == "mid" else None, repeats, deep=config == "mid")
    ratios = [*(bench.race_ratios(laps, steps) if laps else []), *single.ratios]
    tables = [bench.ratios_table(ratios), *([bench.laps_table(laps), bench.detail_table(laps)] if laps else [])]
    tables += [*single.tables, _facts_table(facts, taken.missing)]
    run = {"config": config, "steps": steps, "peer_steps": peer_steps, "repeats": repeats, "engines": facts,
           "missing": taken.missing}  # fmt: skip
    write_summary(out, run, [ratio.row() for ratio in ratios])
    lead = f"Random {config} weights; {repeats} repeats, interleaved. Figures depend on the machine; ratios less."
    write_tables(out, "Engine speed", lead, tables, [])
    for one in tables:
        grid = Table(*one.columns, box=None, title=one.title, title_justify="left", caption=one.note or None)
        for cells in one.rows:
            grid.add_row(*cells)
        console.print(grid)
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")


@app.command()
def served(
    url: Annotated[str, typer.Option(help="A server of the shipped checkpoint; left out, vLLM is started.")] = "",
    episodes: Annotated[int, typer.Option(min=1)] = 50,
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.")] = None,
) -> None:
    """The shipped card checkpoint in process and behind vLLM: are the greedy actions the same?"""
    from contextlib import nullcontext

    from evals.speed import served as bench

    with nullcontext(url) if url else bench.server() as address:
        found = []
        for one in bench.compare(address, episodes):
            found.append(one)
            console.print(f"{one.game} {one.seed}: {len(one.here)} answers, {'equal' if one.equal else 'DIFFERENT'}")
    answers = sum(len(one.here) for one in found)
    equal = sum(one.equal for one in found)
    console.print(f"{equal} of {len(found)} episodes equal, {answers} answers in process")
    if out is not None:
        figures = {"episodes": len(found), "equal": equal, "answers": answers}
        write_json(out, {"figures": figures, "versions": versions()})
    if equal < len(found):
        raise typer.Exit(1)


def _stages(peer: object) -> dict[str, float] | None:
    from evals.speed.ours import OurPeer

    if not isinstance(peer, OurPeer) or peer.completion is None:
        return None
    return asdict(peer.completion.timing)


def _show_lap(lap: Lap) -> None:
    console.print(f"repeat {lap.repeat + 1} step {lap.step:>2}  {lap.peer:<20} {lap.seconds:7.2f} s")


def _facts_table(facts: dict[str, dict[str, str]], missing: dict[str, str]) -> summary.Table:
    columns = ["engine", "weights", "vision weights", "kv", "flags"]
    rows = [[name, *(found.get(c, "") for c in ("engine", *columns[1:]))] for name, found in facts.items()]
    rows += [[name, "missing", "", "", "", reason] for name, reason in missing.items()]
    return summary.Table("Engines", ["name", *columns], rows)


if __name__ == "__main__":
    with complaining():
        app()

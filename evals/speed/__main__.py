"""`python -m evals.speed session`, `engine`, `served`, `browser` and `phone`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agent.boundary import complaining
from agent.runfolder import write_json
from evals import summary
from evals.summary import versions

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
        str,
        typer.Option(
            help="mid (233 M), or 2b: the true sizes of Qwen2-VL-2B, beside transformers (20 GB of memory, 18 of disk)."
        ),
    ] = "mid",
    model: Annotated[
        Path | None, typer.Option(help="A checkpoint made by `peers.prepare make`; else made here.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=3, help="Steps of our own chat; 24, of 2b 3.")] = None,
    peer_steps: Annotated[int | None, typer.Option(min=2, help="Steps the peers go along; 8, of 2b 3.")] = None,
    repeats: Annotated[int | None, typer.Option(min=1, help="Chats; 5, of 2b 1.")] = None,
    tokens: Annotated[int, typer.Option(min=2, help="Most tokens an answer.")] = 40,
    only: Annotated[str, typer.Option(help="Engines by name, with commas; all if left out (of 2b two).")] = "",
    alone: Annotated[bool, typer.Option("--alone", help="Only what is measured without a peer.")] = False,
) -> None:
    """Our engine beside plain transformers, vLLM, OpenVINO GenAI and llama-server, in one run.

    The peers stand in environments of their own below $VISUOMOTOR_PEERS (python -m evals.speed.peers.prepare --help);
    one that is missing is named and left out. Every lap is written as it is run: start again to go on.
    """
    from evals.speed import comparison

    if (plan := comparison.PLANS.get(config)) is None:
        raise typer.BadParameter(f"choose {' or '.join(comparison.PLANS)}", param_hint="--config")
    wanted = tuple(name.strip() for name in only.split(",") if name.strip())
    asked = comparison.Asked(
        config,
        model,
        steps or plan.steps,
        peer_steps or plan.peer_steps,
        repeats or plan.repeats,
        tokens,
        wanted,
        alone,
    )
    for one in comparison.compare(asked, out, console.print):
        _show(one)
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


@app.command()
def browser(
    out: Annotated[Path, typer.Option(help="Laps, summary.json and report.html; a run there goes on.")] = Path(
        "runs/speed-browser"
    ),
    tasks: Annotated[str, typer.Option(help="MiniWoB++ tasks, with commas; six of them if left out.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Episodes of a task in each repeat.")] = 2,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    only: Annotated[str, typer.Option(help="Engines by name, with semicolons; all if left out.")] = "",
    alone: Annotated[bool, typer.Option("--alone", help="Only our own overhead at 1280×720.")] = False,
) -> None:
    """Our browser env beside Gymnasium's Selenium env and BrowserGym on MiniWoB++, and its overhead a step.

    The peers stand in environments of their own below $VISUOMOTOR_PEERS (python -m evals.speed.peers.prepare --help);
    one that is missing is named and left out. Every lap is written as it is run: start again to go on.
    """
    from evals.speed import browser as bench
    from evals.speed.browsers.engines import ALL
    from evals.speed.browsers.plan import TASKS

    wanted = [name.strip() for name in only.split(";") if name.strip()]
    if unknown := [name for name in wanted if name not in ALL]:
        raise typer.BadParameter(f"{unknown[0]}: choose of {'; '.join(ALL)}", param_hint="--only")
    chosen = [name.strip() for name in tasks.split(",") if name.strip()] or list(TASKS)
    out.mkdir(parents=True, exist_ok=True)
    raced = None if alone else bench.compare(out, chosen, seeds, repeats, wanted, _say)
    result = bench.conclude(raced, bench.measure_overhead(out, repeats))
    bench.write(out, result, {"tasks": chosen, "seeds": seeds, "repeats": repeats}, raced)
    _show(result.table)
    for line in result.lines:
        _say(line)
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")


@app.command()
def phone(
    out: Annotated[Path, typer.Option(help="Laps, summary.json and report.html; a run there goes on.")] = Path(
        "runs/speed-phone"
    ),
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    laps: Annotated[int, typer.Option(min=1, help="Of each kind of work in a repeat.")] = 3,
    only: Annotated[str, typer.Option(help="Engines by name, with semicolons; all if left out.")] = "",
    phone_latency: Annotated[
        bool, typer.Option("--phone-latency", help="As slow as real phones: input 250 ms, screencap 700 ms.")
    ] = False,
) -> None:
    """Our phone driver beside adb as a subprocess and adbutils, on a stand-in phone, and where a step's time goes.

    The adb server is one of our own, on a port of its own. What is missing is named and left out. Every lap is written
    as it is run: start again to go on.
    """
    from evals.speed import phone as bench
    from evals.speed.phones.engines import ALL

    wanted = [name.strip() for name in only.split(";") if name.strip()] or list(ALL)
    if unknown := [name for name in wanted if name not in ALL]:
        raise typer.BadParameter(f"{unknown[0]}: choose of {'; '.join(ALL)}", param_hint="--only")
    asked = bench.Asked(repeats, laps, phone_latency, wanted)
    raced = bench.compare(out, asked, _say)
    bench.write(out, asked, raced)
    tables, lines = bench.conclude(raced)
    for table in tables[:-1]:
        _show(table)
    for line in lines:
        _say(line)
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")


@app.command()
def worlds(
    out: Annotated[Path, typer.Option(help="summary.json and report.html.")] = Path("runs/speed-worlds"),
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    data: Annotated[str, typer.Option(help="ALFRED data, for its scenes; made-up rooms if left out.")] = "",
) -> None:
    """A picture out of a skybox, and a step of the stand-in household with all its images, beside their targets."""
    from evals.speed import worlds as bench

    out.mkdir(parents=True, exist_ok=True)
    measures = [*bench.pictures(repeats), *bench.household(repeats, data)]
    bench.write(out, measures, {"repeats": repeats, "data": data})
    _show(bench.table(measures))
    console.print(f"written: {out / 'summary.json'}, {out / 'report.html'}")


def _show(table: summary.Table) -> None:
    grid = Table(*table.columns, box=None, title=table.title, title_justify="left", caption=escape(table.note) or None)
    for cells in table.rows:
        grid.add_row(*(escape(cell) for cell in cells))
    console.print(grid)


def _say(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)


if __name__ == "__main__":
    with complaining():
        app()

"""The command line: `visuomotor run`, `report`, `envs`, `doctor`, and what other packages add by entry point."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agent.boundary import complaining
from agent.choose import BUILT_IN, make_policy, parse_settings
from agent.doctor import Finding, examine
from agent.episode import Episode, Outcome, Step
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import space_of
from agent.record import Recorder, finished_episode
from agent.report.page import call_text, write_report
from agent.runfolder import open_run
from envs.base import MissingExtraError
from envs.registry import SPECS, find, make_env
from model.base import Sampling
from model.registry import ModelOptions

console = Console(highlight=False)
app = typer.Typer(
    help="A vision-language model sees a screen or a scene, decides, acts, and sees again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_broken: list[Finding] = []
for _entry in entry_points(group="visuomotor.commands"):
    try:
        app.add_typer(_entry.load(), name=_entry.name)
    except (ImportError, AttributeError) as _error:  # another distribution's package stands where ours should
        _broken.append(Finding("bad", f"command {_entry.name}", f"cannot be loaded: {_error}"))

ModelSpec = Annotated[
    str,
    typer.Option(
        "--model", "-m", help=f"A checkpoint folder or hub id, a server URL, 'cards', or {', '.join(BUILT_IN)}."
    ),
]


def main() -> None:
    """Run the command line; a known kind of failure ends in one sentence and exit status 2."""
    with complaining():
        app()


@app.command()
def run(
    env: Annotated[str, typer.Argument(help="An environment, as `visuomotor envs` lists them.")],
    model: ModelSpec = "cards",
    task: Annotated[str, typer.Option(help="What to do; an env that has tasks of its own may draw one.")] = "",
    seed: Annotated[int, typer.Option(help="The first episode's seed; each next one adds one.")] = 0,
    episodes: Annotated[int, typer.Option(min=1)] = 1,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 100,
    seconds: Annotated[float | None, typer.Option(min=0, help="Most seconds an episode.")] = None,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/ENV-TIME if left out.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    dialect: Annotated[str | None, typer.Option(help="qwen or hermes; the model's own if left out.")] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="0 is greedy; the checkpoint's own if left out.")
    ] = None,
    max_tokens: Annotated[int, typer.Option(min=1, help="Most tokens an answer.")] = 512,
    window: Annotated[int, typer.Option(min=64, help="Tokens of history; the oldest screenshots leave first.")] = 32768,
    max_pixels: Annotated[int | None, typer.Option(min=784, help="Cap on a screenshot's area.")] = None,
    window_policy: Annotated[
        str, typer.Option(help="rebuild (exact) or evict (never computes anything again, an approximation).")
    ] = "rebuild",
    lookup: Annotated[int, typer.Option(min=0, help="Guess up to so many tokens from the history; 5 is sensible.")] = 0,
    free: Annotated[
        bool, typer.Option("--free", help="Do not hold the answers to the grammar of the actions.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, or spread over all GPUs.")] = "auto",
    dtype: Annotated[str, typer.Option(help="Of the weights: auto, float32, bfloat16 or, on a CPU, int8.")] = "auto",
    timeout: Annotated[float, typer.Option(min=1, help="Most seconds a server may take for an answer.")] = 600.0,
    open_turn: Annotated[
        bool, typer.Option("--open-turn", help="Send a server the episode as one open assistant turn (vLLM).")
    ] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the env, key=value; may be repeated.")
    ] = None,
) -> None:
    """Run an agent in an environment and record every step.

    For example: visuomotor run Points24 --seed 0
    """
    spec = find(env)
    world = make_env(spec.name, **parse_settings(setting or []))
    policy = make_policy(
        model,
        dialect=dialect,
        options=ModelOptions(
            device, dtype, None, max_pixels, window, window_policy, open_turn=open_turn, timeout=timeout
        ),
        sampling=Sampling(max_tokens=max_tokens, temperature=temperature, lookup=lookup),
        constrained=not free,
    )
    folder = out or Path("runs") / f"{spec.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    settings = {
        "env": spec.name, "model": policy.describe(), "task": task, "settings": setting or [],
        "temperature": temperature, "max_tokens": max_tokens, "steps": steps, "seconds": seconds,
    }  # fmt: skip
    open_run(folder, settings, resume=resume)
    finished = []
    for number in range(seed, seed + episodes):
        name = f"{spec.name}-{number}"
        console.print(f"[bold]{spec.name}[/bold] seed {number}{': ' + escape(task) if task else ''}")
        episode = finished_episode(folder / "episodes" / f"{name}.jsonl")
        if episode is None:
            with Recorder(folder, name, header_of(world, policy, spec.name, task, number), space_of(world)) as recorder:
                episode = play(
                    world, policy, name=spec.name, task=task, seed=number, budget=Budget(steps, seconds),
                    recorder=recorder, watchers=[show_step],
                )  # fmt: skip
        show_end(episode)
        finished.append(episode)
    world.close()
    console.print(f"recorded in {folder}; see it with: visuomotor report {folder}")
    if any(episode.outcome is Outcome.ERROR for episode in finished):
        raise typer.Exit(1)


def show_step(step: Step) -> None:
    """One line of progress a step."""
    decision = step.decision
    call = call_text(None if decision.call is None else asdict(decision.call)) or "no call"
    thought = f"{decision.thought} " if decision.thought else ""
    line = f"  {step.index + 1:>3}  {escape(thought)}[magenta]{escape(call)}[/magenta]"
    if decision.error:
        line += f"  [red]{escape(decision.error)}[/red]"
    used = decision.usage
    if used.prompt:
        line += f"  [dim]{decision.seconds:.2f} s, {used.cached}/{used.prompt} cached[/dim]"
    console.print(line)


def show_end(episode: Episode) -> None:
    colour = "green" if episode.total_reward > 0 else "red"
    console.print(f"  [{colour}]{episode.outcome}, return {episode.total_reward:g}, {episode.steps} steps[/{colour}]"
                  + (f": {escape(episode.error)}" if episode.error else ""))  # fmt: skip


@app.command()
def report(
    run: Annotated[Path, typer.Argument(help="A run's folder.")],
    out: Annotated[Path | None, typer.Option(help="The page to write; RUN/episodes.html if left out.")] = None,
    most: Annotated[int, typer.Option(min=1, help="Most episodes shown.")] = 50,
) -> None:
    """Write one self-contained HTML page of a run: every screenshot with its action, thought, text and timing."""
    page = out or run / "episodes.html"
    total = write_report(run, page, most)
    console.print(f"wrote {page} ({min(most, total)} of {total} episodes)")


@app.command()
def train(
    runs: Annotated[list[Path], typer.Argument(help="Folders of recorded runs; their finished episodes are learnt.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The checkpoint to start from.")] = "cards",
    out: Annotated[Path, typer.Option(help="Checkpoints and loss.jsonl; an unfinished training there goes on.")] = Path(
        "runs/train"
    ),
    freeze: Annotated[str, typer.Option(help="none, vision, vision-encoder or language.")] = "vision",
    epochs: Annotated[float, typer.Option(min=0)] = 1.0,
    batch: Annotated[int, typer.Option(min=1, help="Episodes a process at a time.")] = 1,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches added up before a step.")] = 16,
    learning_rate: Annotated[float, typer.Option(min=0)] = 1e-5,
    max_pixels: Annotated[int | None, typer.Option(min=784, help="Cap on a screenshot's area.")] = None,
    min_return: Annotated[float | None, typer.Option(help="Leave out episodes that returned less.")] = None,
    bf16: Annotated[bool, typer.Option("--bf16", help="Train in bfloat16 (GPUs).")] = False,
    checkpointing: Annotated[bool, typer.Option("--checkpointing", help="Trade time for memory.")] = False,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 200,
    seed: Annotated[int, typer.Option()] = 0,
) -> None:
    """Fine-tune a checkpoint on recorded episodes, with the loss on the assistant's own words only.

    On several GPUs: accelerate launch -m agent.cli train RUNS …
    """
    from agent.demonstrations import Demonstrations, Selection

    try:
        from model.training.memory import estimate
        from model.training.trainer import TrainOptions, as_frozen, fine_tune
    except ImportError as error:
        raise MissingExtraError("training", "train", error) from error

    demonstrations = Demonstrations(runs, Selection(min_return))
    settings = {
        "model": model, "runs": [str(run) for run in runs], "min_return": min_return, "freeze": freeze, "seed": seed,
        "epochs": epochs, "batch": batch, "accumulate": accumulate, "learning_rate": learning_rate,
    }  # fmt: skip
    open_run(out, settings, resume=True)
    options = TrainOptions(
        epochs=epochs, batch=batch, accumulate=accumulate, learning_rate=learning_rate, freeze=as_frozen(freeze),
        bf16=bf16, gradient_checkpointing=checkpointing, save_every=save_every, seed=seed, max_pixels=max_pixels,
    )  # fmt: skip
    console.print(f"{len(demonstrations)} episodes; {estimate(model, options).sentence()}")
    final = fine_tune(model, demonstrations, out, options)
    console.print(f"wrote {final}; the loss curve is {out / 'loss.jsonl'}")


@app.command()
def envs() -> None:
    """List the environments."""
    table = Table("name", "id", "what it is", "extra", box=None)
    for spec in SPECS.values():
        table.add_row(spec.name, spec.id, spec.summary, spec.extra or "-")
    console.print(table)


@app.command()
def doctor() -> None:
    """Check the installation; exit status 1 if something is broken."""
    findings = [*_broken, *examine(Path.cwd())]
    marks = {"good": "[green]ok[/green]  ", "bad": "[red]BAD[/red] ", "info": "[dim]--[/dim]  "}
    for finding in findings:
        console.print(f"{marks[finding.state]} {finding.what}: {escape(finding.detail)}")
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()

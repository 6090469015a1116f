"""`visuomotor run`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from agent.brake import Brake
from agent.choose import make_policy
from agent.commands.answering import GREEDY, Answering, with_answering
from agent.commands.options import ModelSpec, Resume
from agent.commands.show import console, show_end, show_step
from agent.consent import Consent, ask_person
from agent.episode import Episode, Outcome
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import Policy, World, space_of
from agent.record import Recorder, finished_episode
from agent.runfolder import open_run, run_folder
from agent.settings import parse_flags, parse_settings
from agent.takeover import HasTakeover, take_over
from envs.base import EnvError
from envs.options import options_of
from envs.registry import EnvSpec, find, make_env
from envs.thor.grounding import HasSegmenter
from model.segmenter.registry import make_segmenter

HELP = """Run an agent in an environment and record every step.

An environment's own options stand beside these, as `visuomotor envs NAME` lists them. For example:

visuomotor run Points24 --seed 0

A file called stop in the run's folder ends it after the step under way, as Ctrl-C does.

visuomotor run browser --url https://example.org --task "Find the phone number" --model Qwen/Qwen2-VL-7B-Instruct

visuomotor run android --standin --task "Set an alarm for 7:30" --model oracle
"""


@with_answering()
def run(
    context: typer.Context,
    env: Annotated[str, typer.Argument(help="An environment, as `visuomotor envs` lists them.")],
    model: ModelSpec = "cards",
    task: Annotated[str, typer.Option(help="What to do; an env that has tasks of its own may draw one.")] = "",
    seed: Annotated[int, typer.Option(help="The first episode's seed; each next one adds one.")] = 0,
    episodes: Annotated[int, typer.Option(min=1)] = 1,
    steps: Annotated[int, typer.Option(min=1, help="Most steps an episode.")] = 100,
    seconds: Annotated[float | None, typer.Option(min=0, help="Most seconds an episode.")] = None,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/ENV-TIME if left out.")] = None,
    resume: Resume = False,
    pace: Annotated[float, typer.Option(min=0, help="Least seconds between two actions.")] = 0.0,
    confirm: Annotated[
        bool,
        typer.Option(
            help="Ask before what pays, deletes, sends, submits, downloads or uploads, or types a secret on a phone."
        ),
    ] = True,
    temperature: Annotated[
        float | None, typer.Option(min=0, help="0 is greedy; the checkpoint's own if left out.")
    ] = None,
    segmenter: Annotated[
        str, typer.Option(help="Of what a box shows in a household: classical, sam:FILE or sam:HUB-ID.")
    ] = "classical",
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the env as key=value; may be repeated.")
    ] = None,
    answering: Answering = GREEDY,
) -> None:
    spec = find(env)
    given = parse_settings(setting or []) | parse_flags(spec, context.args, _own_flags(context))
    world = _make_world(spec, given, segmenter, asked=not _given_none(context, "segmenter"))
    if _given_none(context, "model") and spec.checkpoint != model:
        console.print(
            f"[yellow]no --model is given: {model} plays, which ships, was trained on the card games alone and knows "
            f"nothing of {spec.name}[/yellow]"
        )
    policy = make_policy(
        model, dialect=answering.dialect, options=answering.options,
        sampling=replace(answering.sampling, temperature=temperature), constrained=not answering.free,
    )  # fmt: skip
    folder = run_folder(out, spec.name, resume=resume)
    settings = {
        "env": spec.name, "model": policy.describe(), "task": task, "settings": _plain(given),
        "temperature": temperature, "max_tokens": answering.max_tokens, "steps": steps, "seconds": seconds,
    }  # fmt: skip
    open_run(folder, settings, resume=resume)
    series = Series(spec, Consent(world, ask_person) if confirm else world, policy, folder, task)
    put_back = False
    try:
        finished = list(series.play(range(seed, seed + episodes), Budget(steps, seconds), Brake(folder, pace)))
    finally:
        put_back = _close(world)
    console.print(f"recorded in {folder}; see it with: visuomotor report {folder}")
    if not put_back or any(episode.outcome is Outcome.ERROR for episode in finished):
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Series:
    """Episodes of one task in one world, one after the other, each shown and recorded."""

    spec: EnvSpec
    world: World
    policy: Policy
    folder: Path
    task: str

    def play(self, seeds: range, budget: Budget, brake: Brake) -> Iterator[Episode]:
        """Every episode; one that is recorded whole already is not played again."""
        for seed in seeds:
            console.print(f"[bold]{self.spec.name}[/bold] seed {seed}{': ' + escape(self.task) if self.task else ''}")
            name = f"{self.spec.name}-{seed}"
            episode = finished_episode(self.folder / "episodes" / f"{name}.jsonl")
            if episode is None:
                brake.check()
                header = header_of(self.world, self.policy, self.spec.name, self.task, seed)
                with Recorder(self.folder, name, header, space_of(self.world)) as recorder:
                    episode = play(
                        self.world, self.policy, name=self.spec.name, task=self.task, seed=seed, budget=budget,
                        recorder=recorder, watchers=[show_step, brake],
                    )  # fmt: skip
            show_end(episode)
            yield episode


def _make_world(spec: EnvSpec, given: dict[str, Any], segmenter: str, *, asked: bool) -> World:
    """The env, made before minutes of loading a model; `given` gets the segmenter, which decides what comes out too.

    Args:
        asked: whether the segmenter was named; an env that has that option keeps its own default otherwise.
    """
    own = any(option.name == "segmenter" for option in options_of(spec))
    if own and asked:
        given["segmenter"] = segmenter
    world = make_env(spec.name, **given)
    if isinstance(world.unwrapped, HasTakeover):
        world.unwrapped.takeover = take_over
    if isinstance(world.unwrapped, HasSegmenter) and not own:
        world.unwrapped.segmenter = make_segmenter(segmenter)
        given["segmenter"] = segmenter
    return world


def _close(world: World) -> bool:
    """Whether all was put back; what was not is said, and the episodes are recorded, and count, all the same."""
    try:
        world.close()
    except EnvError as error:
        console.print(f"[yellow]{escape(str(error))}[/yellow]")
        return False
    return True


def _given_none(context: typer.Context, name: str) -> bool:
    """Whether an option was left out."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"


def _own_flags(context: typer.Context) -> list[str]:
    return [flag for parameter in context.command.params for flag in parameter.opts if flag.startswith("--")]


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """As JSON would give it back, so that a run resumed has equal settings."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(settings.items())}

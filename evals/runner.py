"""Plays many episodes, in several processes if asked, each recorded and none played twice."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from agent.choose import check_model, make_policy
from agent.episode import Episode, Outcome, Step
from agent.guard import Budget
from agent.play import Watcher, header_of, play
from agent.policy import Policy, space_of
from agent.record import Recorder, finished_episode, read_episode
from agent.runfolder import open_run
from envs.base import EnvError
from envs.registry import make_env
from model.base import ModelError, Sampling
from model.registry import ModelOptions


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to play. `name` is its file's, unique in the run."""

    name: str
    env: str
    seed: int
    task: str = ""
    env_options: dict[str, Any] = field(default_factory=dict)


def jobs_of(family: str, tasks: Sequence[str], seeds: range, options: dict[str, Any]) -> list[Job]:
    """An episode for every task and seed; all tasks of one seed first, so that an early stop has seen every task."""
    return [
        Job(f"{task}-{seed:06d}", f"{family}.{task}", seed, env_options=options) for seed in seeds for task in tasks
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole evaluation: what plays, how, and every episode in order."""

    model: str
    jobs: Sequence[Job]
    budget: Budget
    dialect: str | None = None
    options: ModelOptions = field(default_factory=ModelOptions)
    sampling: Sampling = field(default_factory=Sampling)
    constrained: bool = True
    batch: int = 1
    """Episodes at once in a process; their answers share the passes through the model."""
    policy: Callable[[Plan], Policy] | None = None
    """Makes who plays, in every process anew; the model's ordinary policy if left out."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An episode that was played, and what its world could not put back, "" as a rule: the episode counts all the same.

    On a phone, or an emulator, that is for a person to see to.
    """

    name: str
    episode: Episode
    left: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a plan: one Episode a job, in the plan's order, and the model that played."""

    episodes: list[Episode]
    model: dict[str, Any]

    @property
    def errors(self) -> int:
        return sum(episode.outcome is Outcome.ERROR for episode in self.episodes)


def run_plan(
    plan: Plan, out: Path, settings: dict[str, Any], *, workers: int, resume: bool, console: Console
) -> Played:
    """Play every job that has no finished record in `out` yet. What a world could not put back is printed at once.

    Args:
        settings: what identifies the run; resuming with others is refused.
        workers: processes; each holds a model of its own and its share of the cores.

    Raises:
        RecordError, ModelError: what was finished is on disk; run again with --resume.
    """
    # What can be wrong is found before the folder is claimed.
    policy = _policy(plan) if workers == 1 else None
    if policy is None:
        check_model(plan.model, plan.options, plan.dialect)
    for job in plan.jobs[:1]:
        make_env(job.env, **job.env_options).close()
    open_run(out, settings, resume=resume)
    done = {job.name: episode for job in plan.jobs if (episode := finished_episode(_file(out, job))) is not None}
    todo = [job for job in plan.jobs if job.name not in done]
    if done:
        console.print(f"{len(done)} of {len(plan.jobs)} episodes are already recorded in {out}")
    with _progress(console) as progress:
        bar = progress.add_task("episodes", total=len(plan.jobs), completed=len(done))
        played = _in_processes(plan, todo, out, workers) if policy is None else _here(plan, todo, out, policy)
        for ended in played:
            done[ended.name] = ended.episode
            if ended.left:
                console.print(f"[yellow]{escape(f'{ended.name}, after its end: {ended.left}')}[/yellow]")
            progress.advance(bar)
    model = _facts(out, plan) if policy is None else policy.describe()
    return Played([done[job.name] for job in plan.jobs], model)


def exit_status(played: Played) -> int:
    """1 when an episode ended in an error, else 0: for the shell."""
    return 1 if played.errors else 0


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console, refresh_per_second=2)


def _file(out: Path, job: Job) -> Path:
    return out / "episodes" / f"{job.name}.jsonl"


def _policy(plan: Plan) -> Policy:
    if plan.policy is not None:
        return plan.policy(plan)
    return make_policy(
        plan.model, dialect=plan.dialect, options=plan.options, sampling=plan.sampling, constrained=plan.constrained
    )


def _play(plan: Plan, job: Job, out: Path, policy: Policy, watchers: Sequence[Watcher] = ()) -> Ended:
    world = make_env(job.env, **job.env_options)
    try:
        header = header_of(world, policy, job.env, job.task, job.seed)
        with Recorder(out, job.name, header, space_of(world)) as recorder:
            episode = play(
                world, policy, name=job.env, task=job.task, seed=job.seed, budget=plan.budget, recorder=recorder,
                watchers=watchers,
            )  # fmt: skip
    except BaseException:
        world.close()  # the run ends here, and what this raises says more than that
        raise
    try:
        world.close()
    except EnvError as error:
        return Ended(job.name, episode, str(error))
    return Ended(job.name, episode)


def _here(plan: Plan, jobs: Sequence[Job], out: Path, policy: Policy) -> Iterator[Ended]:
    if plan.batch > 1:
        yield from _together(plan, jobs, out, policy)
        return
    for job in jobs:
        yield _play(plan, job, out, policy)


def _together(plan: Plan, jobs: Sequence[Job], out: Path, policy: Policy) -> Iterator[Ended]:
    """Several episodes at once, a thread each: the model completes the answers asked for at one time together."""
    ending = threading.Event()

    def halt(step: Step) -> None:
        if ending.is_set():
            raise KeyboardInterrupt

    with ThreadPoolExecutor(plan.batch, thread_name_prefix="episode") as pool:
        try:
            futures = [pool.submit(_play, plan, job, out, policy.sibling(), [halt]) for job in jobs]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            # Those under way end after their step, recorded as interrupted; the others are never begun.
            ending.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


_worker: tuple[Plan, Policy] | None = None
"""This worker process's plan and policy."""


def _start_worker(plan: Plan, threads: int) -> None:
    global _worker
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read when torch is first imported, which is below
    _worker = plan, _policy(plan)


def _end_with(parent: int) -> None:
    """A worker whose parent was killed must not play on: the resumed run would play the same episodes beside it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _work(jobs: Sequence[Job], out: Path) -> list[Ended]:
    assert _worker is not None
    plan, policy = _worker
    return list(_here(plan, jobs, out, policy))


def _in_processes(plan: Plan, jobs: Sequence[Job], out: Path, workers: int) -> Iterator[Ended]:
    threads = max(1, (os.cpu_count() or 1) // workers)
    # spawn, not fork: a forked torch may deadlock in its thread pool.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _start_worker, (plan, threads))
    try:
        groups = [jobs[start : start + plan.batch] for start in range(0, len(jobs), plan.batch)]
        futures = [pool.submit(_work, group, out) for group in groups]
        for future in as_completed(futures):
            yield from future.result()
    except BrokenProcessPool as error:
        raise ModelError(
            "a worker process died (out of memory, or the model could not be loaded); what was finished is recorded. "
            "Go on with --resume, perhaps with fewer --workers"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _facts(out: Path, plan: Plan) -> dict[str, Any]:
    """The model's own description, as the first episode's record holds it."""
    if not plan.jobs:
        return {"model": plan.model}
    return read_episode(_file(out, plan.jobs[0])).header.model

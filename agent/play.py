"""Plays a whole episode: the loop, its consumers, and whatever goes wrong turned into an outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from agent.episode import Episode, Outcome, Step
from agent.guard import Budget
from agent.policy import Policy, World, space_of
from agent.record import Header, Recorder
from agent.rollout import rollout
from envs.base import EnvError
from model.base import ModelError, Usage

Watcher = Callable[[Step], None]


class Tally:
    """Sums an episode's steps as they come."""

    def __init__(self, env: str, task: str, seed: int | None) -> None:
        self._env, self._task, self._seed = env, task, seed
        self.last: Step | None = None
        self._steps = 0
        self._reward = 0.0
        self._unparsable = 0
        self._usage = Usage()
        self._started = time.monotonic()

    def add(self, step: Step) -> None:
        self.last = step
        self._steps += 1
        self._reward += step.reward
        self._unparsable += step.decision.action is None
        self._usage += step.decision.usage

    def episode(self, outcome: Outcome, error: str = "") -> Episode:
        return Episode(
            env=self._env,
            task=self._task,
            seed=self._seed,
            outcome=outcome,
            steps=self._steps,
            total_reward=self._reward,
            facts=dict(self.last.info) if self.last is not None else {},
            unparsable=self._unparsable,
            usage=self._usage,
            seconds=round(time.monotonic() - self._started, 4),
            error=error,
        )


def play(
    env: World,
    policy: Policy,
    *,
    name: str,
    task: str = "",
    seed: int | None = None,
    budget: Budget,
    recorder: Recorder | None = None,
    watchers: Sequence[Watcher] = (),
) -> Episode:
    """Play one episode to its end and return its account.

    A broken world or model ends it as ERROR, recorded like any other. On Ctrl-C the record is closed as INTERRUPTED
    and KeyboardInterrupt goes on. RecordError propagates: a run that cannot be written must not go on.
    """
    tally = Tally(name, task, seed)

    def close(outcome: Outcome, error: str = "") -> Episode:
        episode = tally.episode(outcome, error)
        if recorder is not None:
            recorder.end(episode, tally.last)
        return episode

    try:
        for step in rollout(env, policy, task=task, seed=seed, budget=budget):
            tally.add(step)
            if recorder is not None:
                recorder.step(step)
            for watch in watchers:
                watch(step)
    except (EnvError, ModelError) as error:
        return close(Outcome.ERROR, f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        close(Outcome.INTERRUPTED)
        raise
    assert tally.last is not None
    assert tally.last.outcome is not None
    return close(tally.last.outcome)


def header_of(world: World, policy: Policy, env: str, task: str, seed: int | None) -> Header:
    """The first line of an episode's record."""
    facts = policy.describe()
    functions = [asdict(schema) for schema in space_of(world).schema()]
    return Header(env, task, seed, facts, str(facts.get("dialect", "qwen")), functions)

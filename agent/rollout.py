"""The loop: see, decide, act, see again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

import gymnasium

from actions.space import Action
from agent.episode import Outcome, Step
from agent.guard import Budget, Guard
from agent.policy import Policy
from envs.base import Observation


def rollout(
    env: gymnasium.Env[Observation, Action], policy: Policy, *, task: str = "", seed: int | None = None, budget: Budget
) -> Iterator[Step]:
    """Play one episode and yield every step as it is done; the last one carries the outcome.

    A mistake of the model's comes back to it as a note, the world untouched. EnvError and ModelError propagate:
    what was yielded before them has happened.
    """
    observation, info = env.reset(seed=seed, options={"task": task})
    policy.begin(env, seed)
    guard, note, fresh = Guard(budget), "", True
    for index in count():
        decision = policy.decide(observation if fresh else None, note)
        before, reward, terminated, truncated, started = observation, 0.0, False, False, time.monotonic()
        if decision.action is not None:
            observation, gain, terminated, truncated, info = env.step(decision.action)
            reward = float(gain)
        told = guard.watch(decision, before, observation)
        ended = Outcome.TERMINATED if terminated else Outcome.TRUNCATED if truncated else guard.verdict(index + 1)
        yield Step(
            index=index,
            observation=before,
            fresh=fresh,
            note=note,
            decision=decision,
            reward=reward,
            terminated=terminated,
            truncated=truncated,
            info=info,
            seconds=time.monotonic() - started,
            after=observation,
            outcome=ended,
        )
        if ended is not None:
            return
        note, fresh = told, decision.action is not None

"""Who decides: a model, an env's own oracle, or chance."""

from __future__ import annotations

import time
import zlib
from dataclasses import replace
from typing import Any, Protocol

import gymnasium
import numpy as np

from actions.call import CallError
from actions.dialects.base import Dialect
from actions.space import Action, ActionSpace
from agent import prompt
from agent.episode import Decision
from envs.base import EnvError, HasOracle, Observation
from model.base import Completion, Model, ModelError, Sampling, Session

World = gymnasium.Env[Observation, Action]

_CUT = (
    "The text was longer than an answer may be and was cut off, so nothing was done. Write less, or in several calls."
)


class Policy(Protocol):
    """Chooses actions, one episode at a time."""

    name: str

    def begin(self, env: World, seed: int | None) -> None:
        """A new episode starts in `env`, just reset."""
        ...

    def decide(self, observation: Observation | None, note: str) -> Decision:
        """The next action. `observation` is None when the world was not touched since the last decision."""
        ...

    def sibling(self) -> Policy:
        """Another like it, for an episode played at the same time."""
        ...

    def describe(self) -> dict[str, Any]: ...


def space_of(env: World) -> ActionSpace:
    """The env's action space. Raises EnvError when it is not one of ours."""
    if not isinstance(env.action_space, ActionSpace):
        raise EnvError(f"{env} does not take function calls: its action space is {env.action_space}")
    return env.action_space


def oracle_of(env: World) -> HasOracle:
    """The env as one that knows the best next action. Raises EnvError when it does not."""
    world = env.unwrapped
    if not isinstance(world, HasOracle):
        raise EnvError(f"{type(world).__name__} has no oracle; choose another --model")
    return world


class ModelPolicy:
    """A model in a dialect: the whole episode is one session, so a step costs one observation.

    Args:
        constrained: answers follow the grammar of the env's actions, so that every one is a valid call (where the
            model can be held to one: a server cannot).
        tools: declare the env's functions in a server's own interface too.
    """

    def __init__(
        self,
        model: Model,
        dialect: Dialect,
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        system: str = "",
        constrained: bool = True,
        tools: bool = False,
    ) -> None:
        self.name = model.name
        self._model = model
        self._dialect = dialect
        self._sampling = replace(sampling, stop=tuple(dict.fromkeys((*dialect.stop, *sampling.stop))))
        self._system = system
        self._constrained = constrained
        self._tools = tools
        self._space: ActionSpace | None = None
        self._session: Session | None = None
        self._last: Completion | None = None

    def begin(self, env: World, seed: int | None) -> None:
        self._space, self._session, self._last = space_of(env), self._model.session(), None
        grammar = self._dialect.grammar(self._space) if self._constrained else None
        tools = tuple(self._space.schema()) if self._tools else ()
        self._sampling = replace(self._sampling, seed=seed or 0, grammar=grammar, tools=tools)

    def decide(self, observation: Observation | None, note: str) -> Decision:
        if self._session is None or self._space is None:
            raise ModelError("a policy decides only after begin()")
        if self._last is not None:
            self._session.append(prompt.result(self._dialect, observation, note, self._last.stop))
        elif observation is not None:
            for message in prompt.opening(self._space.schema(), self._dialect, observation, self._system):
                self._session.append(message)
        started = time.monotonic()
        self._last = self._session.complete(self._sampling)
        return self._read(self._last, time.monotonic() - started)

    def _read(self, completion: Completion, seconds: float) -> Decision:
        assert self._space is not None
        decision = Decision(
            action=None,
            text=completion.text,
            thought=self._dialect.thought(completion.text),
            finish=completion.finish,
            stop=completion.stop,
            usage=completion.usage,
            seconds=seconds,
        )
        if completion.cut:
            return replace(decision, error=_CUT)
        try:
            call = self._dialect.parse(completion.text)
            decision = replace(decision, call=call)
            return replace(decision, action=self._space.decode(call, self._dialect.scale))
        except CallError as error:
            return replace(decision, error=str(error))

    def describe(self) -> dict[str, Any]:
        held = self._constrained and self._model.constrains
        return {**self._model.describe(), "dialect": self._dialect.name, "constrained": held, "tools": self._tools}

    def sibling(self) -> ModelPolicy:
        return ModelPolicy(self._model, self._dialect, self._sampling, self._system, self._constrained, self._tools)


class OraclePolicy:
    """Asks the env itself: the ceiling, and the demonstrations models are trained on."""

    name = "oracle"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._env: World | None = None
        self._oracle: HasOracle | None = None
        self._first = True

    def begin(self, env: World, seed: int | None) -> None:
        self._oracle, self._env, self._first = oracle_of(env), env, True

    def decide(self, observation: Observation | None, note: str) -> Decision:
        assert self._env is not None
        assert self._oracle is not None
        thought, action = self._oracle.oracle()
        call = space_of(self._env).encode(action, self._dialect.scale)
        text = self._dialect.answer(thought, call, first=self._first).removesuffix(self._dialect.stop[0])
        self._first = False
        return Decision(action=action, text=text, thought=thought, call=call, stop=self._dialect.stop[0])

    def describe(self) -> dict[str, Any]:
        return {"engine": "oracle", "model": "oracle", "dialect": self._dialect.name}

    def sibling(self) -> OraclePolicy:
        return OraclePolicy(self._dialect)


class RandomPolicy:
    """Uniform over the action space, from the episode's seed: the floor."""

    name = "random"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._space: ActionSpace | None = None

    def begin(self, env: World, seed: int | None) -> None:
        # Worlds differ: with the seed alone, every one of them would be played with the same draws.
        world = zlib.crc32(env.spec.id.encode()) if env.spec is not None else 0
        drawn = None if seed is None else np.random.default_rng([seed, world])
        self._space = ActionSpace(space_of(env).actions, seed=drawn)

    def decide(self, observation: Observation | None, note: str) -> Decision:
        assert self._space is not None
        action = self._space.sample()
        call = self._space.encode(action, self._dialect.scale)
        return Decision(action=action, text=self._dialect.render(call), call=call, stop=self._dialect.stop[0])

    def describe(self) -> dict[str, Any]:
        return {"engine": "random", "model": "random", "dialect": self._dialect.name}

    def sibling(self) -> RandomPolicy:
        return RandomPolicy(self._dialect)

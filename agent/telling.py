"""An env's oracle posing as a model: its calls are written as text and go the whole way that a model's do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.dialects.base import Dialect
from agent.episode import Decision
from agent.policy import ModelPolicy, World, oracle_of, space_of
from envs.base import Observation
from model.base import GREEDY, Completion, Generated, Message, ModelError, Sampling, Usage


class OracleModel:
    """Answers with what the oracle of one env would do, thought included, in a dialect.

    Raises:
        EnvError: when the env has no oracle.
    """

    constrains = False

    def __init__(self, env: World, dialect: Dialect) -> None:
        self.name = "oracle-text"
        self.dialect = dialect.name
        self._writer = dialect
        self._env = env
        self._oracle = oracle_of(env)

    def session(self) -> OracleSession:
        return OracleSession(self)

    def describe(self) -> dict[str, Any]:
        return {"engine": "oracle", "model": self.name}

    def answer(self, *, first: bool) -> str:
        """The whole ideal answer to the state the env is in now, stop string included."""
        thought, action = self._oracle.oracle()
        return self._writer.answer(thought, space_of(self._env).encode(action, self._writer.scale), first=first)


class OracleSession:
    """One episode's messages. It cannot be forked: there is one world, and it has moved on."""

    def __init__(self, model: OracleModel) -> None:
        self._model = model
        self._messages: list[Message] = []
        self._answers = 0

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._messages)

    def append(self, message: Message) -> None:
        self._messages.append(message)

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        completion = self.propose(sampling)
        self._answers += 1
        self._messages.append(Message("assistant", (completion.part,)))
        return completion

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        whole = self._model.answer(first=self._answers == 0)
        stop = next((stop for stop in sampling.stop if whole.endswith(stop)), None)
        usage = Usage(prompt=len(self._messages) + 1, completion=len(whole.split()))
        return Completion(whole.removesuffix(stop or ""), "stop" if stop else "end", stop, Generated(whole), usage)

    def fork(self) -> OracleSession:
        raise ModelError("an oracle's session cannot be forked: there is only one world")


class OracleTextPolicy:
    """The oracle by way of prompt, completion, parser and space: what it solves, the whole path can carry."""

    name = "oracle-text"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._inner: ModelPolicy | None = None

    def begin(self, env: World, seed: int | None) -> None:
        self._inner = ModelPolicy(OracleModel(env, self._dialect), self._dialect)
        self._inner.begin(env, seed)

    def decide(self, observation: Observation | None, note: str) -> Decision:
        if self._inner is None:
            raise ModelError("a policy decides only after begin()")
        return self._inner.decide(observation, note)

    def describe(self) -> dict[str, Any]:
        return {"engine": "oracle", "model": self.name, "dialect": self._dialect.name}

    def sibling(self) -> OracleTextPolicy:
        return OracleTextPolicy(self._dialect)

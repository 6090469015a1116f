"""Who plays recorded episodes: a model, with the history it is to be given."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from actions.call import FunctionCall
from actions.dialects.base import Dialect
from actions.dialects.literal import write_object
from agent import prompt
from agent.choose import BUILT_IN, dialect_of, make_policy
from agent.episode import Decision
from agent.policy import ModelPolicy, Policy, World
from envs.base import EnvError, Observation
from envs.replay.env import AitzReplay
from envs.replay.gold import gold_action
from envs.replay.space import Unanswered
from evals.runner import Plan
from model.base import Completion, Generated, Message, Model, ModelError, Sampling, Session
from model.registry import make_model

History = Literal["none", "gold", "own"]
Observations = Literal["screens", "text"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a model is shown of the steps before.

    history       none: every step is a conversation of its own; gold: the recorded actions stand in place of the
                  model's own answers; own: its own answers
    observations  screens: the conversation goes on, screenshots kept as far as the window holds them; text: every
                  step is one turn, with the earlier actions as lines of text and the newest screenshot alone
    """

    history: History = "gold"
    observations: Observations = "screens"

    def __post_init__(self) -> None:
        for name, kinds in (("history", get_args(History)), ("observations", get_args(Observations))):
            if getattr(self, name) not in kinds:
                raise EnvError(f"--{name} is one of {', '.join(kinds)}, not {getattr(self, name)!r}")

    @property
    def continues(self) -> bool:
        """Whether an episode is one conversation."""
        return self.history != "none" and self.observations == "screens"

    def told(self) -> dict[str, str | None]:
        """As figures carry them."""
        return {"history": self.history, "observations": shown(self.history, self.observations)}


def shown(history: str | None, observations: str | None) -> str | None:
    """The observations as figures carry them: without a history no earlier screen is shown, whatever was asked for."""
    return "none" if history == "none" else observations


def make_replay_policy(conditions: Conditions, plan: Plan) -> Policy:
    """The policy of a plan's model; the oracle and chance look at no history. Raises ModelError."""
    if plan.model in BUILT_IN:
        return make_policy(plan.model, dialect=plan.dialect)
    if plan.dialect is not None:
        dialect_of(plan.dialect)
    model = make_model(plan.model, replace(plan.options, dialect=plan.dialect))
    dialect = dialect_of(plan.dialect or model.dialect)
    return ReplayPolicy(model, dialect, plan.sampling, conditions, plan.constrained, plan.options.tools)


class ReplayPolicy(ModelPolicy):
    """A model under conditions. An answer without a valid action is handed on as `Unanswered`: the replay goes on."""

    def __init__(
        self,
        model: Model,
        dialect: Dialect,
        sampling: Sampling,
        conditions: Conditions,
        constrained: bool = True,
        tools: bool = False,
    ) -> None:
        super().__init__(model, dialect, sampling, constrained=constrained, tools=tools)
        self._conditions = conditions
        self._world: AitzReplay | None = None
        self._answer: tuple[Generated, str | None] | None = None
        self._calls: list[FunctionCall | None] = []

    def begin(self, env: World, seed: int | None) -> None:
        super().begin(env, seed)
        world = env.unwrapped
        if not isinstance(world, AitzReplay):
            raise EnvError(f"{type(world).__name__} is no recorded episode; only those can be replayed")
        self._world, self._answer, self._calls = world, None, []

    def decide(self, observation: Observation | None, note: str) -> Decision:
        if self._session is None or self._world is None or observation is None:
            raise ModelError("a replay decides after begin(), and on a screen")
        self._session = self._shown(self._session, observation)
        started = time.monotonic()
        if self._conditions.history == "own" and self._conditions.continues:
            completion = self._session.complete(self._sampling)
        else:
            completion = self._session.propose(self._sampling)
        decision = self._read(completion, time.monotonic() - started)
        self._remember(completion, decision)
        # Teacher forcing: the world goes on to its next screen also where there was no answer.
        return decision if decision.action is not None else replace(decision, action=Unanswered())

    def _shown(self, session: Session, observation: Observation) -> Session:
        """The session that is to answer this screen: the one so far, or a new one."""
        assert self._space is not None
        skipped = self._skipped()
        if not self._conditions.continues:
            self._calls += skipped
            session = self._model.session()
            observation = {"image": observation["image"], "text": observation["text"] + self._earlier()}
        elif skipped:
            lines = [observation["text"], "Done before this screen, on screens that are missing:", *map(_line, skipped)]
            observation = {"image": observation["image"], "text": "\n".join(line for line in lines if line)}
        if self._answer is None or not self._conditions.continues:
            for message in prompt.opening(self._space.schema(), self._dialect, observation):
                session.append(message)
            return session
        answer, stop = self._answer
        if self._conditions.history == "gold":
            session.append(Message.of("assistant", answer))
        session.append(prompt.result(self._dialect, observation, "", stop))
        return session

    def _skipped(self) -> list[FunctionCall]:
        """What was recorded on screens that could not be shown: gold history holds it, for it changed the world."""
        assert self._space is not None
        assert self._world is not None
        if self._conditions.history != "gold":
            return []
        return [self._space.encode(gold_action(step), self._dialect.scale) for step in self._world.skipped]

    def _remember(self, completion: Completion, decision: Decision) -> None:
        """What stands for this step in the history of the next, told before the world moves on."""
        assert self._space is not None
        assert self._world is not None
        if self._conditions.history == "own":
            self._answer, call = (completion.part, completion.stop), decision.call
            if decision.action is None:
                call = None
        else:
            call = self._space.encode(self._world.oracle()[1], self._dialect.scale)
            written = self._dialect.answer("", call, first=self._answer is None)
            self._answer = Generated(written), self._dialect.stop[0]
        if self._conditions.history != "none":
            self._calls.append(call)

    def _earlier(self) -> str:
        """The actions before this step as text: none at the first step, all but this one's at any other."""
        if not self._calls:
            return ""
        lines = [f"{number}. {_line(call)}" for number, call in enumerate(self._calls, 1)]
        return "\n".join(["", "Actions so far:", *lines])

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), **self._conditions.told()}

    def sibling(self) -> ReplayPolicy:
        return ReplayPolicy(
            self._model, self._dialect, self._sampling, self._conditions, self._constrained, self._tools
        )


def _line(call: FunctionCall | None) -> str:
    """A call as a line of history."""
    return "no valid action" if call is None else f"{call.name} {write_object(call.arguments)}"

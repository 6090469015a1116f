"""A model on recorded episodes: what it is shown of the steps before, and that nothing is computed twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from actions.dialects.literal import write_object
from actions.dialects.registry import make_dialect
from agent.episode import Decision
from agent.guard import Budget
from agent.rollout import rollout
from envs.base import EnvError
from envs.registry import make_env
from envs.replay.aitz import read_set
from envs.replay.gold import gold_action
from envs.replay.space import ReplaySpace, Unanswered
from envs.replay.step import AitzEpisode
from evals.aitz import replay
from evals.aitz.replay import Conditions, ReplayPolicy, make_replay_policy
from evals.runner import Plan
from model.base import GREEDY, Completion, Generated, Message, Sampling, Text, Usage
from model.qwen2vl.model import Qwen2VL
from model.registry import ModelOptions
from model.scripted import ScriptedModel
from tests.envs.replay.made import change, first_json, make

BUDGET = Budget(steps=None, errors=10**9, repeats=10**9)
SHORT = Sampling(max_tokens=6, temperature=0.0)
DIALECT = make_dialect("qwen")


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("zoo")
    make(root, 3)
    return root


@pytest.fixture(scope="module")
def episode(zoo: Path) -> AitzEpisode:
    return max(read_set(zoo).episodes, key=lambda one: len(one.steps))


class EchoModel:
    """Answers with how many screens it was shown, and keeps every conversation it was asked to continue."""

    name, dialect, constrains = "echo", "qwen", False

    def __init__(self, answer: str = "") -> None:
        self.asked: list[list[Message]] = []
        self.answer = answer

    def session(self) -> EchoSession:
        return EchoSession(self, [])

    def describe(self) -> dict[str, Any]:
        return {"engine": "echo", "model": "echo"}


class EchoSession:
    def __init__(self, model: EchoModel, messages: Sequence[Message]) -> None:
        self._model = model
        self._messages = list(messages)

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._messages)

    def append(self, message: Message) -> None:
        self._messages.append(message)

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        self._model.asked.append(list(self._messages))
        screens = sum(len(message.images) for message in self._messages)
        answer = self._model.answer or f'✿FUNCTION✿: answer\n✿ARGS✿: {{"text": "{screens}"}}\n'
        part = Generated(answer + DIALECT.stop[0])
        self._messages.append(Message("assistant", (part,)))
        return Completion(answer, "stop", DIALECT.stop[0], part, Usage())

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        return self.fork().complete(sampling)

    def fork(self) -> EchoSession:
        return EchoSession(self._model, self._messages)


def play(zoo: Path, episode: AitzEpisode, policy: ReplayPolicy, **options) -> list[Decision]:
    env = make_env("AITZ", root=str(zoo), episode=episode.episode_id, **options)
    return [step.decision for step in rollout(env, policy, seed=0, budget=BUDGET)]


def written(messages: Sequence[Message]) -> list[str]:
    """The calls that stand in a conversation as the model's own words."""
    return [part.text for message in messages for part in message.parts if isinstance(part, Generated)]


def told(messages: Sequence[Message]) -> str:
    return "".join(part.text for message in messages for part in message.parts if isinstance(part, Text))


def gold_calls(episode: AitzEpisode) -> list[str]:
    return [DIALECT.render(ReplaySpace().encode(gold_action(step), DIALECT.scale)) for step in episode.steps]


def test_with_gold_history_every_step_sees_the_gold_of_those_before_and_of_no_other(zoo, episode):
    model = EchoModel()
    decisions = play(zoo, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions("gold", "screens")))
    gold = gold_calls(episode)
    assert len(model.asked) == len(decisions) == len(episode.steps)
    for number, messages in enumerate(model.asked):
        # None at step 0, all but its own at step n: published runners sliced the list at step_id - 1 instead.
        calls = written(messages)
        assert len(calls) == number
        assert all(call.strip(": \n").startswith(gold[at].strip()) for at, call in enumerate(calls))
        assert sum(len(message.images) for message in messages) == number + 1
        assert not any(line in told(messages) for line in gold[number:])
    assert [decision.call.arguments["text"] for decision in decisions if decision.call] == [
        str(number + 1) for number in range(len(gold))
    ]


def test_with_own_history_every_step_sees_the_models_own_answers(zoo, episode):
    model = EchoModel()
    play(zoo, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions("own", "screens")))
    for number, messages in enumerate(model.asked):
        assert ['"text": "' in call for call in written(messages)] == [True] * number
        assert sum(len(message.images) for message in messages) == number + 1


def test_without_history_every_step_is_a_conversation_of_its_own_with_the_goal(zoo, episode):
    model = EchoModel()
    play(zoo, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions("none", "screens")), repeat_goal=True)
    for messages in model.asked:
        assert written(messages) == []
        assert sum(len(message.images) for message in messages) == 1
        assert messages[-1].parts[0] == Text(episode.instruction)


@pytest.mark.parametrize("history", ["gold", "own"])
def test_as_text_the_earlier_actions_are_lines_and_their_screens_are_gone(zoo, episode, history):
    model = EchoModel()
    play(zoo, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions(history, "text")), repeat_goal=True)
    golds = [ReplaySpace().encode(gold_action(step), DIALECT.scale).name for step in episode.steps]
    for number, messages in enumerate(model.asked):
        assert sum(len(message.images) for message in messages) == 1
        lines = told(messages[1:]).splitlines()
        assert lines[0] == episode.instruction
        assert lines[1:2] == (["Actions so far:"] if number else [])
        names = [line.split()[1] for line in lines[2:]]
        assert names == (golds[:number] if history == "gold" else ["answer"] * number)


@pytest.mark.parametrize("observations", ["screens", "text"])
def test_gold_history_holds_what_was_done_on_a_screen_that_is_missing(tmp_path, observations):
    make(tmp_path, 1)
    (episode,) = read_set(tmp_path).episodes
    assert episode.steps[1].image is not None
    episode.steps[1].image.unlink()
    calls = [ReplaySpace().encode(gold_action(step), DIALECT.scale) for step in episode.steps]
    line = f"{calls[1].name} {write_object(calls[1].arguments)}"
    for history in ("gold", "own"):
        model = EchoModel()
        play(tmp_path, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions(history, observations)))  # type: ignore[arg-type]
        heard = ["".join(told(messages[1:])) for messages in model.asked]
        assert [line in text for text in heard[:2]] == [False, history == "gold"]
        if (history, observations) == ("gold", "text"):
            names = [row.split()[1] for row in heard[1].splitlines() if row[:2] in ("1.", "2.")]
            assert names == [calls[0].name, calls[1].name]


def test_gold_history_of_a_list_out_of_order_holds_nothing_of_later_steps(tmp_path):
    make(tmp_path, 1)
    change(first_json(tmp_path), lambda steps: steps.reverse())
    (episode,) = read_set(tmp_path).episodes
    model = EchoModel()
    play(tmp_path, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions("gold", "text")))
    entries = json.loads(first_json(tmp_path).read_text())
    assert [step.step_id for step in episode.steps] == sorted(entry["step_id"] for entry in entries)
    names = [ReplaySpace().encode(gold_action(step), DIALECT.scale).name for step in episode.steps]
    last = told(model.asked[-1][1:]).splitlines()
    assert [row.split()[1] for row in last if row[:1].isdigit()] == names[:-1]


@pytest.mark.parametrize("history", ["none", "gold", "own"])
@pytest.mark.parametrize("observations", ["screens", "text"])
def test_an_answer_without_an_action_does_not_stop_the_recording(zoo, episode, history, observations):
    model = EchoModel("I do not know.")
    decisions = play(zoo, episode, ReplayPolicy(model, DIALECT, SHORT, Conditions(history, observations)))
    assert len(decisions) == len(episode.steps)
    assert all(decision.action == Unanswered() and decision.call is None and decision.error for decision in decisions)
    if (history, observations) == ("own", "text"):
        assert told(model.asked[-1]).count("no valid action") == len(episode.steps) - 1


def test_the_prefix_of_gold_history_is_computed_once_and_changes_no_answer(zoo, episode, tiny_checkpoint):
    model = Qwen2VL(str(tiny_checkpoint))
    policy = ReplayPolicy(model, DIALECT, SHORT, Conditions("gold", "screens"))
    env = make_env("AITZ", root=str(zoo), episode=episode.episode_id)
    before = 0
    for number, step in enumerate(rollout(env, policy, seed=0, budget=BUDGET)):
        usage = step.decision.usage
        assert usage.images_encoded == 1  # this screen, none of the earlier ones
        assert usage.cached >= before - len("assistant\n") - 6  # all that was there, but for the opening of the turn
        assert (usage.cached > 0) == (number > 0)
        before = usage.prompt
        assert policy._session is not None
        fresh = model.session()
        for message in policy._session.messages:
            fresh.append(message)
        again = fresh.complete(policy._sampling)
        assert (again.text, again.finish) == (step.decision.text, step.decision.finish)
        assert (again.usage.prompt, again.usage.cached) == (usage.prompt, 0)
        if number == 3:
            return
    raise AssertionError("the episode is too short for this test")


def test_a_policy_for_recordings_refuses_a_live_world():
    policy = ReplayPolicy(ScriptedModel([]), DIALECT, SHORT, Conditions())
    with pytest.raises(EnvError, match="no recorded episode"):
        policy.begin(make_env("NumberLine"), 0)
    with pytest.raises(EnvError, match="--history is one of none, gold, own"):
        Conditions(history="all")  # type: ignore[arg-type]


def test_what_is_asked_of_a_server_reaches_the_replay_and_its_siblings(monkeypatch):
    asked = []

    def make_model(name: str, options: ModelOptions) -> EchoModel:
        asked.append((name, options.dialect, options.tools))
        return EchoModel()

    monkeypatch.setattr(replay, "make_model", make_model)
    plan = Plan("http://127.0.0.1/v1", (), Budget(), dialect="hermes", options=ModelOptions(tools=True))
    policy = make_replay_policy(Conditions("gold", "screens"), plan)
    assert asked == [("http://127.0.0.1/v1", "hermes", True)]
    told = policy.describe()
    assert (told["tools"], told["dialect"]) == (True, "hermes")
    assert policy.sibling().describe() == told

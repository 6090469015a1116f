"""The loop, its guard and what it makes of mistakes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import gymnasium
import numpy as np
import pytest

from actions.cards import Plus
from actions.dialects.qwen import QwenDialect
from agent.episode import Decision, Episode, Outcome, Step
from agent.guard import Budget, Guard
from agent.play import play
from agent.policy import ModelPolicy, OraclePolicy, RandomPolicy
from agent.rollout import rollout
from envs.base import EnvError, Observation
from envs.registry import make_env
from model.base import GREEDY, Completion, Image, ModelError, Sampling
from model.scripted import ScriptedModel, ScriptedSession

PLUS = "up\n✿FUNCTION✿: Plus\n✿ARGS✿: {}\n✿RESULT✿"
MINUS = PLUS.replace("Plus", "Minus")
BUDGET = Budget(steps=20)


def scripted(*answers: str) -> ModelPolicy:
    return ModelPolicy(ScriptedModel(answers), QwenDialect())


def run(policy: ModelPolicy, task: str = "1 3", budget: Budget = BUDGET, steps: list[Step] | None = None) -> Episode:
    kept = steps if steps is not None else []
    return play(
        make_env("NumberLine"), policy, name="NumberLine", task=task, seed=0, budget=budget, watchers=[kept.append]
    )


def test_a_game_is_played_to_its_end() -> None:
    steps: list[Step] = []
    episode = run(scripted(PLUS, ": " + PLUS), steps=steps)
    assert (episode.outcome, episode.steps, episode.total_reward) == (Outcome.TERMINATED, 2, 1.0)
    assert [step.decision.thought for step in steps] == ["up", "up"]
    assert steps[0].outcome is None
    assert episode.facts["goal_reached"]


def test_the_model_sees_goal_and_screens_and_never_the_info() -> None:
    model = ScriptedModel([PLUS, PLUS])
    opened = []
    policy = ModelPolicy(model, QwenDialect())
    begin = model.session
    model.session = lambda: opened.append(begin()) or opened[-1]  # type: ignore[method-assign]
    list(rollout(make_env("NumberLine"), policy, task="1 3", seed=0, budget=BUDGET))
    messages = opened[0].messages
    assert [message.role for message in messages] == ["system", "user", "assistant", "assistant", "assistant"]
    assert len([part for message in messages for part in message.parts if isinstance(part, Image)]) == 2
    words = " ".join(part.text for message in messages for part in message.parts if not isinstance(part, Image))
    assert "Move the current number" in words
    assert "goal_reached" not in words


def test_a_mistake_goes_back_to_the_model_and_the_world_waits() -> None:
    steps: list[Step] = []
    episode = run(scripted("I would go up.", "✿FUNCTION✿: Jump\n✿RESULT✿", PLUS, PLUS), steps=steps)
    assert episode.outcome is Outcome.TERMINATED
    assert episode.unparsable == 2
    assert "No function was called" in steps[1].note
    assert "'Jump'" in steps[2].note
    assert [step.fresh for step in steps] == [True, False, False, True]
    assert steps[1].info["current"] == 1  # the world was not touched


def test_a_call_whose_text_was_cut_is_not_carried_out() -> None:
    """It is a whole call and decodes, and says less than was meant."""

    class Cutting(ScriptedSession):
        def complete(self, sampling: Sampling = GREEDY) -> Completion:
            first = self._given == 0
            return replace(super().complete(sampling), cut=first)

    model = ScriptedModel([PLUS, PLUS, PLUS])
    model.session = lambda: Cutting([PLUS] * 3)  # type: ignore[method-assign]
    steps: list[Step] = []
    episode = run(ModelPolicy(model, QwenDialect()), steps=steps)
    assert (episode.outcome, episode.steps, episode.unparsable) == (Outcome.TERMINATED, 3, 1)
    assert steps[0].decision.action is None
    assert "cut off" in steps[1].note
    assert steps[0].info["current"] == 1  # the world was not touched


def test_an_answer_that_is_never_valid_ends_the_episode() -> None:
    episode = run(scripted(*["hm"] * 9))
    assert (episode.outcome, episode.steps, episode.unparsable) == (Outcome.UNPARSABLE, 3, 3)


def test_repeating_on_an_unchanged_screen_is_told_then_ended() -> None:
    steps: list[Step] = []
    episode = run(scripted(*[MINUS] * 20), task="0 5", steps=steps)
    assert (episode.outcome, episode.steps) == (Outcome.STUCK, 6)
    assert [bool(step.note) for step in steps] == [False, False, False, True, True, True]
    assert "not changed" in steps[3].note


def test_budgets_end_an_episode() -> None:
    assert run(scripted(*[PLUS, MINUS] * 5), budget=Budget(steps=4)).outcome is Outcome.OUT_OF_STEPS
    assert run(scripted(*[PLUS, MINUS] * 5), budget=Budget(seconds=0.0)).outcome is Outcome.OUT_OF_TIME


def test_the_worlds_own_limit_is_a_truncation() -> None:
    assert run(scripted(*[PLUS, MINUS] * 5), task="1 4").outcome is Outcome.TRUNCATED


def test_a_model_that_breaks_is_an_error_that_counts() -> None:
    episode = run(scripted(PLUS))
    assert (episode.outcome, episode.steps) == (Outcome.ERROR, 1)
    assert "script holds 1 answers" in episode.error


def test_a_task_that_does_not_exist_is_an_error_naming_what_does() -> None:
    episode = run(scripted(PLUS), task="fly")
    assert episode.outcome is Outcome.ERROR
    assert "0 to 5" in episode.error


def test_the_same_action_on_a_changing_screen_is_no_repetition() -> None:
    guard, screen = Guard(Budget(steps=None)), [observation(value) for value in range(9)]
    for before, after in pairwise(screen):
        assert guard.watch(Decision(Plus(), ""), before, after) == ""
    assert guard.verdict(8) is None


def test_different_actions_on_an_unchanged_screen_are_no_repetition() -> None:
    from actions.cards import Minus

    guard, still = Guard(Budget(steps=None)), observation(0)
    for action in [Plus(), Minus()] * 5:
        assert guard.watch(Decision(action, ""), still, still) == ""
    assert guard.verdict(10) is None


def test_the_guard_reads_the_clock_it_is_given() -> None:
    now = [0.0]
    guard = Guard(Budget(seconds=5), clock=lambda: now[0])
    assert guard.verdict(1) is None
    now[0] = 5.0
    assert guard.verdict(1) is Outcome.OUT_OF_TIME


def test_random_play_is_repeatable_and_the_oracle_wins() -> None:
    def steps(policy: RandomPolicy) -> list[str]:
        return [s.decision.text for s in rollout(make_env("EZPoints"), policy, seed=4, budget=BUDGET)]

    assert steps(RandomPolicy(QwenDialect())) == steps(RandomPolicy(QwenDialect()))
    last = list(rollout(make_env("EZPoints"), OraclePolicy(QwenDialect()), seed=4, budget=BUDGET))[-1]
    assert (last.outcome, last.reward) == (Outcome.TERMINATED, 10.0)


def test_an_env_without_an_oracle_says_so() -> None:
    class Blind(gymnasium.Env):  # type: ignore[type-arg]
        def reset(self, **kwargs: object) -> tuple[Observation, dict[str, object]]:
            return observation(0), {}

    with pytest.raises(EnvError, match="has no oracle"):
        list(rollout(Blind(), OraclePolicy(QwenDialect()), budget=BUDGET))


def test_deciding_before_an_episode_began_is_refused() -> None:
    with pytest.raises(ModelError, match="begin"):
        scripted(PLUS).decide(observation(0), "")


def observation(value: int) -> Observation:
    return {"image": np.full((2, 2, 3), value, np.uint8), "text": ""}

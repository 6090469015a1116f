"""An oracle that poses as a model plays as the oracle itself does."""

from __future__ import annotations

import pytest

from actions.dialects.hermes import HermesDialect
from actions.dialects.qwen import QwenDialect
from agent.choose import make_policy
from agent.guard import Budget
from agent.play import play
from agent.telling import OracleModel
from envs.base import EnvError
from envs.registry import make_env
from model.base import ModelError


@pytest.mark.parametrize("game", ["NumberLine", "Blackjack", "EZPoints", "Points24"])
@pytest.mark.parametrize("dialect", ["qwen", "hermes"])
def test_every_game_goes_through_text_as_it_goes_without(game: str, dialect: str) -> None:
    for seed in range(5):
        told, shown = (
            play(make_env(game), make_policy(name, dialect=dialect), name=game, seed=seed, budget=Budget())
            for name in ("oracle-text", "oracle")
        )
        assert (told.outcome, told.steps, told.total_reward) == (shown.outcome, shown.steps, shown.total_reward)
        assert told.unparsable == 0


@pytest.mark.parametrize("dialect", [QwenDialect(), HermesDialect()])
def test_its_answers_are_the_dialects_ideal_ones(dialect: QwenDialect | HermesDialect) -> None:
    env = make_env("NumberLine")
    env.reset(seed=0)
    thought, action = env.unwrapped.oracle()  # type: ignore[attr-defined]
    session = OracleModel(env, dialect).session()
    completion = session.complete()
    assert completion.part.text == dialect.answer(
        thought,
        env.action_space.encode(action, dialect.scale),
        first=True,  # type: ignore[attr-defined]
    )
    with pytest.raises(ModelError, match="cannot be forked"):
        session.fork()


def test_an_env_without_an_oracle_is_refused_with_what_to_do() -> None:
    with pytest.raises(EnvError, match="BrowserEnv has no oracle; choose another --model"):
        OracleModel(make_env("browser"), QwenDialect())


def test_a_model_says_whether_it_can_be_held_to_a_grammar() -> None:
    from agent.policy import ModelPolicy
    from model.scripted import ScriptedModel

    assert ModelPolicy(ScriptedModel(["x"]), QwenDialect()).describe()["constrained"] is False

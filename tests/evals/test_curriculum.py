"""The lessons are repeatable, keep away from evaluation seeds, and say what the loop says."""

from __future__ import annotations

import random

import pytest

from actions.dialects.qwen import QwenDialect
from agent.guard import Budget
from agent.policy import ModelPolicy, OraclePolicy
from agent.rollout import rollout
from envs.cards.game import CardGame
from envs.registry import make_env
from evals.cards.curriculum import (
    FIRST_STEPS,
    FIRST_TRAINING_SEED,
    LONG_HANDS,
    WHOLE_GAMES,
    CardCurriculum,
    Stage,
    make_lesson,
)
from model.base import Image, Message
from model.scripted import ScriptedModel, ScriptedSession


def flat(messages: object) -> list[tuple[str, object]]:
    assert isinstance(messages, list | tuple)
    return [
        (m.role, p if isinstance(p, Image) else p.text) for m in messages if isinstance(m, Message) for p in m.parts
    ]


def test_a_lesson_depends_on_its_index_alone() -> None:
    one, two = CardCurriculum(400, 4, FIRST_STEPS), CardCurriculum(400, 4, FIRST_STEPS)
    for index in (0, 17, 399):
        assert flat(list(one[index])) == flat(list(two[index]))
    assert flat(list(one[0])) != flat(list(CardCurriculum(400, 4, FIRST_STEPS, seed=1)[0]))


@pytest.mark.parametrize("stages", [FIRST_STEPS, WHOLE_GAMES, LONG_HANDS])
def test_every_lesson_is_taught_and_the_shares_add_up(stages: tuple[Stage, ...]) -> None:
    curriculum = CardCurriculum(4000, 4, stages)
    taught = {curriculum.lesson(index) for index in range(4000)}
    assert taught == {lesson for stage in stages for lesson in stage.lessons}
    assert sum(stage.share for stage in stages) == pytest.approx(1.0)


def test_training_never_deals_an_evaluation_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []
    reset = CardGame.reset

    def note(self: CardGame, *, seed: int | None = None, options: object = None) -> object:
        seeds.append(seed)
        return reset(self, seed=seed, options=options)  # type: ignore[arg-type]

    monkeypatch.setattr(CardGame, "reset", note)
    for index in range(60):
        make_lesson("NumberLine/1", random.Random(index))
    assert len(seeds) == 60
    assert min(seed for seed in seeds if seed is not None) >= FIRST_TRAINING_SEED


@pytest.mark.parametrize("game", ["NumberLine", "Blackjack", "EZPoints", "Points24"])
def test_a_taught_game_is_word_for_word_what_a_session_is_given(game: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int | None] = []
    reset = CardGame.reset

    def note(self: CardGame, *, seed: int | None = None, options: object = None) -> object:
        seeds.append(seed)
        return reset(self, seed=seed, options=options)  # type: ignore[arg-type]

    monkeypatch.setattr(CardGame, "reset", note)
    taught = make_lesson(game, random.Random(7))
    seed, dialect = seeds[-1], QwenDialect()
    answers = [
        step.decision.text + dialect.stop[0]
        for step in rollout(make_env(game), OraclePolicy(dialect), seed=seed, budget=Budget())
    ]
    model, opened = ScriptedModel(answers), list[ScriptedSession]()
    begin = model.session
    monkeypatch.setattr(model, "session", lambda: opened.append(begin()) or opened[-1])
    list(rollout(make_env(game), ModelPolicy(model, dialect), seed=seed, budget=Budget()))
    assert flat(list(taught)) == flat(list(opened[0].messages))

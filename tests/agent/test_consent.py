"""What cannot be taken back waits for a person; where nobody is, it is not done."""

from __future__ import annotations

import io
from typing import Any

import gymnasium
import numpy as np
import pytest

from actions.browser import Click, Done, mini_page_space
from actions.dialects.qwen import QwenDialect
from actions.point import Point
from actions.space import Action
from agent.consent import Consent, Question, ask_person, crop_of
from agent.guard import Budget
from agent.play import play
from agent.policy import ModelPolicy
from envs.base import Intent, Observation, observation_space
from model.scripted import ScriptedModel

PAY = Click(Point(0.5, 0.5))
LOOK = Click(Point(0.1, 0.1))


class Shop(gymnasium.Env[Observation, Action]):
    """Paying is a click in the middle."""

    def __init__(self) -> None:
        self.action_space = mini_page_space()
        self.observation_space = observation_space(4, 4)
        self.done: list[Action] = []

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.done = []
        return self._seen("a shop"), {"orders": 0}

    def step(self, action: Action) -> Any:
        self.done.append(action)
        return self._seen("done"), 0.0, isinstance(action, Done), False, {"orders": self.done.count(PAY)}

    def intent(self, action: Action) -> Intent | None:
        return Intent(("pay", "submit"), "click “Pay”") if action == PAY else None

    def _seen(self, text: str) -> Observation:
        return {"image": np.full((4, 4, 3), len(self.done), np.uint8), "text": text}


def test_what_only_looks_is_never_asked_about() -> None:
    env = Consent(Shop(), ask=lambda question: pytest.fail(f"asked about {question}"))
    env.reset(seed=0)
    observation, *_, info = env.step(LOOK)
    assert observation["text"] == "done"
    assert "consent" not in info


def test_a_refusal_leaves_the_world_untouched_and_is_told_and_recorded() -> None:
    shop = Shop()
    env = Consent(shop, ask=lambda question: f"no {question.intent.what}")
    before, _ = env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step(PAY)
    assert shop.done == []
    assert observation["text"] == "no click “Pay”"
    assert np.array_equal(observation["image"], before["image"])
    assert (reward, terminated, truncated, info["orders"]) == (0.0, False, False, 0)
    assert info["consent"] == {"what": "click “Pay”", "kinds": ["pay", "submit"], "refused": "no click “Pay”"}


def test_consent_lets_it_happen_once_and_says_so_in_the_record() -> None:
    shop = Shop()
    env = Consent(shop, ask=lambda question: None)
    env.reset(seed=0)
    *_, info = env.step(PAY)
    assert shop.done == [PAY]
    assert info["consent"]["refused"] == ""
    assert "consent" not in env.step(LOOK)[-1]


def test_only_the_kinds_that_were_named_are_asked_about() -> None:
    shop = Shop()
    env = Consent(shop, ask=lambda question: "no", kinds=("delete",))
    env.reset(seed=0)
    env.step(PAY)
    assert shop.done == [PAY]


def test_where_nobody_can_answer_the_answer_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # no terminal, whatever it says
    assert "nobody is there to ask" in str(ask_person(Question(Intent(("pay",), "click “Pay”"), PAY, None)))


@pytest.mark.parametrize(("typed", "allowed"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_a_person_at_a_terminal_is_asked_and_only_yes_is_yes(
    typed: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.StringIO(typed)
    monkeypatch.setattr(stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", stdin)
    answer = ask_person(Question(Intent(("pay",), "click “Pay”"), PAY, None))
    assert (answer is None) == allowed
    assert allowed or "the person did not allow to click “Pay”" in str(answer)


def test_a_model_that_wants_to_pay_against_consent_never_does() -> None:
    dialect = QwenDialect()
    shop = Shop()
    space = shop.action_space
    answers = [dialect.answer("", space.encode(action, dialect.scale), first=not number)
               for number, action in enumerate([PAY, PAY, Done()])]  # fmt: skip
    policy = ModelPolicy(ScriptedModel(answers), dialect)
    episode = play(Consent(shop, ask=lambda question: "no"), policy, name="shop", seed=0, budget=Budget(steps=5))
    assert episode.steps == 3
    assert shop.done == [Done()]


def test_what_is_shown_is_the_screen_around_the_point_and_never_outside_it() -> None:
    image = np.zeros((300, 400, 3), np.uint8)
    image[140:160, 190:210] = 255
    middle = crop_of(image, Click(Point(0.5, 0.5)))
    assert middle is not None
    assert middle.shape == (96, 96, 3)
    assert middle[48, 48].tolist() == [255, 255, 255]
    for point in (Point(0, 0), Point(1, 1), Point(1, 0)):
        corner = crop_of(image, Click(point))
        assert corner is not None
        assert corner.size > 0
    assert crop_of(image, Done()) is None

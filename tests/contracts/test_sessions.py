"""What every Session keeps to, whatever completes behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.base import Generated, Image, Message, Model, Sampling
from model.qwen2vl.model import Qwen2VL
from model.remote.model import RemoteModel
from model.scripted import ScriptedModel
from tests.model.test_remote import Server, server, url  # noqa: F401 - a fixture

SCREEN = Image(np.arange(60 * 60 * 3, dtype=np.uint8).reshape(60, 60, 3))
SHORT = Sampling(max_tokens=4, temperature=0.0)


@pytest.fixture(params=["scripted", "remote", "qwen2vl"])
def model(request: pytest.FixtureRequest) -> Model:
    makers: dict[str, Callable[[], Model]] = {
        "scripted": lambda: ScriptedModel(["up", "up", "up", "up"]),
        "remote": lambda: RemoteModel(url(_server(request))),
        "qwen2vl": lambda: Qwen2VL(str(_folder(request))),
    }
    return makers[request.param]()


def _server(request: pytest.FixtureRequest) -> Server:
    found = request.getfixturevalue("server")
    assert isinstance(found, Server)
    return found


def _folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue("tiny_checkpoint"))


def test_a_completion_joins_the_history(model: Model) -> None:
    session = model.session()
    session.append(Message.of("user", "the screen", SCREEN))
    completion = session.complete(SHORT)
    assert session.messages[0].images == (SCREEN,)
    assert session.messages[-1].role == "assistant"
    assert session.messages[-1].parts == (completion.part,)
    assert isinstance(completion.part, Generated)
    assert completion.part.text.startswith(completion.text)
    assert completion.usage.prompt > 0


def test_forks_do_not_share_what_comes_after(model: Model) -> None:
    session = model.session()
    session.append(Message.of("user", "the screen"))
    twin = session.fork()
    twin.append(Message.of("user", "agent"))
    twin.complete(SHORT)
    assert len(session.messages) == 1
    assert session.complete(SHORT).text == model_answer(model)


def model_answer(model: Model) -> str:
    fresh = model.session()
    fresh.append(Message.of("user", "the screen"))
    return fresh.complete(SHORT).text


def test_the_same_messages_bring_the_same_answer(model: Model) -> None:
    assert model_answer(model) == model_answer(model)


def test_a_model_describes_itself_for_the_record(model: Model) -> None:
    facts = model.describe()
    assert facts["model"]
    assert facts["engine"]
    assert model.dialect in ("qwen", "hermes")


def test_a_proposal_is_what_would_be_written_and_leaves_no_trace(model: Model) -> None:
    session = model.session()
    session.append(Message.of("user", "the screen", SCREEN))
    before = session.messages
    proposed = session.propose(SHORT)
    assert session.messages == before
    assert session.propose(SHORT).text == proposed.text
    completed = session.complete(SHORT)
    assert (completed.text, completed.part.text) == (proposed.text, proposed.part.text)


def test_after_a_proposal_its_prompt_is_not_computed_again(tiny_checkpoint: Path) -> None:
    session = Qwen2VL(str(tiny_checkpoint)).session()
    session.append(Message.of("user", "the screen", SCREEN))
    seen = len(session.tokens)
    first = session.propose(SHORT).usage
    session.append(Message.of("assistant", "up"))
    session.append(Message.of("user", "seen"))
    second = session.propose(SHORT).usage
    assert (first.images_encoded, second.images_encoded) == (1, 0)
    assert second.cached >= seen  # all but the turn that was opened for the answer

"""What forced tokens are worth: real answers dictated to the engine, held to the grammar and free."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import torch

from actions.dialects.base import Dialect
from actions.dialects.hermes import HermesDialect
from actions.dialects.qwen import QwenDialect
from actions.point import Point
from actions.space import Action, ActionSpace
from model.base import Message, Sampling
from model.qwen2vl.answer import Answer
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession


@dataclass(frozen=True, slots=True)
class Click(Action, name="click"):
    """Press at a point."""

    point: Annotated[Point, "where"]


@dataclass(frozen=True, slots=True)
class Swipe(Action, name="swipe"):
    """Move a finger over the screen."""

    direction: Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class Write(Action, name="type"):
    """Type into the field that has the focus."""

    text: str


@dataclass(frozen=True, slots=True)
class Press(Action, name="press"):
    """Press a key of the device."""

    key: Literal["back", "home", "enter"]


@dataclass(frozen=True, slots=True)
class Done(Action, name="done"):
    """The task is over."""

    status: Literal["complete", "impossible"]


PHONE = ActionSpace([Click, Swipe, Write, Press, Done])
"""The actions AITZ records, and no more."""

_KEYS: dict[int, Literal["back", "home", "enter"]] = {5: "back", 6: "home", 7: "enter"}


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer of an episode: what was thought, and what was done."""

    thought: str
    action: Action


@dataclass(frozen=True, slots=True)
class Forced:
    """One answer both ways. `tokens` written, `forced` of them, and the passes and seconds after the prompt."""

    action: str
    dialect: str
    tokens: int
    forced: int
    passes: int
    seconds: float
    free_passes: int
    free_seconds: float


def episodes(data: Path) -> list[list[Turn]]:
    """Every AITZ episode below a folder, with its thoughts (`coat_action_think`), the longest first.

    None where there is no data.
    """
    found: dict[str, list[Turn]] = {}
    for path in sorted(data.glob("**/*.json")):
        steps = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(steps, list) and steps and "result_action_type" in steps[0]:
            for step in steps:
                turn = Turn(str(step.get("coat_action_think", "")), _action(step))
                found.setdefault(str(step["episode_id"]), []).append(turn)
    return sorted(found.values(), key=len, reverse=True)


def _action(step: dict[str, Any]) -> Action:
    """A step's gold action (codes of the AITZ annotation: 3 type, 4 touch, 5-7 keys, 10 and 11 the end)."""
    kind = int(step["result_action_type"])
    if kind == 3:
        return Write(str(step["result_action_text"]))
    if kind in _KEYS:
        return Press(_KEYS[kind])
    if kind in (10, 11):
        return Done("complete" if kind == 10 else "impossible")
    (y, x), (y2, x2) = json.loads(step["result_touch_yx"]), json.loads(step["result_lift_yx"])
    if abs(y - y2) <= 0.04 and abs(x - x2) <= 0.04:
        return Click(Point(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)))
    if abs(y - y2) >= abs(x - x2):
        return Swipe("up" if y2 < y else "down")
    return Swipe("left" if x2 < x else "right")


def measure(model: Qwen2VL, turns: Sequence[Turn], repeats: int = 3) -> list[Forced]:
    """Write every turn's ideal answer in both dialects, with its thought (once) and without (medians of `repeats`)."""
    found = []
    for dialect in (QwenDialect(), HermesDialect()):
        for turn in turns:
            call = PHONE.encode(turn.action, dialect.scale)
            for thought in dict.fromkeys((turn.thought, "")):
                answer = dialect.answer(thought, call, first=True)
                name = f"{call.name}{' after a thought' if thought else ''}"
                found.append(_measure(model, dialect, answer, name, 1 if thought else repeats))
    return found


def _measure(model: Qwen2VL, dialect: Dialect, answer: str, name: str, repeats: int) -> Forced:
    held = [_write(model, answer, dialect.grammar(PHONE), dialect) for _ in range(repeats)]
    free = [_write(model, answer, None, dialect) for _ in range(repeats)]
    one, other = held[0].answer, free[0].answer
    return Forced(
        name, dialect.name, len(other.ids), one.forced, one.passes, sorted(h.seconds for h in held)[repeats // 2],
        other.passes, sorted(f.seconds for f in free)[repeats // 2],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guessed:
    """A whole episode in one session: passes and seconds of decoding, with and without guesses from the history."""

    way: str
    tokens: int
    guessed: int
    passes: int
    seconds: float


def guess(model: Qwen2VL, turns: Sequence[Turn], most: Sequence[int]) -> list[Guessed]:
    """Dictate an episode, thoughts included, with guesses of up to each of `most` tokens (0: none), held and free."""
    dialect = QwenDialect()
    found = []
    for held in (False, True):
        for lookup in most:
            session = model.session()
            session.append(Message.of("system", dialect.declare(PHONE.schema())))
            tokens = guessed = passes = 0
            seconds = 0.0
            for number, turn in enumerate(turns):
                session.append(Message.of("user" if number == 0 else "assistant", f"Step {number}.", *_frame(number)))
                call = PHONE.encode(turn.action, dialect.scale)
                written = _dictate(
                    model, session, dialect.answer(turn.thought, call, first=number == 0),
                    Sampling(max_tokens=2048, temperature=0.0, stop=dialect.stop, lookup=lookup,
                             grammar=dialect.grammar(PHONE) if held else None),
                )  # fmt: skip
                tokens += len(written.answer.ids)
                guessed, passes = guessed + written.answer.drafted, passes + written.answer.passes
                seconds += written.seconds
            found.append(Guessed(f"{'held' if held else 'free'}, up to {lookup}", tokens, guessed, passes, seconds))
    return found


def _frame(number: int) -> tuple[str, ...]:
    return () if number == 0 else ("\n✿RETURN✿",)


@dataclass(frozen=True, slots=True)
class _Written:
    answer: Answer
    seconds: float


class _Dictated(Answer):
    """Chooses what it is told to, whatever the logits say; everything else is as always."""

    dictation: Sequence[int] = ()

    def _choose(self, logits: torch.Tensor) -> int:
        super()._choose(logits)
        return self.dictation[len(self.ids)]


def _write(model: Qwen2VL, text: str, grammar: str | None, dialect: Dialect) -> _Written:
    session = model.session()
    session.append(Message.of("user", "Go on."))
    sampling = Sampling(max_tokens=2048, temperature=0.0, stop=dialect.stop, grammar=grammar, lookup=0)
    return _dictate(model, session, text, sampling)


def _dictate(model: Qwen2VL, session: QwenSession, text: str, sampling: Sampling) -> _Written:
    task = session.begin(sampling, _Dictated)
    answer = task.answer
    assert isinstance(answer, _Dictated)
    answer.dictation = model.checkpoint.encoder.text(text)
    engine = model.batch.engine
    engine.step([task])  # the prompt, and the first token with it
    started = time.perf_counter()
    while answer.finish is None:
        engine.step([task])
    seconds = time.perf_counter() - started
    session.settle(task)
    return _Written(answer, seconds)

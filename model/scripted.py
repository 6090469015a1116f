"""A model that answers from a list: for tests, examples and replays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.base import GREEDY, Completion, Generated, Message, ModelError, Sampling, Usage


class ScriptedModel:
    """Every session answers with the same texts in order. A text may include the stop string it ends with."""

    def __init__(self, answers: Sequence[str], name: str = "scripted", dialect: str = "qwen") -> None:
        self.name = name
        self.dialect = dialect
        self.constrains = False
        self._answers = tuple(answers)

    def session(self) -> ScriptedSession:
        return ScriptedSession(self._answers)

    def describe(self) -> dict[str, Any]:
        return {"engine": "scripted", "model": self.name, "answers": len(self._answers)}


class ScriptedSession:
    """Raises ModelError when the script runs out."""

    def __init__(self, answers: Sequence[str], given: int = 0, messages: Sequence[Message] = ()) -> None:
        self._answers = tuple(answers)
        self._given = given
        self._messages = list(messages)

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._messages)

    def append(self, message: Message) -> None:
        self._messages.append(message)

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        if self._given >= len(self._answers):
            raise ModelError(f"the script holds {self._given} answers, and one more was asked for")
        whole = self._answers[self._given]
        self._given += 1
        stop = next((stop for stop in sampling.stop if whole.endswith(stop)), None)
        part = Generated(whole)
        self._messages.append(Message("assistant", (part,)))
        text = whole.removesuffix(stop) if stop else whole
        usage = Usage(prompt=len(self._messages), completion=len(whole.split()))
        return Completion(text, "stop" if stop else "end", stop, part, usage)

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        return self.fork().complete(sampling)

    def fork(self) -> ScriptedSession:
        return ScriptedSession(self._answers, self._given, self._messages)

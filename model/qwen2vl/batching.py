"""Completions asked for by several threads at once run together: whoever comes while a pass is on joins the next."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from model.base import Completion, ModelError, Sampling
from model.qwen2vl.engine import Engine, Task


class Conversation(Protocol):
    """What a batch needs of a session."""

    def begin(self, sampling: Sampling) -> Task:
        """An answer to the conversation as it stands, not begun yet. Raises ContextOverflowError."""
        ...

    def settle(self, task: Task) -> Completion:
        """Keep what a finished task wrote."""
        ...

    def abandon(self) -> None:
        """Forget whatever an unfinished answer has put into the cache."""
        ...


@dataclass(eq=False)
class _Request:
    session: Conversation
    sampling: Sampling
    task: Task | None = None
    completion: Completion | None = None
    error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.completion is not None or self.error is not None


class Batch:
    """The open requests of one engine. One of the waiting threads drives the passes for all of them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._change = threading.Condition()
        self._open: list[_Request] = []
        self._driven = False
        self._passes = 0

    def complete(self, sessions: Sequence[Conversation], samplings: Sequence[Sampling]) -> list[Completion]:
        """Complete sessions, together with whatever other threads are completing.

        Every completion is what it would have been alone. When one of these cannot begin, fails or is interrupted, the
        others are given up, their sessions as before; one whose answer was finished by then keeps it.

        Raises:
            ContextOverflowError, ModelError: from the sessions.
            ValueError: a session is named twice.
        """
        if len({id(session) for session in sessions}) < len(sessions):
            raise ValueError("a session can be completed only once at a time")
        own = [_Request(session, sampling) for session, sampling in zip(sessions, samplings, strict=True)]
        try:
            with self._change:
                self._open += own
            self._wait(own)
        except BaseException:
            self._give_up(own)
            raise
        if failed := next((request.error for request in own if request.error is not None), None):
            self._give_up(own)
            raise failed
        return [request.completion for request in own if request.completion is not None]

    def _wait(self, own: Sequence[_Request]) -> None:
        while not (all(request.done for request in own) or any(request.error for request in own)):
            driving = False
            try:
                with self._change:
                    if self._driven:
                        self._change.wait()
                        continue
                    driving = True
                    self._driven = True
                    active = list(self._open)
                self._pass(active)
            finally:
                if driving:
                    with self._change:
                        self._open = [request for request in self._open if not request.done]
                        self._driven = False
                        self._passes += 1
                        self._change.notify_all()

    def _pass(self, active: Sequence[_Request]) -> None:
        """Begin what is new, go one pass on with all, settle what is finished. A request's own failure is its alone."""
        for request in active:
            if request.task is None:
                _begin(request)
        running = [request for request in active if request.task is not None and not request.done]
        tasks = [request.task for request in running if request.task is not None]
        try:
            if unfinished := [task for task in tasks if task.answer.finish is None]:
                self.engine.step(unfinished)
        except BaseException as error:
            for request in running:
                request.session.abandon()
                request.error = request.error or ModelError(
                    f"the pass this answer was part of did not finish ({error!r})"
                )
            raise
        for request, task in zip(running, tasks, strict=True):
            if not request.done:
                _settle(request, task)

    def _give_up(self, own: Sequence[_Request]) -> None:
        with self._change:
            self._open = [request for request in self._open if request not in own]
            for request in own:
                if not request.done:
                    request.error = ModelError("the answer was given up")
            # Another thread's pass may still be writing into these caches; later ones do not know them.
            passes = self._passes
            while self._driven and self._passes == passes:
                self._change.wait()
        for request in own:
            if request.completion is None:
                request.session.abandon()


def _begin(request: _Request) -> None:
    try:
        request.task = request.session.begin(request.sampling)
    except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
        request.error = error


def _settle(request: _Request, task: Task) -> None:
    try:
        if task.error is not None:
            raise task.error
        if task.answer.finish is not None:
            request.completion = request.session.settle(task)
    except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
        request.error = error
        request.session.abandon()

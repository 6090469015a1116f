"""An append-only conversation over a KV cache: a step costs its own tokens, not the history's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from model.base import GREEDY, Completion, ContextOverflowError, Message, ModelError, Sampling
from model.qwen2vl.answer import Answer, Prompt
from model.qwen2vl.batching import Batch
from model.qwen2vl.encoding import Encoder
from model.qwen2vl.engine import Task
from model.qwen2vl.history import Change, History, Window, end_position, runs_of
from model.qwen2vl.positions import positions


class QwenSession:
    """The Session contract over one engine, for one thread at a time.

    Whatever interrupts a completion (Ctrl-C, a timeout of the caller's, an error), the history is as it was before and
    the session can be used again.

    Args:
        batch: the engine's, shared by any number of sessions.
        window: how much the conversation may hold.
        encoder: the checkpoint's own, or one with other pixel bounds.
    """

    def __init__(self, batch: Batch, window: Window, encoder: Encoder | None = None) -> None:
        self._batch = batch
        self._engine = batch.engine
        self._history = History(encoder or batch.engine.checkpoint.encoder, window)
        self._cache = batch.engine.cache(window)
        self._opened = False

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._history.messages)

    @property
    def tokens(self) -> tuple[int, ...]:
        """Every token id of the conversation as it stands."""
        return tuple(token for chunk in self._history.chunks for token in chunk.ids)

    @property
    def dropped(self) -> int:
        """Screenshots that have left the window."""
        return self._history.dropped

    @property
    def cache_bytes(self) -> int:
        """What the session's keys and values take, blocks shared with forks included."""
        return self._cache.nbytes

    def append(self, message: Message) -> None:
        self._follow(self._history.add(message))

    def fork(self) -> QwenSession:
        twin = QwenSession(self._batch, self._history.window, self._history.encoder)
        twin._history = self._history.copy()
        twin._cache = self._cache.fork()
        return twin

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        return self._batch.complete([self], [sampling])[0]

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        # A fork could say it too, but what a fork computes of the prompt is lost with it.
        return self._batch.complete([_Proposal(self)], [sampling])[0]

    def begin(self, sampling: Sampling, kind: type[Answer] = Answer) -> Task:
        """An answer to the conversation as it stands, not begun yet. Raises ContextOverflowError.

        Args:
            kind: what writes it; benchmarks listen in.
        """
        history = self._history
        if not history.messages or history.messages[-1].role != "assistant":
            self.append(Message("assistant", ()))
            self._opened = True
        if sampling.max_tokens < 1:
            raise ModelError(f"an answer of {sampling.max_tokens} tokens cannot be written; max_tokens is 1 at least")
        room = min(sampling.max_tokens, history.room)
        if room <= 0:
            raise ContextOverflowError("no room is left in the window for an answer; widen it or raise its reserve")
        vision = self._engine.vision
        before = vision.preprocessing, vision.encoding, vision.encoded
        prompt = self._prompt()
        constraint = self._engine.constraint(sampling.grammar, room)
        return Task(
            kind(self._engine.checkpoint, self._cache, prompt, sampling, room, constraint),
            cached=len(prompt.ids) - len(prompt.embeddings),
            images=vision.encoded - before[2],
            preprocess=vision.preprocessing - before[0],
            encode=vision.encoding - before[1],
        )

    def settle(self, task: Task) -> Completion:
        """Keep what a finished task wrote."""
        prompt = self._history.length
        completion = task.completion(prompt)
        kept = completion.part.tokens or ()
        # What the cache holds beyond the prompt was fed as written; the history may end otherwise.
        self._cache.keep(prompt + _common(task.answer.ids, kept))
        change = self._history.append_generated(completion.part)
        if change != Change(prompt):
            self._follow(change)
        self._opened = False
        return completion

    def abandon(self) -> None:
        """Forget whatever an unfinished answer has put into the cache, and the turn that was opened for it."""
        if self._opened:
            self._opened = False
            self._history.withdraw()
        self._cache.keep(self._history.length)

    def _follow(self, change: Change) -> None:
        """Let the cache go through what the history has."""
        for start, stop in reversed(change.removed):
            if stop <= self._cache.length:
                self._cache.remove(start, stop)
            else:
                self._cache.keep(start)
        if not change.removed:
            self._cache.keep(change.unchanged)

    def _prompt(self) -> Prompt:
        """The conversation, its embeddings and positions from the cached tokens on."""
        history, ids = self._history, self.tokens
        merge = history.encoder.preprocessor.merge
        # The last token is always computed anew: its logits are what the answer starts from.
        self._cache.keep(len(ids) - 1)
        chunks, skip, first = history.chunks, self._cache.length, 0
        while skip >= len(chunks[first].ids):
            skip -= len(chunks[first].ids)
            first += 1
        rest = chunks[first:]
        start = end_position(chunks[:first], merge)
        places = positions((run for chunk in rest for run in runs_of(chunk)), merge, start).ids
        with torch.inference_mode():
            embeddings = self._engine.embed(rest, history.encoder.preprocessor)
        return Prompt(ids, embeddings[skip:], places[:, skip:], history.end)


class _Proposal:
    """A session as a batch sees it, but for the end: the answer is told and not kept."""

    def __init__(self, session: QwenSession) -> None:
        self._session = session

    def begin(self, sampling: Sampling) -> Task:
        return self._session.begin(sampling)

    def settle(self, task: Task) -> Completion:
        completion = task.completion(len(self._session.tokens))
        self._session.abandon()
        return completion

    def abandon(self) -> None:
        self._session.abandon()


def bounded(encoder: Encoder, min_pixels: int | None, max_pixels: int | None) -> Encoder:
    """The encoder with other pixel bounds; None keeps one."""
    preprocessor = encoder.preprocessor
    return Encoder(
        encoder.tokenizer,
        encoder.special,
        replace(
            preprocessor,
            min_pixels=min_pixels if min_pixels is not None else preprocessor.min_pixels,
            max_pixels=max_pixels if max_pixels is not None else preprocessor.max_pixels,
        ),
    )


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """Length of the common prefix."""
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))

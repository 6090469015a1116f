"""Runs answers of any number of sessions together: every pass reads the weights once for all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from model.base import Completion, Generated, Timing, Usage
from model.qwen2vl.answer import PREFILL, Answer
from model.qwen2vl.cache import KVCache
from model.qwen2vl.encoding import Chunk
from model.qwen2vl.grammar import Constraint, GrammarCompiler
from model.qwen2vl.history import Window
from model.qwen2vl.preprocess import Preprocessor
from model.qwen2vl.vision import VisionEncoder
from model.qwen2vl.weights import Checkpoint


@dataclass(eq=False)
class Task:
    """An answer on its way, and what it has cost so far."""

    answer: Answer
    cached: int
    images: int
    preprocess: float = 0.0
    encode: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    error: Exception | None = None
    """What went wrong with this answer alone."""

    def completion(self, prompt: int) -> Completion:
        """What it came to."""
        answer = self.answer
        assert answer.finish is not None
        ids, text = answer.kept()
        return Completion(
            text=text[: answer.match.start] if answer.match else text,
            finish=answer.finish,
            stop=answer.match.stop if answer.match else None,
            part=Generated(text, ids),
            usage=Usage(
                prompt, self.cached, len(answer.ids), self.images, answer.forced, answer.drafted, answer.passes
            ),
            timing=Timing(self.preprocess, self.encode, self.prefill, self.decode),
            cut=answer.cut,
        )


class Engine:
    """A checkpoint at work. One thread at a time; `batching` is for several."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.vision = VisionEncoder(checkpoint.tower)
        self._compiler: GrammarCompiler | None = None

    def cache(self, window: Window) -> KVCache:
        """An empty cache for a session."""
        language = self.checkpoint.language
        return KVCache(language.cache_shape, self.checkpoint.kernels, window.tokens)

    def constraint(self, grammar: str | None, room: int) -> Constraint | None:
        """The state of a grammar before the first of `room` tokens. Raises ModelError for one that does not compile."""
        if grammar is None:
            return None
        if self._compiler is None:
            encoder, language = self.checkpoint.encoder, self.checkpoint.language
            self._compiler = GrammarCompiler(encoder.tokenizer, language.vocabulary)
        return self._compiler.compile(grammar, room)

    def embed(self, chunks: Sequence[Chunk], preprocessor: Preprocessor) -> torch.Tensor:
        """Embeddings (tokens, hidden) of chunks, pictures in their places."""
        language = self.checkpoint.language
        embeddings = language.embed([token for chunk in chunks for token in chunk.ids])
        images = [chunk.image for chunk in chunks if chunk.image is not None]
        remaining = iter(self.vision.features(images, preprocessor))
        at = 0
        for chunk in chunks:
            if chunk.image is not None:
                embeddings[at + 1 : at + len(chunk.ids) - 1] = next(remaining).to(embeddings)
            at += len(chunk.ids)
        return embeddings

    @torch.inference_mode()
    def step(self, tasks: Sequence[Task]) -> None:
        """One pass for tasks that are not finished. What one of them alone trips over becomes its `error`."""
        started = time.perf_counter()
        answers = [task.answer for task in tasks]
        prefilling = [answer.prefilling for answer in answers]
        share = PREFILL // max(1, sum(prefilling))
        feeds = [answer.feed(max(1, share)) for answer in answers]
        language = self.checkpoint.language
        hidden = language.forward(feeds)
        ends, at = [], 0
        for answer, feed in zip(answers, feeds, strict=True):
            at += len(feed)
            ends.append(slice(at - answer.rows, at))
        logits = _split(language.logits, hidden, ends)
        for task, rows in zip(tasks, logits, strict=True):
            try:
                task.answer.take(rows)
            except Exception as error:  # noqa: BLE001 - raised again where the answer was asked for
                task.error = error
        seconds = time.perf_counter() - started
        for task, first in zip(tasks, prefilling, strict=True):
            task.prefill += seconds if first else 0.0
            task.decode += 0.0 if first else seconds


def _split(head: Any, hidden: torch.Tensor, ends: Sequence[slice]) -> list[torch.Tensor]:
    """Logits of the wanted rows, computed together and handed out by task."""
    wanted = torch.cat([hidden[rows] for rows in ends])
    logits = head(wanted) if len(wanted) else wanted.new_empty((0, 0))
    return list(logits.split([rows.stop - rows.start for rows in ends]))

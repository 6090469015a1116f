"""One answer being written: what to feed the network next, and what its logits mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from model.base import Sampling
from model.qwen2vl.cache import KVCache
from model.qwen2vl.decoding import Sampler, StopMatch, find_stop
from model.qwen2vl.grammar import Constraint
from model.qwen2vl.language import Feed
from model.qwen2vl.weights import Checkpoint

PREFILL = 2048
"""Most prompt tokens in one pass, of all answers together: bounds the activations, not the result."""

_NGRAM = 3
"""Tokens that must have come before for what followed them to be guessed again."""

LOOKUP = 5
"""The longest guess worth making: with the token before it, it fills the kernels' six rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """The tokens an answer continues.

    Args:
        ids: of the whole conversation.
        embeddings, places: (tokens, hidden) and (3, tokens) of those the cache does not hold yet, at least one.
        end: the position of the first token of the answer.
    """

    ids: tuple[int, ...]
    embeddings: torch.Tensor
    places: torch.Tensor
    end: int


class Answer:
    """Tokens are chosen, forced by the grammar or guessed; guesses are checked in the pass that follows them.

    Guesses and batches change the passes, not the text: every token is the one that would have been chosen alone (to
    the last bit with the native kernels; with torch's a near tie may fall otherwise).

    Args:
        room: most tokens to write.
        constraint: of the grammar, or None.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        cache: KVCache,
        prompt: Prompt,
        sampling: Sampling,
        room: int,
        constraint: Constraint | None,
    ) -> None:
        self._checkpoint, self._cache, self._prompt = checkpoint, cache, prompt
        self._sampling, self._room, self._constraint = sampling, room, constraint
        self._sampler = Sampler(sampling, checkpoint.generation, checkpoint.never, len(prompt.ids))
        self._lookup = sampling.lookup
        self._seen = _Seen(prompt.ids, room) if self._lookup > 0 else None
        self._prefilled = self._part = 0
        self._fed = 0
        self._guess: tuple[int, ...] = ()
        self.ids: list[int] = []
        self.match: StopMatch | None = None
        self.finish: Literal["stop", "end", "length"] | None = None
        self.forced = self.drafted = self.passes = 0
        if constraint is not None:
            self._force(constraint)

    @property
    def cut(self) -> bool:
        """The grammar ended a text of the call for want of room."""
        return self._constraint is not None and self._constraint.cut

    @property
    def prefilling(self) -> bool:
        """The prompt is not all in the cache yet."""
        return self._prefilled < len(self._prompt.embeddings)

    def feed(self, most: int = PREFILL) -> Feed:
        """The tokens of the next pass, `most` of them at most the prompt's.

        `take` must be given the logits after the last `rows` of them.
        """
        if self.prefilling:
            self._part = most
            part = slice(self._prefilled, self._prefilled + most)
            last = part.stop >= len(self._prompt.embeddings)
            tokens = self.ids if last else []
            return self._feed(self._prompt.embeddings[part], self._prompt.places[:, part], tokens)
        self._guess = self._guessed()
        return self._feed(None, None, [*self.ids[self._fed :], *self._guess])

    def _feed(self, embeddings: torch.Tensor | None, places: torch.Tensor | None, tokens: Sequence[int]) -> Feed:
        start = self._prompt.end + self._fed
        if tokens:
            own = self._checkpoint.language.embed(tokens)
            embeddings = own if embeddings is None else torch.cat([embeddings, own])
            here = torch.arange(start, start + len(tokens)).expand(3, -1)
            places = here if places is None else torch.cat([places, here], dim=1)
        assert embeddings is not None
        assert places is not None
        return Feed(embeddings, places, self._cache)

    @property
    def rows(self) -> int:
        """How many of the fed tokens' logits are wanted, counted from the last: none while the prompt goes on."""
        if self.prefilling and self._prefilled + self._part < len(self._prompt.embeddings):
            return 0
        return 1 + len(self._guess)

    def take(self, logits: torch.Tensor) -> None:
        """Go on with the logits (rows, vocabulary) after the last tokens fed."""
        if self.prefilling:
            self._prefilled += self._part
            if self.prefilling:
                return
        else:
            self.passes += 1
        self._fed = len(self.ids)
        guess, self._guess = self._guess, ()
        for row, guessed in zip(logits, (*guess, None), strict=True):
            token = self._choose(row)
            if not self._accept(token) or token != guessed:
                break
            self._fed += 1
            self.drafted += 1
        # What was fed of a wrong guess is forgotten.
        self._cache.keep(self._base + self._fed)
        if self.finish is None and self._constraint is not None:
            self._force(self._constraint)

    @property
    def _base(self) -> int:
        """Tokens of the cache that are the prompt's."""
        return len(self._prompt.ids)

    def _choose(self, logits: torch.Tensor) -> int:
        # A forced token draws no number, guessed or not: the same seed goes on alike.
        if self._constraint is not None and (forced := self._constraint.forced()):
            return forced[0]
        seen = [*self._prompt.ids, *self.ids] if self._sampler.penalty != 1.0 else []
        mask = self._constraint.mask if self._constraint is not None else None
        return self._sampler.choose(logits, seen, mask)

    def _accept(self, token: int) -> bool:
        """Write a token; returns whether the answer goes on."""
        if token in self._checkpoint.ends:
            self.finish = "end"
            return False
        if self._constraint is not None:
            self._constraint.commit(token)
        self.ids.append(token)
        if self._seen is not None:
            self._seen.add(token)
        if match := self._stop():
            self.match, self.finish = match, "stop"
        elif self._constraint is not None and self._constraint.finished:
            self.finish = "end"
        elif len(self.ids) >= self._room:
            self.finish = "length"
        return self.finish is None

    def _stop(self) -> StopMatch | None:
        stops = self._sampling.stop
        # A token is a byte at least: a stop string just completed lies within the last few.
        span = max((len(stop.encode()) for stop in stops), default=0) + 1
        if not find_stop(self._decoded(self.ids[-span:]), stops):
            return None
        return find_stop(self.text(), stops)

    def _force(self, constraint: Constraint) -> None:
        """Write what the grammar leaves no choice about; it is fed with the next token, or the next turn."""
        for token in constraint.forced():
            self.forced += 1
            if not self._accept(token):
                return

    def _guessed(self) -> tuple[int, ...]:
        if self._seen is None:
            return ()
        return self._seen.followers(min(self._lookup, self._room - len(self.ids) - 1))

    def text(self, count: int | None = None) -> str:
        """The text of the first `count` tokens, or of all."""
        return self._decoded(self.ids if count is None else self.ids[:count])

    def _decoded(self, ids: Sequence[int]) -> str:
        return str(
            self._checkpoint.encoder.tokenizer.decode(
                ids, skip_special_tokens=False, clean_up_tokenization_spaces=False
            )
        )

    def kept(self) -> tuple[tuple[int, ...], str]:
        """The ids to keep and their text, ending exactly with the stop string.

        A token may reach past it; then the tokens from the last whole one on are written again.
        """
        text = self.text()
        if self.match is None or len(text) == self.match.end:
            return tuple(self.ids), text
        text = text[: self.match.end]
        whole = len(self.ids) - 1
        while whole > 0 and not text.startswith(self.text(whole)):
            whole -= 1
        return (*self.ids[:whole], *self._checkpoint.encoder.text(text[len(self.text(whole)) :])), text


class _Seen:
    """All tokens so far, searched for the last few."""

    def __init__(self, ids: Sequence[int], room: int) -> None:
        self._ids: NDArray[np.int64] = np.empty(len(ids) + room, np.int64)
        self._ids[: len(ids)] = ids
        self._count = len(ids)

    def add(self, token: int) -> None:
        self._ids[self._count] = token
        self._count += 1

    def followers(self, most: int) -> tuple[int, ...]:
        """What came after the latest earlier place of the last tokens, `most` at most."""
        ids, last = self._ids[: self._count], self._count - _NGRAM
        if most <= 0 or last <= 0:
            return ()
        same = ids[:last] == ids[last]
        for offset in range(1, _NGRAM):
            same &= ids[offset : last + offset] == ids[last + offset]
        places = np.flatnonzero(same)
        if not len(places):
            return ()
        start = int(places[-1]) + _NGRAM
        return tuple(ids[start : start + most].tolist())

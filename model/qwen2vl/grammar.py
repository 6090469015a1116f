"""Keeps an answer to a grammar: which tokens may come next, which must, and when nothing may."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer

from actions.dialects.lark import read_ends, read_longest
from model.base import ModelError

_SLACK = 8
"""Tokens kept beside those of the longest call: one written token by token may take a few more."""
_THOUGHT = 5 / 7
"""What a thought may take of the tokens that are not kept for a call: some 320 of an answer of 512."""


@dataclass(frozen=True, slots=True)
class _End:
    """A kind of free text: how long an answer may be while it is in it (None: any length), the tokens that end it then,
    and whether that cuts an argument short."""

    most: int | None
    ids: tuple[int, ...]
    cuts: bool


@dataclass(frozen=True, slots=True)
class _Progress:
    """Where an answer stands after a token: what has still to come of an end, and whether a text was cut short."""

    due: tuple[int, ...] = ()
    cut: bool = False


class GrammarCompiler:
    """Grammars over one vocabulary. Making one takes a second or two with 152,000 tokens.

    Args:
        tokenizer: a fast byte-level BPE tokenizer of transformers.
        rows: how many logits the network has; ids past the tokenizer are never allowed.
    """

    def __init__(self, tokenizer: Any, rows: int) -> None:
        try:
            # No slices: they speed up texts of counted length, which our grammars do without, at 0.3 s a start.
            self._tokenizer = llguidance.hf.from_tokenizer(tokenizer, n_vocab=rows, slices=[])
        except ValueError as error:
            raise ModelError(f"grammars do not work with this tokenizer ({error}); complete without one") from error
        self._rows = rows
        self._compiled: dict[str, LLMatcher] = {}

    def compile(self, grammar: str, room: int | None = None) -> Constraint:
        """The state before the first token of a completion. Raises ModelError, with the place, for a bad grammar.

        Args:
            room: most tokens of the answer. Free text is ended in time for a whole call, where the grammar says how;
                None: only where it says when.
        """
        if grammar not in self._compiled:
            matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
            if matcher.is_error():
                raise ModelError(f"the grammar cannot be compiled: {matcher.get_error()}")
            # The first mask takes some 2 ms, and copies keep it.
            Constraint(matcher, self._tokenizer, self._rows, ()).mask(torch.zeros(self._rows))
            self._compiled[grammar] = matcher
        ends, kept = [], len(self._tokenizer.tokenize_str(read_longest(grammar))) + _SLACK
        for end in read_ends(grammar):
            most = end.most if end.most is not None or room is None else _share(room, kept, end.cuts)
            ends.append(_End(most, tuple(self._tokenizer.tokenize_str(end.text)), end.cuts))
        return Constraint(self._compiled[grammar].deep_copy(), self._tokenizer, self._rows, ends)


def _share(room: int, kept: int, within_call: bool) -> int:
    """How long an answer of so many tokens, some kept for a call, may be while its thought or a text goes on."""
    rest = max(0, room - kept)
    return rest if within_call else int(rest * _THOUGHT)


class Constraint:
    """The state of one completion in its grammar.

    Free text is ended when the answer has grown too long for it: the end is then all that is allowed, and forced.
    """

    def __init__(self, matcher: LLMatcher, tokenizer: LLTokenizer, rows: int, ends: Sequence[_End]) -> None:
        self._matcher, self._tokenizer, self._rows, self._ends = matcher, tokenizer, rows, ends
        self._bits = np.zeros((rows + 31) // 32, np.uint32)
        self._free = min((end.most for end in ends if end.most is not None), default=math.inf)
        """As long as nothing needs to be ended."""
        self._progress: list[_Progress] = []
        """Before the first token, and after each one so far."""
        self._go_on()

    def mask(self, logits: torch.Tensor) -> None:
        """Set to -inf, in place, the logits of shape (rows,) whose tokens cannot come next. Raises ModelError."""
        if logits.shape != (self._rows,):
            raise ModelError(f"the grammar is for logits of shape ({self._rows},), not {tuple(logits.shape)}")
        due = self._progress[-1].due
        if due:
            own = logits[due[0]].clone()
            logits.fill_(-torch.inf)
            logits[due[0]] = own
            return
        if self.finished:
            logits.fill_(-torch.inf)
            return
        self._matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
        self._check()
        np.invert(self._bits, out=self._bits)
        refused = np.unpackbits(self._bits.view(np.uint8), count=self._rows, bitorder="little").view(np.bool_)
        if logits.is_cpu and logits.dtype == torch.float32:  # a third of masked_fill_'s time
            np.copyto(logits.numpy(), -np.inf, where=refused)
        else:
            logits.masked_fill_(torch.from_numpy(refused).to(logits.device), -torch.inf)

    def allows(self, token: int) -> bool:
        """Whether the token can come next."""
        if self.finished or not 0 <= token < self._rows:
            return False
        forced = self.forced()
        return token == forced[0] if forced else self._takes([token])

    def commit(self, token: int) -> None:
        """Go on by a token. Raises ModelError, the state unchanged, for one that is not allowed."""
        if not self.allows(token) or self._matcher.try_consume_tokens([token]) != 1:
            self._check()
            text = self._tokenizer.dbg_tokens([token]) if 0 <= token < self._rows else "a token it does not know"
            raise ModelError(f"the grammar does not allow {text} ({token}) here")
        self._go_on()

    def forced(self) -> tuple[int, ...]:
        """The tokens that must come next, as the tokenizer itself would write them; none when there is a choice."""
        if self.finished:
            return ()
        return self._progress[-1].due or tuple(self._matcher.compute_ff_tokens())

    @property
    def finished(self) -> bool:
        """The answer is complete and nothing can follow."""
        return self._matcher.is_stopped() and not self._matcher.is_error()

    @property
    def cut(self) -> bool:
        """A text of the call was ended for want of room: it is not all that the model meant to write."""
        return self._progress[-1].cut

    def copy(self) -> Constraint:
        """An independent state, as it stands."""
        twin = Constraint(self._matcher.deep_copy(), self._tokenizer, self._rows, self._ends)
        twin._progress = list(self._progress)
        return twin

    def rollback(self, count: int) -> None:
        """Take back the last `count` tokens. Raises ModelError when there are fewer."""
        if not 0 <= count < len(self._progress):
            raise ModelError(f"{count} tokens cannot be taken back of {len(self._progress) - 1}")
        if count:
            self._matcher.rollback(count)
            self._check()
            del self._progress[-count:]

    def _go_on(self) -> None:
        """Note where the answer stands after one more token; at first, before any."""
        before = self._progress[-1] if self._progress else _Progress()
        if before.due[1:]:
            self._progress.append(_Progress(before.due[1:], before.cut))
            return
        length, over = len(self._progress), None
        if length >= self._free:
            # It is in the free text whose end could come now, the thought's being asked first: that cannot come within
            # the call, and no end within a character.
            over = next((end for end in self._ends if self._takes(end.ids)), None)
        # What is forced anyway is left to be written in the tokenizer's own way.
        if over is None or over.most is None or length < over.most or self._matcher.compute_ff_tokens():
            self._progress.append(_Progress((), before.cut))
        else:
            self._progress.append(_Progress(over.ids, before.cut or over.cuts))

    def _takes(self, ids: Sequence[int]) -> bool:
        return self._matcher.validate_tokens(list(ids)) == len(ids)

    def _check(self) -> None:
        if self._matcher.is_error():
            raise ModelError(f"the grammar failed: {self._matcher.get_error()}")

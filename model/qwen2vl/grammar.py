"""Keeps an answer to a grammar: which tokens may come next, which must, and when nothing may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer

from actions.dialects.lark import read_ends
from model.base import ModelError


@dataclass(frozen=True, slots=True)
class _End:
    """A kind of free text: how many tokens of it an answer may have, and those that end it then."""

    most: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Progress:
    """Where an answer stands after a token.

    Args:
        spent: tokens so far of each kind of free text.
        kind: the kind it is in, or None.
        due: what has still to come of that one's end.
    """

    spent: tuple[int, ...]
    kind: int | None = None
    due: tuple[int, ...] = ()


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
        self._compiled: dict[str, Constraint] = {}

    def compile(self, grammar: str) -> Constraint:
        """The state before the first token of a completion. Raises ModelError, with the place, for a bad grammar."""
        if grammar not in self._compiled:
            matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
            if matcher.is_error():
                raise ModelError(f"the grammar cannot be compiled: {matcher.get_error()}")
            ends = [_End(most, tuple(self._tokenizer.tokenize_str(end))) for most, end in read_ends(grammar)]
            first = Constraint(matcher, self._tokenizer, self._rows, ends)
            first.mask(torch.zeros(self._rows))  # the first mask takes some 2 ms, and copies keep it
            self._compiled[grammar] = first
        return self._compiled[grammar].copy()


class Constraint:
    """The state of one completion in its grammar.

    Free text that grows past the grammar's limit is ended: its end is then all that is allowed, and forced.
    """

    def __init__(self, matcher: LLMatcher, tokenizer: LLTokenizer, rows: int, ends: Sequence[_End]) -> None:
        self._matcher, self._tokenizer, self._rows, self._ends = matcher, tokenizer, rows, ends
        self._bits = np.zeros((rows + 31) // 32, np.uint32)
        self._progress = [self._stand(_Progress((0,) * len(ends)), b"")]
        """Before the first token, and after each one so far."""

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
        self._progress.append(self._stand(self._progress[-1], self._tokenizer.decode_bytes([token])))

    def forced(self) -> tuple[int, ...]:
        """The tokens that must come next, as the tokenizer itself would write them; none when there is a choice."""
        if self.finished:
            return ()
        return self._progress[-1].due or tuple(self._matcher.compute_ff_tokens())

    @property
    def finished(self) -> bool:
        """The answer is complete and nothing can follow."""
        return self._matcher.is_stopped() and not self._matcher.is_error()

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

    def _stand(self, before: _Progress, piece: bytes) -> _Progress:
        """Where the answer stands after the token that spells `piece` (none yet: b"")."""
        if before.due[1:]:
            return _Progress(before.spent, before.kind, before.due[1:])
        # It is in the free text whose end could come now: a thought's cannot within the call, nor a text's outside one.
        kind = next((k for k, end in enumerate(self._ends) if self._takes(end.ids)), None)
        if kind is None:
            # Nothing can end within a character either.
            kind = before.kind if piece[-1:] >= b"\x80" else None
            return _Progress(_count(before.spent, kind), kind)
        spent = _count(before.spent, kind) if piece else before.spent
        # What is forced anyway is left to be written in the tokenizer's own way.
        over = spent[kind] >= self._ends[kind].most and not self._matcher.compute_ff_tokens()
        return _Progress(spent, kind, self._ends[kind].ids if over else ())

    def _takes(self, ids: Sequence[int]) -> bool:
        return self._matcher.validate_tokens(list(ids)) == len(ids)

    def _check(self) -> None:
        if self._matcher.is_error():
            raise ModelError(f"the grammar failed: {self._matcher.get_error()}")


def _count(spent: tuple[int, ...], kind: int | None) -> tuple[int, ...]:
    return tuple(count + (k == kind) for k, count in enumerate(spent))

"""An append-only conversation over a KV cache: a step costs its own tokens, not the history's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch

from model.base import GREEDY, Completion, ContextOverflowError, Generated, Message, Sampling, Usage
from model.qwen2vl.cache import KVCache
from model.qwen2vl.decoding import Sampler, StopMatch, find_stop
from model.qwen2vl.encoding import Chunk
from model.qwen2vl.history import History, Window, end_position, runs_of
from model.qwen2vl.positions import positions
from model.qwen2vl.vision import VisionEncoder
from model.qwen2vl.weights import Checkpoint

_PREFILL = 2048
"""Most tokens in one forward pass: bounds the attention mask, not the result."""


class QwenSession:
    """The Session contract over one Qwen2-VL network. Nothing is kept on the network between calls.

    Args:
        checkpoint: shared by any number of sessions.
        vision: the model's encoder, shared likewise.
        window: how much the conversation may hold.
    """

    def __init__(self, checkpoint: Checkpoint, vision: VisionEncoder, window: Window) -> None:
        self._checkpoint = checkpoint
        self._vision = vision
        self._merge = checkpoint.encoder.preprocessor.merge
        self._history = History(checkpoint.encoder, window)
        self._cache = KVCache()

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

    def append(self, message: Message) -> None:
        self._cache.keep(self._history.add(message))

    def fork(self) -> QwenSession:
        twin = QwenSession(self._checkpoint, self._vision, self._history.window)
        twin._history = self._history.copy()
        twin._cache = self._cache.fork()
        return twin

    @torch.inference_mode()
    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        history = self._history
        if not history.messages or history.messages[-1].role != "assistant":
            self.append(Message("assistant", ()))
        prompt = history.length
        room = min(sampling.max_tokens, history.window.tokens - prompt)
        if room <= 0:
            raise ContextOverflowError("no room is left in the window for an answer; widen it or raise its reserve")
        # The last token is always computed anew: its logits are what the answer starts from.
        self._cache.keep(prompt - 1)
        cached, encoded = self._cache.length, self._vision.encoded
        logits = self._prefill()
        sampler = Sampler(sampling, self._checkpoint.generation, self._checkpoint.never, prompt)
        ids, match, finish = self._decode(logits, sampler, sampling.stop, room)
        kept, text = self._trim(ids, match)
        unchanged = history.append_generated(Generated(text, kept))
        self._cache.keep(unchanged if unchanged < prompt else prompt + _common(ids, kept))
        return Completion(
            text=text[: match.start] if match else text,
            finish=finish,
            stop=match.stop if match else None,
            part=Generated(text, kept),
            usage=Usage(prompt, cached, len(ids), self._vision.encoded - encoded),
        )

    def _decode(
        self, logits: torch.Tensor, sampler: Sampler, stops: Sequence[str], room: int
    ) -> tuple[tuple[int, ...], StopMatch | None, Literal["stop", "end", "length"]]:
        ends, seen = self._checkpoint.ends, list(self.tokens) if sampler.penalty != 1.0 else []
        at = end_position(self._history.chunks, self._merge)
        ids: list[int] = []
        while True:
            token = sampler.choose(logits, [*seen, *ids] if sampler.penalty != 1.0 else [])
            if token in ends:
                return tuple(ids), None, "end"
            ids.append(token)
            if stops and (match := find_stop(self._text(ids), stops)):
                return tuple(ids), match, "stop"
            if len(ids) == room:
                return tuple(ids), None, "length"
            place = torch.full((3, 1), at + len(ids) - 1)
            logits = self._forward(self._embed([token]), place)

    def _trim(self, ids: tuple[int, ...], match: StopMatch | None) -> tuple[tuple[int, ...], str]:
        """The ids to keep and their text, ending exactly with the stop string.

        A token may reach past it; then the tokens from the last whole one on are written again.
        """
        text = self._text(ids)
        if match is None or len(text) == match.end:
            return ids, text
        text = text[: match.end]
        whole = len(ids) - 1
        while whole > 0 and not text.startswith(self._text(ids[:whole])):
            whole -= 1
        return ids[:whole] + self._checkpoint.encoder.text(text[len(self._text(ids[:whole])) :]), text

    def _text(self, ids: Sequence[int]) -> str:
        return str(self._checkpoint.encoder.tokenizer.decode(list(ids), skip_special_tokens=False))

    def _prefill(self) -> torch.Tensor:
        """Compute every token the cache does not hold; returns the logits after the last one."""
        embeddings, places = self._pending()
        logits = torch.empty(0)
        for start in range(0, embeddings.shape[1], _PREFILL):
            stop = start + _PREFILL
            logits = self._forward(embeddings[:, start:stop], places[:, start:stop])
        return logits

    def _pending(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Embeddings (1, n, hidden) and positions (3, n) of the tokens after the cached ones."""
        chunks, skip = self._history.chunks, self._cache.length
        first = 0
        while skip >= len(chunks[first].ids):
            skip -= len(chunks[first].ids)
            first += 1
        rest = chunks[first:]
        start = end_position(chunks[:first], self._merge)
        places = positions((run for chunk in rest for run in runs_of(chunk)), self._merge, start).ids
        return self._embed_chunks(rest)[:, skip:], places[:, skip:]

    def _embed_chunks(self, chunks: Sequence[Chunk]) -> torch.Tensor:
        embeddings = self._embed([token for chunk in chunks for token in chunk.ids])
        features = self._vision.features([chunk.image for chunk in chunks if chunk.image is not None])
        at, remaining = 0, iter(features)
        for chunk in chunks:
            if chunk.image is not None:
                embeddings[0, at + 1 : at + len(chunk.ids) - 1] = next(remaining).to(embeddings.dtype)
            at += len(chunk.ids)
        return embeddings

    def _embed(self, ids: Sequence[int]) -> torch.Tensor:
        table = self._checkpoint.network.get_input_embeddings()
        return table(torch.tensor([ids], device=self._checkpoint.device))

    def _forward(self, embeddings: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """Run the language model on new tokens; returns the logits after the last, of shape (vocabulary,).

        Positions are passed in full: left to itself transformers would take them from `rope_deltas`, a state of the
        module that another session may have set.
        """
        network = self._checkpoint.network
        hidden = network.model.language_model(
            inputs_embeds=embeddings,
            position_ids=places[:, None].to(self._checkpoint.device),
            past_key_values=self._cache,
            use_cache=True,
        ).last_hidden_state
        return network.lm_head(hidden[0, -1])


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """Length of the common prefix."""
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))

"""Whether our engine computes what plain transformers computes from scratch: written tokens, positions and logits.

A conversation goes through what an agent's does: a screenshot, a fork, sessions of unequal lengths completed together,
a text taken back, a full window. After each answer transformers is given the whole conversation as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from evals.speed.ratio import Ratio
from evals.summary import Table
from model.base import Completion, Image, Message, Sampling
from model.qwen2vl.history import Window
from model.qwen2vl.language import Feed, LanguageModel
from model.qwen2vl.model import Qwen2VL
from model.qwen2vl.session import QwenSession

TOLERANCE = 1e-4
"""How far float32 logits may lie apart."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one answer: whether every token fed had transformers' position, whether the written tokens are its greedy
    ones, and the largest distance between logits, over `rows` tokens."""

    rows: int
    positions: bool
    tokens: bool
    distance: float

    @property
    def exact(self) -> bool:
        return self.positions and self.tokens and self.distance <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Case:
    """One answer of the conversation: what came before it, how long the conversation is then, how it agrees."""

    what: str
    length: int
    agreement: Agreement


@dataclass
class Trace:
    """Every token fed to the language model by the cache it joined: its index there, positions and logits."""

    positions: dict[int, dict[int, torch.Tensor]] = field(default_factory=dict)
    logits: dict[int, dict[int, torch.Tensor]] = field(default_factory=dict)


@contextmanager
def traced(language: LanguageModel) -> Iterator[Trace]:
    """Record what goes through the language model; logits are computed for every token fed."""
    trace, forward = Trace(), language.forward

    def recording(feeds: Sequence[Feed]) -> torch.Tensor:
        starts = [feed.cache.length for feed in feeds]
        hidden = forward(feeds)
        logits, at = language.logits(hidden), 0
        for feed, start in zip(feeds, starts, strict=True):
            for index in range(len(feed)):
                trace.positions.setdefault(id(feed.cache), {})[start + index] = feed.places[:, index].clone()
                trace.logits.setdefault(id(feed.cache), {})[start + index] = logits[at + index]
            at += len(feed)
        return hidden

    language.forward = recording  # type: ignore[method-assign]
    try:
        yield trace
    finally:
        del language.forward


def plain_inputs(session: QwenSession) -> dict[str, torch.Tensor]:
    """The whole conversation as transformers' own forward takes it."""
    encoder = session._history.encoder
    ids = torch.tensor([session.tokens])
    images = [image for message in session.messages for image in message.images]
    inputs = {"input_ids": ids, "mm_token_type_ids": (ids == encoder.special.image_pad).long()}
    if images:
        grids = [encoder.preprocessor.grid(image) for image in images]
        inputs["image_grid_thw"] = torch.tensor([[grid.t, grid.h, grid.w] for grid in grids])
        inputs["pixel_values"] = torch.from_numpy(np.concatenate([encoder.preprocessor.patches(i) for i in images]))
    return inputs


def plain_positions(network: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """transformers' own M-RoPE positions of a whole conversation, (3, tokens)."""
    positions: torch.Tensor = network.model.get_rope_index(
        inputs["input_ids"], inputs["mm_token_type_ids"], inputs.get("image_grid_thw")
    )[0][:, 0]
    return positions


def complete(
    model: Qwen2VL, network: Any, sessions: Sequence[QwenSession], sampling: Sampling
) -> list[tuple[Completion, Agreement]]:
    """Complete sessions together and hold each answer against a transformers module of the same float32 weights."""
    with traced(model.checkpoint.language) as trace:
        completions = model.complete_many(sessions, [sampling] * len(sessions))
    return [
        (completion, _agreement(model, network, session, completion, trace))
        for session, completion in zip(sessions, completions, strict=True)
    ]


def _agreement(model: Qwen2VL, network: Any, session: QwenSession, completion: Completion, trace: Trace) -> Agreement:
    written = completion.part.tokens
    assert written is not None
    inputs = plain_inputs(session)
    with torch.inference_mode():
        expected = network(**inputs).logits[0].float()
    positions = plain_positions(network, inputs)
    prompt = len(expected) - len(written)
    logits, fed = trace.logits[id(session._cache)], trace.positions[id(session._cache)]
    # Every uncached token of the prompt went through, and all that was written but perhaps the last.
    rows = list(range(completion.usage.cached, prompt))
    missing = not set(rows) <= set(fed)
    rows += [index for index in range(prompt, len(expected) - 1) if index in fed and index < session._cache.length]
    distance = max(float((logits[index] - expected[index]).abs().max()) for index in rows if index in fed)
    choices = expected[prompt - 1 : prompt - 1 + len(written)].clone()
    choices[:, model.checkpoint.never] = -torch.inf
    placed = not missing and all(torch.equal(fed[index], positions[:, index]) for index in rows)
    return Agreement(len(rows), placed, choices.argmax(-1).tolist() == list(written), distance)


def conversation(model: Qwen2VL, network: Any, tokens: int = 8) -> Iterator[Case]:
    """Go through it; `tokens` are written at most an answer. Ours encodes five pictures, transformers eight."""
    rng = np.random.default_rng(0)
    greedy = Sampling(max_tokens=tokens, temperature=0.0)

    def screenshot(height: int, width: int) -> Image:
        return Image(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))

    def answers(what: str, *sessions: QwenSession) -> Iterator[Case]:
        for session, (_, found) in zip(sessions, complete(model, network, sessions, greedy), strict=True):
            yield Case(what, len(session.tokens), found)

    session = model.session()
    session.append(Message.of("system", "See the screen and act."))
    session.append(Message.of("user", screenshot(924, 392), "Open the settings."))
    yield from answers("a screenshot", session)
    twin = session.fork()
    session.append(Message.of("user", screenshot(280, 392), "Go on."))
    twin.append(Message.of("user", "And now?"))
    yield from answers("a fork, two sessions together", session, twin)
    with_stop = Sampling(max_tokens=tokens, temperature=0.0, stop=(_middle(twin, greedy),))
    twin.complete(with_stop)
    twin.append(Message.of("user", "Another way."))
    yield from answers("an answer cut at a stop string", twin)
    narrow = QwenSession(model.batch, Window(tokens=420, reserve=tokens))
    narrow.append(Message.of("user", "Open the settings."))
    for size in ((280, 392), (280, 280), (392, 280)):
        narrow.append(Message.of("user", screenshot(*size), "Go on."))
        if size == (280, 392):
            yield from answers("before the window is full", narrow)
    assert narrow.dropped
    yield from answers("after screenshots were dropped", narrow)


def exact_ratio(cases: Sequence[Case]) -> Ratio:
    """How many of the answers are exact."""
    share = sum(case.agreement.exact for case in cases) / len(cases)
    return Ratio("exact_share", share, share, share, len(cases))


def exact_table(cases: Sequence[Case]) -> Table:
    """What was held against transformers, and how it agrees."""
    rows = [
        [
            case.what, str(case.length), str(case.agreement.rows), _equal(case.agreement.positions),
            _equal(case.agreement.tokens), f"{case.agreement.distance:.1e}",
        ]
        for case in cases
    ]  # fmt: skip
    columns = ["an answer after", "tokens", "compared", "positions", "greedy tokens", "logits' largest distance"]
    note = f"Exact: positions and tokens equal, logits within {TOLERANCE:.0e}."
    return Table("Against plain transformers from scratch", columns, rows, note)


def _equal(same: bool) -> str:
    return "equal" if same else "DIFFERENT"


def _middle(session: QwenSession, sampling: Sampling) -> str:
    """Some characters from the middle of what the session would answer."""
    text = session.fork().complete(sampling).part.text
    return text[len(text) // 2 :][:2] or text

"""Several environments on one model: answers a second against how many are completed together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from model.base import Message, Sampling
from model.qwen2vl.model import Qwen2VL

_WORDS = "The screen as it is now. Go on. "


@dataclass(frozen=True, slots=True)
class Throughput:
    """`together` sessions completed at once: tokens written a second, and whether they wrote what each does alone."""

    together: int
    tokens_a_second: float
    equal: bool


def measure(model: Qwen2VL, counts: Sequence[int] = (1, 2, 4, 8, 16), tokens: int = 24) -> list[Throughput]:
    """Decode `tokens` tokens in as many sessions as `counts` says, each with a text of its own."""
    sampling = Sampling(max_tokens=tokens, temperature=1.0, lookup=0)
    base = model.session()
    base.append(Message.of("user", _WORDS * 8))
    base.complete(Sampling(max_tokens=1, temperature=0.0, lookup=0))
    found, alone = [], {}
    for count in counts:
        sessions = []
        for number in range(count):
            session = base.fork()
            session.append(Message.of("user", f"{number}"))
            sessions.append(session)
            if number not in alone:
                alone[number] = session.fork().complete(sampling).part
        started = time.perf_counter()
        done = model.complete_many(sessions, [sampling] * count)
        seconds = time.perf_counter() - started
        written = sum(completion.usage.completion for completion in done)
        equal = all(completion.part == alone[number] for number, completion in enumerate(done))
        found.append(Throughput(count, written / seconds, equal))
    return found

"""Our own engine in the chat that the peers lead."""

from __future__ import annotations

import importlib.metadata
import time
from pathlib import Path
from typing import Literal

from actions.dialects.hermes import HermesDialect
from evals.speed.peers.base import THREADS, PeerStep
from evals.speed.peers.memory import peak_of, restart_peak
from evals.speed.weights import SPACE
from model.base import Completion, Message, Sampling
from model.picture import read_image
from model.qwen2vl.model import EngineOptions, Qwen2VL
from model.qwen2vl.weights import LoadOptions

Weights = Literal["float32", "bfloat16", "int8"]


class OurPeer:
    """A session a chat. Guesses from the history are off: the chat's answers repeat, which real ones do less.

    Args:
        model: a checkpoint folder.
        held: whether answers follow the grammar of the benchmark's calls, as an agent's do.
    """

    def __init__(self, model: Path, weights: Weights = "float32", held: bool = False, system: str = "") -> None:
        import torch

        torch.set_num_threads(THREADS)
        self.name = f"ours {weights}{' held' if held else ''}"
        self.model = Qwen2VL(str(model), EngineOptions(load=LoadOptions(dtype=weights)))
        self._weights, self._system = weights, system
        dialect = HermesDialect()
        self._grammar = dialect.grammar(SPACE) if held else None
        self._stop = dialect.stop
        self.completion: Completion | None = None
        self.begin()

    def facts(self) -> dict[str, str]:
        version = importlib.metadata.version("visuomotor")
        facts = self.model.describe()
        vision = "f32" if self._weights != "bfloat16" else "bf16"
        return {
            "engine": f"visuomotor {version}, {facts['kernels']} kernels", "weights": self._weights,
            "vision weights": vision, "kv": str(facts["dtype"]), "flags": "grammar" if self._grammar else "",
        }  # fmt: skip

    def begin(self) -> None:
        restart_peak()
        self.model.batch.engine.vision.forget()
        self._session = self.model.session()
        if self._system:
            self._session.append(Message.of("system", self._system))

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        started = time.perf_counter()
        self._session.append(Message.of("user", read_image(screenshot), text))
        done = self._session.complete(
            Sampling(max_tokens=tokens, temperature=0.0, stop=self._stop, grammar=self._grammar, lookup=0)
        )
        seconds = time.perf_counter() - started
        self.completion = done
        usage = done.usage
        first = seconds - done.timing.decode
        return PeerStep(seconds, first, usage.completion, done.part.text, usage.prompt, usage.cached, usage.passes)

    @property
    def group(self) -> int:
        return 0

    def memory(self) -> int:
        return peak_of("self")

    def close(self) -> None:
        del self._session

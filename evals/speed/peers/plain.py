"""transformers as its own documentation uses it: the processor and `generate` over the whole chat, every step."""

from __future__ import annotations

import importlib.metadata
import time
from pathlib import Path
from typing import Any

import torch
from PIL import Image as PILImage
from transformers import AutoProcessor, Qwen2VLForConditionalGeneration
from transformers.generation.streamers import BaseStreamer

from evals.speed.peers.base import THREADS, PeerStep
from evals.speed.peers.memory import peak_of, restart_peak


class PlainPeer:
    """Keeps nothing between turns but the messages. Runs in this process, so its memory is this process's.

    Args:
        model: a checkpoint folder.
        system: text of the system turn.
    """

    name = "transformers"

    def __init__(self, model: Path, system: str = "") -> None:
        torch.set_num_threads(THREADS)
        self._processor = AutoProcessor.from_pretrained(model)
        self._network = Qwen2VLForConditionalGeneration.from_pretrained(
            model, dtype=torch.float32, attn_implementation="sdpa"
        ).eval()
        self._system = system
        self._messages: list[dict[str, Any]] = []
        self._screenshots: list[Path] = []
        self.begin()

    def facts(self) -> dict[str, str]:
        versions = (f"{name} {importlib.metadata.version(name)}" for name in ("transformers", "torch"))
        return {"engine": ", ".join(versions), "weights": "f32", "vision weights": "f32", "kv": "f32", "flags": "sdpa"}

    def begin(self) -> None:
        restart_peak()
        self._screenshots = []
        self._messages = [{"role": "system", "content": self._system}] if self._system else []

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        started = time.perf_counter()
        self._screenshots.append(screenshot)
        self._messages.append({"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]})
        prompt = self._processor.apply_chat_template(self._messages, tokenize=False, add_generation_prompt=True)
        images = [PILImage.open(path).convert("RGB") for path in self._screenshots]
        inputs = self._processor(text=[prompt], images=images, return_tensors="pt")
        length, clock = inputs["input_ids"].shape[1], _Clock()
        with torch.inference_mode():
            written = self._network.generate(**inputs, max_new_tokens=tokens, do_sample=False, streamer=clock)
        ids = written[0, length:]
        answer = self._processor.tokenizer.decode(ids, skip_special_tokens=True)
        self._messages.append({"role": "assistant", "content": answer})
        first = clock.first - started if clock.first is not None else None
        return PeerStep(time.perf_counter() - started, first, len(ids), answer, length, 0)

    @property
    def group(self) -> int:
        return 0

    def memory(self) -> int:
        return peak_of("self")

    def close(self) -> None:
        self._network = self._processor = None


class _Clock(BaseStreamer):
    """Notes when the first token is there; the first thing a streamer is given is the prompt."""

    def __init__(self) -> None:
        self._prompt_seen = False
        self.first: float | None = None

    def put(self, value: torch.Tensor) -> None:
        if self._prompt_seen and self.first is None:
            self.first = time.perf_counter()
        self._prompt_seen = True

    def end(self) -> None:
        pass

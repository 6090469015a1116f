"""OpenVINO GenAI behind JSON lines. Runs in OpenVINO's own environment: MODEL THREADS KV BACKEND.

One request a line on standard input, one answer a line on standard output: `{"do": "facts"}`, `{"do": "begin",
"system": …}`, `{"do": "step", "screenshot": path, "text": …, "tokens": n}`. An answer with "error" is a failure.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


class Worker:
    """One pipeline and one chat. `kv` is "default" or a precision; `backend` is SDPA or PA."""

    def __init__(self, model: Path, threads: int, kv: str, backend: str) -> None:
        self._genai = importlib.import_module("openvino_genai")
        self._openvino = importlib.import_module("openvino")
        self._pillow = importlib.import_module("PIL.Image")
        self._numpy = importlib.import_module("numpy")
        properties: dict[str, Any] = {"ATTENTION_BACKEND": backend, "INFERENCE_NUM_THREADS": threads}
        if kv != "default":
            properties["KV_CACHE_PRECISION"] = kv
        self._kv = kv
        self._flags = " ".join(f"{name}={value}" for name, value in properties.items())
        self._pipeline = self._genai.VLMPipeline(str(model), "CPU", **properties)
        self._chatting = False

    def facts(self) -> dict[str, str]:
        core = self._openvino.Core()
        kv = self._kv if self._kv != "default" else core.get_property("CPU", "KV_CACHE_PRECISION").get_type_name()
        return {
            "engine": f"openvino {self._openvino.get_version()}, genai {self._genai.__version__}",
            "weights": "f32", "vision weights": "f32", "kv": kv, "flags": self._flags,
            "inference": core.get_property("CPU", "INFERENCE_PRECISION_HINT").get_type_name(),
        }  # fmt: skip

    def begin(self, system: str) -> dict[str, str]:
        if self._chatting:
            self._pipeline.finish_chat()
        self._pipeline.start_chat(system)
        self._chatting = True
        return {}

    def step(self, screenshot: str, text: str, tokens: int) -> dict[str, Any]:
        started = time.perf_counter()
        pixels = self._numpy.asarray(self._pillow.open(screenshot).convert("RGB"))
        first: list[float] = []

        def note(piece: str) -> Any:
            if not first:
                first.append(time.perf_counter() - started)
            return self._genai.StreamingStatus.RUNNING

        result = self._pipeline.generate(
            text, images=[self._openvino.Tensor(pixels)], streamer=note, max_new_tokens=tokens, do_sample=False
        )
        metrics = result.perf_metrics
        return {
            "seconds": time.perf_counter() - started,
            "first_token": metrics.get_ttft().mean / 1000,
            "tokens": metrics.get_num_generated_tokens(),
            "text": result.texts[0],
            "prompt": metrics.get_num_input_tokens(),
            "metrics": {
                "tpot": metrics.get_tpot().mean,
                "embeddings": metrics.get_prepare_embeddings_duration().mean,
                "first_text": first[0] if first else None,
            },
        }


def serve(worker: Any, lines: Any, out: Any) -> None:
    """Answer every request until the input ends."""
    for line in lines:
        request = json.loads(line)
        what = request.pop("do")
        try:
            answer = {"facts": worker.facts, "begin": worker.begin, "step": worker.step}[what](**request)
        except Exception as error:  # noqa: BLE001  # the other side raises it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    protocol = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not stand between the answers
    made = Worker(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
    serve(made, sys.stdin, protocol)

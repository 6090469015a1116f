"""OpenVINO GenAI's chat, whose SDPA backend keeps KV cache and images from turn to turn."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from evals.speed.peers.base import THREADS, PeerStep, check_environment, converted
from evals.speed.peers.worker import Worker, script


class OpenVinoPeer:
    """VLMPipeline with start_chat, generate, finish_chat.

    Args:
        model: the checkpoint folder that was exported.
        environment: the venv with openvino-genai.
        kv: precision of the KV cache; "default" is OpenVINO's choice for this processor.
        backend: SDPA, or PA, which is what a user gets who asks for nothing and encodes every image again.
        system: text of the system turn.
    """

    def __init__(
        self, model: Path, environment: Path, kv: Literal["default", "f32"] = "default",
        backend: Literal["SDPA", "PA"] = "SDPA", system: str = "",
    ) -> None:  # fmt: skip
        self.name = f"OpenVINO {backend}" + ("" if kv == "default" else f" KV {kv}")
        python, exported = check_environment(environment) / "bin/python", converted(model, "-openvino")
        self._system = system
        self._worker = Worker(
            [str(python), "-P", script("openvino_worker.py"), str(exported), str(THREADS), kv, backend],
            {"OMP_NUM_THREADS": str(THREADS), "HF_HUB_OFFLINE": "1"},
        )
        try:
            self._facts = self._worker.ask(do="facts")
        except BaseException:
            self.close()
            raise

    def facts(self) -> dict[str, str]:
        return dict(self._facts)

    def begin(self) -> None:
        self._worker.ask(do="begin", system=self._system)

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        answer = self._worker.ask(do="step", screenshot=str(screenshot), text=text, tokens=tokens)
        return PeerStep(
            answer["seconds"], answer["first_token"], answer["tokens"], answer["text"], answer.get("prompt")
        )

    @property
    def group(self) -> int:
        return self._worker.group

    def memory(self) -> int:
        return self._worker.memory()

    def close(self) -> None:
        self._worker.close()

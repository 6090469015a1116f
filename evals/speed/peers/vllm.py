"""vLLM's OpenAI server on the CPU, with its prefix cache and its cache of preprocessed images."""

from __future__ import annotations

import subprocess
from pathlib import Path

from evals.speed.peers.base import THREADS, PeerError, PeerStep, check_environment
from evals.speed.peers.chat import Chat
from evals.speed.peers.server import Server

ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "2",  # GiB
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": str(THREADS),
    "VLLM_SERVER_DEV_MODE": "1",  # lets the prefix cache be emptied
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
}


class VllmPeer:
    """vLLM in float32.

    Args:
        model: the checkpoint folder, as transformers wrote it.
        environment: the venv with vllm-cpu.
        window: tokens of context.
        images: most screenshots in one chat.
        system: text of the system turn.
    """

    name = "vLLM"

    def __init__(self, model: Path, environment: Path, window: int = 16384, images: int = 32, system: str = "") -> None:
        self._python = check_environment(environment) / "bin/python"
        self._flags = [
            "--dtype", "float32", "--enforce-eager", "--enable-prefix-caching", "--max-num-seqs", "1",
            "--max-model-len", str(window), "--limit-mm-per-prompt", f'{{"image":{images},"video":0}}',
        ]  # fmt: skip
        command = [
            str(self._python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
            "--served-model-name", "peer", "--host", "127.0.0.1", "--port", "{port}",
            "--enable-prompt-tokens-details", *self._flags,
        ]  # fmt: skip
        self._server = Server(command, ENVIRONMENT)
        self._chat = Chat(self._server.url, "peer", system)

    def facts(self) -> dict[str, str]:
        code = "import importlib.metadata as m; print(m.version('vllm-cpu'), m.version('torch'))"
        printed = subprocess.run([self._python, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
        version, torch = printed.stdout.split()
        return {
            "engine": f"vllm-cpu {version}, torch {torch}", "weights": "f32", "vision weights": "f32", "kv": "f32",
            "flags": " ".join(self._flags),
        }  # fmt: skip

    def begin(self) -> None:
        self._chat.forget()
        for path in ("/reset_prefix_cache", "/reset_mm_cache", "/reset_encoder_cache"):
            if (status := self._chat.post(path)) != 200:
                raise PeerError(f"vLLM answered {status} to {path}: an older chat may still be cached")

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        return self._chat.step(screenshot, text, tokens)

    @property
    def group(self) -> int:
        return self._server.group

    def memory(self) -> int:
        return self._server.memory()

    def close(self) -> None:
        self._chat.close()
        self._server.close()

"""llama-server: f32 weights, or q8_0 ones for the language model."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal

from evals.speed.peers.base import THREADS, PeerStep, check_environment, converted
from evals.speed.peers.chat import Chat
from evals.speed.peers.server import Server

BINARY = "bin/llama-server"


class LlamaCppPeer:
    """llama.cpp's own server; it reuses the KV cache of the longest equal beginning, images included.

    Args:
        model: the checkpoint folder that was converted.
        environment: the folder with `bin/llama-server`.
        weights: of the language model; the vision tower is f32 in both.
        window: tokens of context.
        system: text of the system turn.
    """

    def __init__(
        self, model: Path, environment: Path, weights: Literal["f32", "q8_0"] = "f32", window: int = 16384,
        system: str = "",
    ) -> None:  # fmt: skip
        self.name = f"llama-server {weights}"
        binary = check_environment(environment, BINARY) / BINARY
        self._weights, self._binary = weights, binary
        # One slot, and no store of other chats: exactly one chat is led here.
        self._flags = ["-c", str(window), "-np", "1", "-t", str(THREADS), "-tb", str(THREADS), "--cache-ram", "0"]
        text, vision = converted(model, f"-{weights}.gguf"), converted(model, "-mmproj-f32.gguf")
        place = ["--host", "127.0.0.1", "--port", "{port}", "--jinja"]
        self._server = Server([str(binary), "-m", str(text), "--mmproj", str(vision), *place, *self._flags], {})
        self._chat = Chat(self._server.url, "peer", system)

    def facts(self) -> dict[str, str]:
        printed = subprocess.run([self._binary, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = (printed.stdout + printed.stderr).strip().splitlines()
        return {
            "engine": "llama.cpp " + " ".join(version[:1]).removeprefix("version: "),
            "weights": self._weights, "vision weights": "f32", "kv": "f16", "flags": " ".join(self._flags),
        }  # fmt: skip

    def begin(self) -> None:
        self._chat.forget()

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        # The slot still holds the last chat: its first turn must not profit from it.
        return self._chat.step(screenshot, text, tokens, {"cache_prompt": not self._chat.fresh})

    @property
    def group(self) -> int:
        return self._server.group

    def memory(self) -> int:
        return self._server.memory()

    def close(self) -> None:
        self._chat.close()
        self._server.close()

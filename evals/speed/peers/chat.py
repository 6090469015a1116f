"""A chat over the OpenAI interface, as an agent's client would lead it: the whole past is sent again every step."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from evals.speed.peers.base import PeerError, PeerStep


class Chat:
    """The messages so far, and one streamed request a turn.

    Args:
        url: of the server, without /v1.
        model: the name it serves.
        system: text of a system turn; none if empty.
        options: more fields of every request.
    """

    def __init__(self, url: str, model: str, system: str, options: dict[str, Any] | None = None) -> None:
        self._client = httpx.Client(base_url=url, timeout=httpx.Timeout(1800.0, connect=10.0), trust_env=False)
        self._model, self._system, self._options = model, system, options or {}
        self._messages: list[dict[str, Any]] = []
        self.forget()

    def forget(self) -> None:
        """Start over with the system turn alone."""
        self._messages = [{"role": "system", "content": self._system}] if self._system else []

    @property
    def fresh(self) -> bool:
        """Whether no user turn was sent yet."""
        return not any(message["role"] == "user" for message in self._messages)

    def step(self, screenshot: Path, text: str, tokens: int, options: dict[str, Any] | None = None) -> PeerStep:
        """Send one more user turn and keep the answer. Raises PeerError with the server's own words."""
        started = time.perf_counter()
        data = base64.b64encode(screenshot.read_bytes()).decode()
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
        self._messages.append({"role": "user", "content": [picture, {"type": "text", "text": text}]})
        body = {
            "model": self._model, "messages": self._messages, "max_tokens": tokens, "temperature": 0.0,
            "stream": True, "stream_options": {"include_usage": True}, **self._options, **(options or {}),
        }  # fmt: skip
        first: float | None = None
        pieces: list[str] = []
        last: dict[str, Any] = {}
        for chunk in self._stream(body):
            last |= {name: chunk[name] for name in ("usage", "timings") if chunk.get(name)}
            for choice in chunk.get("choices") or []:
                if piece := (choice.get("delta") or {}).get("content"):
                    first = first if first is not None else time.perf_counter() - started
                    pieces.append(piece)
        answer = "".join(pieces)
        self._messages.append({"role": "assistant", "content": answer})
        usage = last.get("usage") or {}
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
        if cached is None:
            cached = (last.get("timings") or {}).get("cache_n")
        return PeerStep(
            time.perf_counter() - started, first, int(usage.get("completion_tokens") or 0), answer,
            usage.get("prompt_tokens"), cached,
        )  # fmt: skip

    def post(self, path: str) -> int:
        """An empty POST; its status."""
        return self._client.post(path).status_code

    def close(self) -> None:
        self._client.close()

    def _stream(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            with self._client.stream("POST", "/v1/chat/completions", json=body) as answer:
                if answer.status_code >= 400:
                    raise PeerError(f"the server answered {answer.status_code}: {answer.read().decode()[:500]}")
                for line in answer.iter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        yield json.loads(line.removeprefix("data: "))
        except httpx.HTTPError as error:
            raise PeerError(f"the server broke off ({error})") from error

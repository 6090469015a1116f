"""Any OpenAI-compatible server (vLLM, SGLang, llama.cpp, DashScope) as a Model.

A server's chat interface cannot leave an assistant turn open, so a conversation in one open turn is sent as
alternating turns: what the model wrote stays the assistant's, every observation becomes a user message. The prompt
therefore differs from the one the Qwen2-VL report describes.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Sequence
from typing import Any, Literal

import httpx
from PIL import Image as PILImage

from model.base import GREEDY, Completion, Generated, Image, Message, ModelError, Sampling, Text, Usage

_TIMEOUT = httpx.Timeout(600.0, connect=10.0)


class RemoteModel:
    """A server by its base URL, such as http://127.0.0.1:8000/v1.

    Args:
        url: with or without a `#model-name` at the end; without one the server's only model is taken.
        dialect: of the served family.

    The key, if the server wants one, is read from OPENAI_API_KEY. Raises ModelError when the server cannot be asked.
    """

    def __init__(self, url: str, dialect: str = "hermes") -> None:
        self.url, _, self.served = url.partition("#")
        self.dialect = dialect
        key = os.environ.get("OPENAI_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            self._client = httpx.Client(base_url=self.url.rstrip("/") + "/", timeout=_TIMEOUT, headers=headers)
        except httpx.InvalidURL as error:
            raise ModelError(f"{self.url} is no address of a server ({error})") from error
        self.served = self.served or self._only_model()
        self.name = f"{self.url}#{self.served}"

    def session(self) -> RemoteSession:
        return RemoteSession(self)

    def describe(self) -> dict[str, Any]:
        return {"engine": "remote", "model": self.served, "url": self.url}

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """One chat completion. Raises ModelError with the server's own words."""
        return self._ask("POST", "chat/completions", {"model": self.served, **body})

    def _only_model(self) -> str:
        models = [str(entry.get("id")) for entry in self._ask("GET", "models", None).get("data") or []]
        if len(models) != 1:
            raise ModelError(f"{self.url} serves {models or 'no model'}; choose one with {self.url}#NAME")
        return models[0]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelError(f"no answer from {self.url} ({error}); is the server up and the address right?") from error
        if answer.status_code >= 400:
            raise ModelError(f"{self.url}{path} answered {answer.status_code}: {answer.text[:300]}")
        try:
            found = answer.json()
        except ValueError as error:
            raise ModelError(
                f"{self.url}{path} answered with something other than JSON: {answer.text[:100]}"
            ) from error
        if not isinstance(found, dict):
            raise ModelError(f"{self.url}{path} answered with something other than a JSON object")
        return found


class RemoteSession:
    """Sends the whole conversation each time; the server's own prefix cache does the rest."""

    def __init__(self, model: RemoteModel, messages: Sequence[Message] = ()) -> None:
        self._model = model
        self._messages = list(messages)

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._messages)

    def append(self, message: Message) -> None:
        self._messages.append(message)

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        body: dict[str, Any] = {
            "messages": as_chat(self._messages),
            "max_tokens": sampling.max_tokens,
            "seed": sampling.seed,
            # Four is the most stop strings the OpenAI interface takes.
            "stop": list(sampling.stop[:4]) or None,
        }
        options = {"temperature": sampling.temperature, "top_p": sampling.top_p}
        body |= {name: value for name, value in options.items() if value is not None}
        answer = self._model.post(body)
        try:
            choice = answer["choices"][0]
            text, finish = choice["message"]["content"] or "", choice.get("finish_reason")
        except (KeyError, IndexError, TypeError) as error:
            raise ModelError(f"{self._model.url} answered without a choice: {str(answer)[:200]}") from error
        # Servers strip the stop string; vLLM and SGLang say which it was. The history must hold it.
        reason = choice.get("stop_reason", choice.get("matched_stop"))
        stop = reason if isinstance(reason, str) and reason in sampling.stop else None
        part = Generated(text + (stop or ""))
        self._messages.append(Message("assistant", (part,)))
        used = answer.get("usage") or {}
        details = used.get("prompt_tokens_details") or {}
        usage = Usage(
            int(used.get("prompt_tokens") or 0),
            int(details.get("cached_tokens", 0) or 0),
            int(used.get("completion_tokens") or 0),
        )
        ended: Literal["stop", "end", "length"] = "stop" if stop else "length" if finish == "length" else "end"
        return Completion(text, ended, stop, part, usage)

    def fork(self) -> RemoteSession:
        return RemoteSession(self._model, self._messages)


def as_chat(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The conversation as OpenAI chat messages, every part of the assistant's turn that it did not write a user's."""
    chat: list[dict[str, Any]] = []
    for message in messages:
        for part in message.parts:
            role = "user" if message.role == "assistant" and not isinstance(part, Generated) else message.role
            if not chat or chat[-1]["role"] != role:
                chat.append({"role": role, "content": []})
            chat[-1]["content"].append(_content(part))
    for entry in chat:
        if entry["role"] != "user":  # servers take pictures from users alone, and plain text from everybody
            entry["content"] = "".join(part["text"] for part in entry["content"])
    return chat


def _content(part: Text | Generated | Image) -> dict[str, Any]:
    if not isinstance(part, Image):
        return {"type": "text", "text": part.text}
    buffer = io.BytesIO()
    PILImage.fromarray(part.pixels).save(buffer, format="PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}

"""The wire: requests, streamed answers, timeouts, and what is tried again."""

from __future__ import annotations

import email.utils
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from model.base import ModelError
from model.remote.refusal import RefusedError, not_json, refusal
from model.remote.retry import PassingError, Retry, UnreachableError

T = TypeVar("T")
_PASSING = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and what to try again.

    Args:
        connect: for a connection.
        silence: between two pieces of a streamed answer, and for the first, which comes after the prompt was read.
        answer: for a whole answer. A silence that has begun by then may still run out.
        retry: after failures that pass.
    """

    connect: float = 10.0
    silence: float = 300.0
    answer: float = 600.0
    retry: Retry = field(default_factory=Retry)


class Server:
    """An OpenAI-compatible server. Safe to share between threads.

    The key, if the server wants one, is read from OPENAI_API_KEY.
    """

    def __init__(self, url: str, patience: Patience) -> None:
        self._patience = patience
        key = os.environ.get("OPENAI_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            address = httpx.URL(url.rstrip("/") + "/")
            self._client = httpx.Client(base_url=address, headers=headers)
        except httpx.InvalidURL as error:
            raise ModelError(f"{url} is no address of a server ({error})") from error
        if address.scheme not in ("http", "https") or not address.host:
            raise ModelError(f"{url} is no address of a server: write it as http://127.0.0.1:8000/v1")
        # Names and messages are recorded; what stands before the @ is a password.
        self.url = str(address.copy_with(userinfo=b"")).rstrip("/")

    def models(self) -> list[str]:
        """Names of what is served.

        Raises ModelError when the server cannot be asked, and at once when there is none: this is the first question,
        and a mistyped address does not come up later.
        """
        asked = _Asked(f"{self.url}/models")

        def once() -> dict[str, Any]:
            try:
                return self._ask("GET", asked, None, lambda pieces: next(pieces, {}))
            except UnreachableError as error:
                raise ModelError(str(error)) from error

        found = self._patience.retry.run(once)
        return [str(entry.get("id")) for entry in found.get("data") or [] if isinstance(entry, Mapping)]

    def chat(self, body: Mapping[str, Any], read: Callable[[Iterator[dict[str, Any]]], T]) -> T:
        """What `read` makes of the answer's pieces, or of the one piece of an answer that is not streamed.

        The connection closes when `read` returns or raises, at the latest. `read` starts anew on another try.

        Raises:
            ModelError: no answer, in time or at all.
            RefusedError: the request was refused for a reason not known here.
            ContextOverflowError: it does not fit the server's window.
        """
        asked = _Asked(f"{self.url}/chat/completions", str(body["model"]), _images(body))
        return self._patience.retry.run(lambda: self._ask("POST", asked, body, read))

    def _ask(
        self,
        method: str,
        asked: _Asked,
        body: Mapping[str, Any] | None,
        read: Callable[[Iterator[dict[str, Any]]], T],
    ) -> T:
        patience = self._patience
        longest = min(patience.silence, patience.answer) if body and body.get("stream") else patience.answer
        timeout = httpx.Timeout(longest, connect=patience.connect)
        deadline = time.monotonic() + patience.answer
        try:
            with self._client.stream(
                method, asked.where.removeprefix(self.url + "/"), json=body, timeout=timeout
            ) as response:
                if response.status_code >= 400:
                    said = response.read().decode(errors="replace")
                    raise _failure(asked, response.status_code, said, response.headers)
                return read(_objects(response, asked, deadline))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise UnreachableError(
                f"no answer from {self.url} ({error}); is the server up and the address right?"
            ) from error
        except httpx.TimeoutException as error:
            raise ModelError(
                f"{asked.where} said nothing for {longest:g} s; is it stuck? For a long prompt raise --timeout"
            ) from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise PassingError(f"{self.url} closed the connection before its answer was complete ({error})") from error
        except httpx.HTTPError as error:
            raise ModelError(f"{asked.where} cannot be asked ({error}); is the address right?") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an error message says of the request."""

    where: str
    model: str = ""
    images: int = 0


def _images(body: Mapping[str, Any]) -> int:
    contents = [entry["content"] for entry in body["messages"]]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return sum(part["type"] == "image_url" for part in parts)


def _failure(asked: _Asked, status: int, body: str, headers: Mapping[str, str]) -> ModelError | PassingError:
    known = refusal(asked.where, asked.model, status, body, asked.images)
    # llama-server answers 500 to an image it has no encoder for: that is known, and will not pass.
    if status in _PASSING and isinstance(known, RefusedError):
        return PassingError(str(known), _retry_after(headers))
    return known


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either form of the header; None when there is none, or none that can be read."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _objects(response: httpx.Response, asked: _Asked, deadline: float) -> Iterator[dict[str, Any]]:
    """The JSON objects of an answer, those of a stream as they come. Raises what an error in place of one says."""
    streamed = response.headers.get("content-type", "").startswith("text/event-stream")
    for data in _events(response, asked, deadline) if streamed else [response.read()]:
        found = _object(data, asked.where)
        if error := found.get("error"):
            status = error.get("code") if isinstance(error, Mapping) else None
            raise _failure(asked, status if isinstance(status, int) else 500, data.decode(errors="replace"), {})
        yield found


def _events(response: httpx.Response, asked: _Asked, deadline: float) -> Iterator[bytes]:
    """The data of server-sent events, up to [DONE]."""
    rest = b""
    for piece in response.iter_bytes():
        if time.monotonic() > deadline:
            raise ModelError(f"{asked.where} was not done in time; allow it more, or ask for fewer tokens")
        # Not iter_lines(): that also splits at the line separators which JSON may hold unescaped.
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                if (data := line[5:].strip()) == b"[DONE]":
                    return
                yield data


def _object(data: bytes, where: str) -> dict[str, Any]:
    text = data.decode(errors="replace")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise not_json(where, text) from error
    if not isinstance(found, dict):
        raise not_json(where, text)
    return found

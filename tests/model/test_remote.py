"""A real HTTP server in the OpenAI form, and what is said when it misbehaves."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage

from model.base import Generated, Image, Message, ModelError, Sampling
from model.registry import make_model
from model.remote import RemoteModel


class Server(ThreadingHTTPServer):
    """Answers with `reply` and keeps what it was asked."""

    asked: list[dict[str, Any]]
    models: list[str]
    reply: tuple[int, bytes]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.answer(200, json.dumps({"data": [{"id": name} for name in self.server.models]}).encode())

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(*self.server.reply)

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


CHOICE = {
    "choices": [{"message": {"content": "up"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 1},
}


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.models, server.reply = [], ["tiny"], (200, json.dumps(CHOICE).encode())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1"


def test_a_conversation_is_sent_with_its_pictures(server: Server) -> None:
    model = make_model(url(server))
    session = model.session()
    screen = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    session.append(Message.of("system", "Act."))
    session.append(Message.of("user", "goal", Image(screen)))
    completion = session.complete(Sampling(max_tokens=7, temperature=0.0, stop=("</tool_call>",)))
    assert (completion.text, completion.usage.prompt, completion.part) == ("up", 9, Generated("up"))
    session.append(Message.of("assistant", ": ", Image(screen), "\n✿RETURN✿"))
    session.complete()
    first, second = server.asked
    assert (first["model"], first["max_tokens"], first["temperature"], first["stop"]) == (
        "tiny",
        7,
        0.0,
        ["</tool_call>"],
    )
    assert [entry["role"] for entry in first["messages"]] == ["system", "user"]
    picture = first["messages"][1]["content"][1]["image_url"]["url"].partition("base64,")[2]
    assert np.array_equal(np.array(PILImage.open(io.BytesIO(base64.b64decode(picture)))), screen)
    # What the model wrote stays its own; what the world answered becomes a user turn.
    assert [entry["role"] for entry in second["messages"]] == ["system", "user", "assistant", "user"]
    assert second["messages"][2]["content"] == "up"


def test_a_choice_is_asked_for_when_there_are_several_models(server: Server) -> None:
    server.models = ["a", "b"]
    with pytest.raises(ModelError, match="#NAME"):
        RemoteModel(url(server))
    assert RemoteModel(url(server) + "#b").served == "b"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((500, b"out of memory"), "answered 500: out of memory"),
        ((200, b"<html>"), "other than JSON"),
        ((200, b"[]"), "other than a JSON object"),
        ((200, b"{}"), "without a choice"),
    ],
)
def test_a_server_that_misbehaves_is_quoted(server: Server, reply: tuple[int, bytes], words: str) -> None:
    session = RemoteModel(url(server)).session()
    session.append(Message.of("user", "hi"))
    server.reply = reply
    with pytest.raises(ModelError, match=words):
        session.complete()


def test_no_server_is_said() -> None:
    with pytest.raises(ModelError, match="is the server up"):
        RemoteModel("http://127.0.0.1:9/v1")

"""A real HTTP server in the OpenAI form: what it is asked, and what is made of its answers."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
import logging
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage

from actions.cards import Hit, Stand
from actions.dialects.hermes import HermesDialect
from actions.dialects.qwen import QwenDialect
from actions.space import ActionSpace
from agent.choose import make_policy
from agent.policy import ModelPolicy
from envs.registry import make_env
from model.base import ContextOverflowError, Generated, Image, Message, ModelError, Sampling, Usage
from model.registry import ModelOptions, make_model
from model.remote.model import RemoteModel, RemoteOptions
from model.remote.retry import Retry
from model.remote.server import Patience
from model.remote.session import RemoteSession

Reply = Callable[["Handler"], None]
TAG = "</tool_call>"
FLOWERS = QwenDialect().stop
STALL = threading.Event()


class Server(ThreadingHTTPServer):
    """Answers with `replies`, the last of them again and again, and keeps what it was asked."""

    daemon_threads = True
    asked: list[dict[str, Any]]
    bodies: list[bytes]
    headers: list[dict[str, str]]
    models: list[str]
    replies: list[Reply]
    hung_up: threading.Event

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that hangs up is what some of these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.headers.append(dict(self.headers))
        self.answer(200, json.dumps({"data": [{"id": name} for name in self.server.models]}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.asked.append(json.loads(body))
        replies = self.server.replies
        (replies.pop(0) if len(replies) > 1 else replies[0])(self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def event(self, found: dict[str, Any]) -> None:
        self.send(b"data: " + json.dumps(found, ensure_ascii=False).encode() + b"\n\n")

    def wait_for_hang_up(self) -> None:
        """Until the client closes the connection."""
        select.select([self.connection], [], [], 10)
        try:
            gone = self.connection.recv(1, socket.MSG_DONTWAIT) == b""
        except ConnectionResetError:  # it left without having read everything
            gone = True
        if gone:
            self.server.hung_up.set()
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def whole(text: str | None = "up", finish: str = "stop", usage: dict[str, Any] | None = None, **more: Any) -> Reply:
    """An answer in one piece, whether a stream was asked for or not."""
    message = {"content": text, **more.pop("message", {})}
    choice = {"message": message, "finish_reason": finish, **more.pop("choice", {})}
    found = {"choices": [choice], "usage": usage or {"prompt_tokens": 9, "completion_tokens": 1}, **more}
    return lambda handler: handler.answer(200, json.dumps(found).encode())


def stream(*texts: str, finish: str = "stop", last: dict[str, Any] | None = None, **more: Any) -> Reply:
    """An answer in pieces, its usage after its end."""

    def reply(handler: Handler) -> None:
        handler.begin_stream()
        for text in texts:
            handler.event({"choices": [{"delta": {"content": text}, "finish_reason": None}]})
        handler.event({"choices": [{"delta": {}, "finish_reason": finish, **more}]})
        handler.event({"choices": [], **(last or {"usage": {"prompt_tokens": 9, "completion_tokens": 2}})})
        handler.send(b"data: [DONE]\n\n")
        handler.send(b"")

    return reply


def refuse(status: int, message: str, **headers: str) -> Reply:
    return lambda handler: handler.answer(status, json.dumps({"error": {"message": message}}).encode(), **headers)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.bodies, server.headers, server.models = [], [], [], ["tiny"]
    server.replies, server.hung_up = [whole()], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1"


class Waits(list[float]):
    """Waits asked for, none of them waited."""

    def patience(self, **options: float) -> Patience:
        retry = Retry(tries=4, first=1.0, total=100.0, sleep=self.append, jitter=lambda: 1.0)
        return Patience(retry=retry, **options)


def opened(server: Server, **options: Any) -> RemoteSession:
    """A session that was told one thing."""
    options.setdefault("patience", Waits().patience())
    session = RemoteModel(url(server), RemoteOptions(**options)).session()
    session.append(Message.of("user", "hi"))
    return session


def screen(seed: int = 0, height: int = 20, width: int = 30) -> Image:
    return Image(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def picture(content: dict[str, Any]) -> PILImage.Image:
    return PILImage.open(io.BytesIO(base64.b64decode(content["image_url"]["url"].partition("base64,")[2])))


# What is sent


def test_a_conversation_is_sent_with_its_pictures(server: Server) -> None:
    session = make_model(url(server)).session()
    session.append(Message.of("system", "Act."))
    session.append(Message.of("user", "goal", screen(), "look"))
    completion = session.complete(Sampling(max_tokens=7, temperature=0.0, stop=(TAG,)))
    assert (completion.text, completion.usage.prompt, completion.part) == ("up", 9, Generated("up"))
    session.append(Message.of("assistant", ": ", screen(1), "\n✿RETURN✿"))
    session.complete()
    first, second = server.asked
    assert (first["model"], first["max_tokens"], first["temperature"], first["stop"]) == ("tiny", 7, 0.0, [TAG])
    assert first["repetition_penalty"] == 1.0  # or vLLM takes the checkpoint's
    assert (first["stream"], first["stream_options"]) == (True, {"include_usage": True})
    assert [entry["role"] for entry in first["messages"]] == ["system", "user"]
    goal, shot, look = first["messages"][1]["content"]
    assert (goal["text"], look["text"]) == ("goal", "look")
    assert np.array_equal(np.array(picture(shot)), screen().pixels)
    # What the model wrote stays its own; what the world answered becomes a user turn, the picture at its place in it.
    assert [entry["role"] for entry in second["messages"]] == ["system", "user", "assistant", "user"]
    assert second["messages"][2]["content"] == "up"
    assert [part["type"] for part in second["messages"][3]["content"]] == ["text", "image_url", "text"]


def test_each_step_sends_the_bytes_of_the_last_one_first(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = []
    save = PILImage.Image.save
    monkeypatch.setattr(PILImage.Image, "save", lambda self, *a, **k: (encoded.append(self.size), save(self, *a, **k)))
    session = opened(server)
    for step in range(4):
        session.append(Message.of("user", f"step {step}", screen(step)))
        session.complete()
    sent = [json.dumps(asked["messages"]).removesuffix("]").encode() for asked in server.asked]
    assert all(after.startswith(before) for before, after in itertools.pairwise(sent))
    raw = [body[body.index(b'"messages"') : body.index(b'"max_tokens"')].rstrip(b",]") for body in server.bodies]
    assert all(after.startswith(before) for before, after in itertools.pairwise(raw))
    assert len(encoded) == 4


def test_images_are_counted_when_they_are_new_to_the_conversation(server: Server) -> None:
    session = opened(server)
    session.append(Message.of("user", screen(0), screen(1), screen(0)))
    assert session.complete().usage.images_encoded == 2
    twin = session.fork()
    twin.append(Message.of("user", screen(1), screen(2)))
    assert twin.complete().usage.images_encoded == 1
    assert session.complete().usage.images_encoded == 0


@pytest.mark.parametrize(
    ("options", "image", "size"),
    [
        (RemoteOptions(), screen(0, 600, 900), (900, 600)),
        (RemoteOptions(max_pixels=100_000), screen(0, 600, 900), (364, 252)),
        (RemoteOptions(max_pixels=100_000), screen(0, 250, 300), (300, 250)),
        (RemoteOptions(max_pixels=100_000), replace(screen(0, 600, 900), max_pixels=50_000), (252, 168)),
        (RemoteOptions(), replace(screen(0, 600, 900), max_pixels=50_000), (252, 168)),
        (RemoteOptions(min_pixels=200_000), screen(0, 250, 300), (504, 420)),
        (RemoteOptions(), replace(screen(0, 250, 300), min_pixels=200_000), (504, 420)),
    ],
)
def test_a_picture_is_sent_within_the_bounds(
    server: Server, options: RemoteOptions, image: Image, size: tuple[int, int]
) -> None:
    session = RemoteModel(url(server), options).session()
    session.append(Message.of("user", image))
    session.complete()
    assert picture(server.asked[0]["messages"][0]["content"][0]).size == size


def test_an_open_turn_is_sent_open_if_the_server_can(server: Server) -> None:
    session = opened(server, open_turn=True, extra={"chat_template_kwargs": {"x": 1}, "seed": 5})
    session.complete()
    session.append(Message.of("assistant", ": ", screen(), "\n✿RETURN✿"))
    session.complete()
    first, second = server.asked
    assert "continue_final_message" not in first
    assert (first["chat_template_kwargs"], first["seed"]) == ({"x": 1}, 5)
    assert (second["add_generation_prompt"], second["continue_final_message"]) == (False, True)
    user, assistant = second["messages"]
    assert (user["role"], assistant["role"]) == ("user", "assistant")
    assert [part.get("text") for part in assistant["content"]] == ["up: ", None, "\n✿RETURN✿"]


def test_a_server_that_cannot_keep_a_turn_open_is_not_asked_otherwise(server: Server) -> None:
    session = opened(server, open_turn=True)
    session.complete()
    server.replies = [refuse(400, "unknown field: continue_final_message")]
    with pytest.raises(ModelError, match="unknown field: continue_final_message"):
        session.complete()
    assert all(asked["continue_final_message"] for asked in server.asked[1:])


def test_model_options_reach_the_server(server: Server) -> None:
    options = ModelOptions(max_pixels=100_000, open_turn=True, timeout=5.0, extra={"mm_processor_kwargs": {}})
    model = make_model(url(server) + "#b", options)
    assert isinstance(model, RemoteModel)
    assert (model.served, model.options.patience.answer) == ("b", 5.0)
    facts = model.describe()
    assert (facts["open_turn"], facts["max_pixels"], facts["extra"]) == (True, 100_000, {"mm_processor_kwargs": {}})


def test_a_choice_is_asked_for_when_there_are_several_models(server: Server) -> None:
    server.models = ["a", "b"]
    with pytest.raises(ModelError, match="#NAME"):
        RemoteModel(url(server))
    assert RemoteModel(url(server) + "#b").served == "b"


def test_the_key_is_sent_and_no_password_is_recorded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    RemoteModel(url(server))
    assert server.headers[0]["Authorization"] == "Bearer sesame"
    model = RemoteModel(url(server).replace("//", "//me:secret@") + "#tiny")
    assert "secret" not in model.name + str(model.describe())


# How an answer ends


def test_a_stop_string_the_server_keeps_is_taken_off(server: Server) -> None:
    server.replies = [stream("<tool_call>{}</tool", "_call>", stop_reason=TAG)]
    completion = opened(server).complete(Sampling(stop=(TAG,)))
    assert (completion.text, completion.finish, completion.stop) == ("<tool_call>{}", "stop", TAG)
    assert completion.part == Generated("<tool_call>{}</tool_call>")
    assert completion.usage == Usage(9, 0, 2)
    assert server.asked[0]["include_stop_str_in_output"] is True


@pytest.mark.parametrize("key", ["stop_reason", "matched_stop"])
@pytest.mark.parametrize("form", [stream, whole])
def test_a_stop_string_the_server_names_is_put_back(server: Server, key: str, form: Callable[..., Reply]) -> None:
    named = {key: "✿RETURN✿"}
    server.replies = [form("go", **(named if form is stream else {"choice": named}))]
    completion = opened(server).complete(Sampling(stop=FLOWERS))
    assert (completion.finish, completion.stop, completion.part) == ("stop", "✿RETURN✿", Generated("go✿RETURN✿"))


@pytest.mark.parametrize("reason", [None, 151645])
def test_a_server_that_says_it_was_none_is_believed(server: Server, reason: int | None) -> None:
    server.replies = [stream("<tool_call>{}", stop_reason=reason)]
    completion = opened(server).complete(Sampling(stop=(TAG,)))
    assert (completion.finish, completion.stop, completion.part) == ("end", None, Generated("<tool_call>{}"))


def test_an_open_tag_tells_what_a_silent_server_does_not(server: Server) -> None:
    server.replies = [stream("<tool_call>{}"), stream("<tool_call>{}</tool_call> done"), stream("done")]
    session = opened(server)
    assert session.complete(Sampling(stop=(TAG,))).stop == TAG
    assert session.complete(Sampling(stop=(TAG,))).text == "<tool_call>{}"
    assert session.complete(Sampling(stop=(TAG,))).finish == "end"
    assert len(server.asked) == 3


def test_stop_strings_are_looked_for_here_when_the_server_does_not_say(server: Server) -> None:
    def talk(handler: Handler) -> None:  # as llama-server does, with counts in every piece
        handler.begin_stream()
        for number, text in enumerate(("go", "✿RES", "ULT✿ and", " on")):
            timings = {"cache_n": 5, "prompt_n": 4, "predicted_n": number + 1}
            handler.event({"choices": [{"delta": {"content": text}}], "timings": timings})
        handler.wait_for_hang_up()

    server.replies = [stream("go"), talk]
    session = opened(server)
    completion = session.complete(Sampling(stop=FLOWERS))
    assert (completion.text, completion.finish, completion.stop) == ("go", "stop", "✿RESULT✿")
    assert completion.usage == Usage(9, 5, 3)
    assert server.hung_up.wait(5)
    asked, again = server.asked
    assert (asked["stop"], again.get("stop"), again["timings_per_token"]) == (list(FLOWERS), None, True)
    session.complete(Sampling(stop=FLOWERS))
    assert len(server.asked) == 3  # it is remembered


def test_without_a_stream_a_silent_server_is_not_guessed_at(server: Server) -> None:
    server.replies = [refuse(400, "Streaming is not supported"), whole("go")]
    completion = opened(server).complete(Sampling(stop=FLOWERS))
    assert (completion.text, completion.finish, completion.stop) == ("go", "end", None)


def test_the_fifth_stop_string_is_looked_for_here(server: Server) -> None:
    server.replies = [stream("a", " e", " b")]
    completion = opened(server).complete(Sampling(stop=("1", "2", "3", "4", "e")))
    assert (completion.text, completion.stop) == ("a ", "e")
    assert server.asked[0]["stop"] == ["1", "2", "3", "4"]


def test_an_answer_cut_short_says_so(server: Server) -> None:
    server.replies = [stream("<tool_call>", finish="length")]
    completion = opened(server).complete(Sampling(stop=(TAG,)))
    assert (completion.finish, completion.stop) == ("length", None)


def test_line_separators_in_an_answer_are_text(server: Server) -> None:
    server.replies = [stream("a\u2028b\x85c\r", stop_reason=None)]
    assert opened(server).complete().text == "a\u2028b\x85c\r"


# Native calls


@pytest.mark.parametrize(("asked", "used"), [(None, "hermes"), ("qwen", "qwen")])
def test_a_servers_calls_are_written_in_the_dialect_that_is_asked_for(
    server: Server, asked: str | None, used: str
) -> None:
    policy = make_policy(url(server), dialect=asked)
    assert isinstance(policy, ModelPolicy)
    assert policy.describe()["dialect"] == used
    assert policy._model.dialect == used


@pytest.mark.parametrize("dialect", [HermesDialect(), QwenDialect()])
@pytest.mark.parametrize("form", ["stream", "whole"])
def test_a_native_call_becomes_the_dialects_text(server: Server, dialect: Any, form: str) -> None:
    calls = [{"function": {"name": "hit", "arguments": '{"n": 1}'}}, {"function": {"name": "stand", "arguments": "{}"}}]

    def streamed(handler: Handler) -> None:
        pieces = [{"name": "hit", "arguments": ""}, {"arguments": '{"n"'}, {"arguments": ": 1}"}]
        handler.begin_stream()
        handler.event({"choices": [{"delta": {"content": "I hit."}}]})
        for piece in pieces:
            handler.event({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": piece}]}}]})
        handler.event({"choices": [{"delta": {"tool_calls": [{"index": 1, "function": calls[1]["function"]}]}}]})
        handler.event({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
        handler.send(b"data: [DONE]\n\n")
        handler.send(b"")

    server.replies = [streamed if form == "stream" else whole("I hit.", "tool_calls", message={"tool_calls": calls})]
    schemas = tuple(ActionSpace((Hit, Stand)).schema())
    session = opened(server, dialect=dialect.name)
    completion = session.complete(Sampling(stop=dialect.stop, tools=schemas))
    call = dialect.parse(completion.text)
    assert (call.name, call.arguments, dialect.thought(completion.text)) == ("hit", {"n": 1}, "I hit.")
    assert (completion.finish, completion.stop) == ("stop", dialect.stop[0])
    assert completion.part.text == completion.text + dialect.stop[0]
    tools = server.asked[0]["tools"]
    assert [tool["function"]["name"] for tool in tools] == [schema.name for schema in schemas]
    assert "stop" not in server.asked[0]


@pytest.mark.parametrize("tools", [False, True])
def test_an_envs_functions_are_declared_when_that_is_asked_for(server: Server, tools: bool) -> None:
    env = make_env("Blackjack")
    observation, _ = env.reset(seed=0)
    policy = make_policy(url(server), options=ModelOptions(tools=tools))
    policy.begin(env, seed=0)
    policy.decide(observation, "")
    declared = {tool["function"]["name"] for tool in server.asked[0].get("tools", [])}
    assert declared == ({"Hit", "Stand"} if tools else set())
    assert policy.describe()["tools"] is tools
    policy.sibling().begin(env, seed=0)


def test_a_native_call_that_cannot_be_read_is_the_models_mistake(server: Server) -> None:
    server.replies = [
        whole(None, "tool_calls", message={"tool_calls": [{"function": {"name": "hit", "arguments": "{n"}}]})
    ]
    text = opened(server).complete().text
    with pytest.raises(ValueError, match="not valid JSON"):
        HermesDialect().parse(text)


# What is counted


@pytest.mark.parametrize(
    ("last", "usage"),
    [
        (
            {"usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 7}}},
            (9, 7, 2),
        ),
        ({"usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": None}}, (9, 0, 2)),
        ({"usage": {"prompt_tokens": 9, "completion_tokens": 2}, "timings": {"cache_n": 6, "prompt_n": 3}}, (9, 6, 2)),
        ({"timings": {"cache_n": 6, "prompt_n": 3, "predicted_n": 2}}, (9, 6, 2)),
        ({"usage": {"prompt_tokens": 9, "completion_tokens": 2}, "tokens_cached": 4}, (9, 4, 2)),
        ({"usage": None}, (0, 0, 0)),
    ],
)
def test_tokens_are_counted_as_the_server_counts_them(
    server: Server, last: dict[str, Any], usage: tuple[int, int, int]
) -> None:
    server.replies = [stream("up", last=last)]
    assert opened(server).complete().usage == Usage(*usage)


# What goes wrong and passes


def test_a_server_that_starts_is_waited_for(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    page = lambda handler: handler.answer(503, b"<html>starting</html>")  # noqa: E731
    server.replies = [refuse(503, "loading"), page, whole()]
    waits = Waits()
    with caplog.at_level(logging.WARNING):
        assert opened(server, patience=waits.patience()).complete().text == "up"
    assert waits == [1.0, 2.0]
    assert [record.getMessage().partition("; ")[2] for record in caplog.records] == [
        "trying again in 1.0 s (1 of 4 tries)",
        "trying again in 2.0 s (2 of 4 tries)",
    ]


@pytest.mark.parametrize(
    ("after", "wait"), [("0", 0.0), ("7", 7.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("?", 1.0)]
)
def test_a_full_server_says_how_long_to_wait(server: Server, after: str, wait: float) -> None:
    server.replies = [refuse(429, "full", Retry_After=after), whole()]
    waits = Waits()
    opened(server, patience=waits.patience()).complete()
    assert waits == [wait]


def test_a_wait_beyond_all_patience_is_not_begun(server: Server) -> None:
    server.replies = [refuse(429, "quota", Retry_After="3600")]
    waits = Waits()
    with pytest.raises(ModelError, match=r"quota \(tried once, and the server asks for 3600 s\)"):
        opened(server, patience=waits.patience()).complete()
    assert waits == []


def test_patience_ends(server: Server) -> None:
    session = opened(server)
    server.replies = [refuse(500, "out of memory")]
    with pytest.raises(ModelError, match=r"answered 500: out of memory \(tried 4 times\)"):
        session.complete()
    assert len(server.asked) == 4
    assert len(session.messages) == 1
    server.replies = [whole()]
    assert session.complete().text == "up"


def test_an_address_where_nothing_answers_is_not_waited_for() -> None:
    waits = Waits()
    with pytest.raises(ModelError, match=r"is the server up"):
        RemoteModel("http://127.0.0.1:9/v1", RemoteOptions(patience=waits.patience()))
    assert waits == []


def test_a_server_that_is_gone_may_come_back() -> None:
    waits = Waits()
    session = RemoteModel("http://127.0.0.1:9/v1#tiny", RemoteOptions(patience=waits.patience())).session()
    with pytest.raises(ModelError, match=r"is the server up.*\(tried 4 times\)"):
        session.complete()
    assert waits == [1.0, 2.0, 4.0]


def test_a_connection_that_does_not_come_about_is_tried_again() -> None:
    waits = Waits()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
        for _ in range(4):  # more than the queue of a listener that accepts nobody holds
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        address = f"http://127.0.0.1:{full.getsockname()[1]}/v1#tiny"
        with pytest.raises(ModelError, match=r"no answer from .*\(tried 4 times\)"):
            RemoteModel(address, RemoteOptions(patience=waits.patience(connect=0.02))).session().complete()
    assert waits == [1.0, 2.0, 4.0]


def test_waits_are_jittered_and_capped() -> None:
    retry = Retry(first=1.0, longest=8.0, jitter=lambda: 0.0)
    assert [retry.wait(tried) for tried in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert all(0 <= Retry().jitter() < 1 for _ in range(100))


def cut(handler: Handler) -> None:
    """The connection lost in the middle of a chunk."""
    handler.begin_stream()
    handler.event({"choices": [{"delta": {"content": "u"}}]})
    handler.wfile.write(b"ff\r\ndata: ")
    handler.close_connection = True


def end_early(handler: Handler) -> None:
    """A stream that is whole as HTTP goes, but not as an answer."""
    handler.begin_stream()
    handler.event({"choices": [{"delta": {"content": "u"}}]})
    handler.send(b"")


def fail(handler: Handler) -> None:
    """An error in place of the next piece."""
    handler.begin_stream()
    handler.event({"choices": [{"delta": {"content": "u"}}]})
    handler.event({"error": {"message": "the engine died", "code": 500}})
    handler.send(b"")


@pytest.mark.parametrize("broken", [cut, end_early, fail])
def test_an_answer_that_breaks_off_is_asked_for_again(server: Server, broken: Reply) -> None:
    server.replies = [broken, stream("up", stop_reason=None)]
    session = opened(server)
    assert session.complete().text == "up"
    assert [message.role for message in session.messages] == ["user", "assistant"]
    server.replies = [broken]
    with pytest.raises(ModelError, match="tried 4 times"):
        session.complete()
    assert len(session.messages) == 2


# What goes wrong and stays


@pytest.mark.parametrize(
    ("status", "said", "error", "words"),
    [
        (400, "At most 1 image(s) may be provided in one prompt.", ModelError, r"--limit-mm-per-prompt.*\"image\""),
        (400, "At most 0 image(s) may be provided in one prompt.", ModelError, "takes no images"),
        (400, "tiny is not a multimodal model", ModelError, "serve a vision model"),
        (500, "image input is not supported - hint: you may need to provide the mmproj", ModelError, "--mmproj"),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, …",
            ContextOverflowError,
            "--max-model-len",
        ),
        (400, "The decoder prompt (length 60025) is longer than the maximum model length", ContextOverflowError, "-c"),
        (400, "request (9000 tokens) exceeds the available context size (4096 tokens)", ContextOverflowError, "fit"),
        (400, "The input (9 tokens) is longer than the model's context length (4).", ContextOverflowError, "fit"),
        (400, "Requested token count exceeds the model's maximum context length of 4", ContextOverflowError, "fit"),
        (400, "Range of input length should be [1, 30720]", ContextOverflowError, "fit"),
        (401, "Unauthorized", ModelError, "OPENAI_API_KEY"),
        (403, "Forbidden", ModelError, "OPENAI_API_KEY"),
        (404, "The model `tiny` does not exist.", ModelError, "#NAME"),
        (404, "Not Found", ModelError, "/v1"),
        (400, "messages: no", ModelError, "answered 400: messages: no"),
    ],
)
def test_a_refusal_says_what_to_do(server: Server, status: int, said: str, error: type[ModelError], words: str) -> None:
    session = opened(server)
    session.append(Message.of("user", screen()))
    server.replies = [refuse(status, said)]
    before = session.messages
    with pytest.raises(error, match=words) as caught:
        session.complete()
    assert type(caught.value) is error or error is ModelError
    assert said[:40] in str(caught.value)
    assert session.messages == before
    assert len(server.asked) == 1  # it is no use to ask again


def test_an_overflow_found_while_streaming_is_one(server: Server) -> None:
    def overflow(handler: Handler) -> None:
        handler.begin_stream()
        handler.event({"error": {"message": "exceeds the available context size", "code": 400}})
        handler.send(b"")

    session = opened(server)
    server.replies = [overflow]
    with pytest.raises(ContextOverflowError):
        session.complete()
    assert len(session.messages) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "a web page.*/v1"),
        (b"[]", "other than a JSON object"),
        (b"nonsense", "other than a JSON object"),
        (b"{}", "without a choice"),
        (b'{"choices": []}', "without a choice"),
        (b'{"detail": "x"}', "without a choice"),
    ],
)
def test_an_answer_that_is_none_is_quoted(server: Server, body: bytes, words: str) -> None:
    server.replies = [lambda handler: handler.answer(200, body)]
    with pytest.raises(ModelError, match=words):
        opened(server).complete()


@pytest.mark.parametrize("address", ["http://", "http://127.0.0.1:port/v1", "ftp://127.0.0.1/v1"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(ModelError, match="address"):
        RemoteModel(address)


# What a server does not take


def test_fields_a_server_refuses_are_left_out_from_then_on(server: Server) -> None:
    def picky(handler: Handler) -> None:
        for field in ("include_stop_str_in_output", "repetition_penalty", "stream_options"):
            if field in handler.server.asked[-1]:
                return refuse(400, f"Unrecognized request argument supplied: {field}")(handler)
        return stream("up", stop_reason=None)(handler)

    server.replies = [picky]
    session = opened(server)
    assert session.complete(Sampling(stop=(TAG,))).text == "up"
    assert len(server.asked) == 4
    session.complete(Sampling(stop=(TAG,)))
    assert len(server.asked) == 5
    assert server.asked[-1]["stream"] is True


def test_a_refusal_that_names_no_field_drops_all_that_are_not_openais(server: Server) -> None:
    server.replies = [refuse(422, "Extra inputs are not permitted"), whole()]
    opened(server).complete(Sampling(stop=(TAG,), top_k=5))
    foreign = {"include_stop_str_in_output", "no_stop_trim", "repetition_penalty", "top_k"}
    assert foreign <= server.asked[0].keys()
    assert not foreign & server.asked[1].keys()
    assert server.asked[1]["stop"] == [TAG]


def test_a_server_that_cannot_stream_is_asked_without(server: Server) -> None:
    server.replies = [refuse(400, "stream=true is not supported"), whole("<tool_call>{}", choice={"stop_reason": TAG})]
    session = opened(server)
    assert session.complete(Sampling(stop=(TAG,))).stop == TAG
    assert not {"stream", "stream_options"} & server.asked[1].keys()


def test_a_field_of_ours_can_be_taken_out(server: Server) -> None:
    opened(server, extra={"max_tokens": None, "max_completion_tokens": 9}).complete()
    assert "max_tokens" not in server.asked[0]
    assert server.asked[0]["max_completion_tokens"] == 9


def test_fields_of_the_users_own_are_not_taken_away(server: Server) -> None:
    server.replies = [refuse(400, "unknown field top_k")]
    with pytest.raises(ModelError, match="unknown field top_k"):
        opened(server, extra={"top_k": 3, "repetition_penalty": 1.1}).complete()
    assert all(asked["top_k"] == 3 for asked in server.asked)


# Time


def stall(handler: Handler) -> None:
    handler.begin_stream()
    handler.event({"choices": [{"delta": {"content": "u"}}]})
    handler.wait_for_hang_up()


def test_a_stream_that_stalls_is_given_up(server: Server) -> None:
    server.replies = [stall]
    session = opened(server, patience=Waits().patience(silence=0.05))
    with pytest.raises(ModelError, match=r"said nothing for 0.05 s"):
        session.complete()
    assert server.hung_up.wait(5)
    assert len(server.asked) == 1
    server.replies = [whole()]
    assert session.complete().text == "up"


def test_a_server_that_says_nothing_at_all_is_given_up(server: Server) -> None:
    server.replies = [lambda handler: handler.wait_for_hang_up()]
    with pytest.raises(ModelError, match=r"said nothing for 0.05 s"):
        opened(server, patience=Waits().patience(answer=0.05)).complete()


def test_an_answer_has_only_so_much_time(server: Server) -> None:
    def drip(handler: Handler) -> None:
        handler.begin_stream()
        try:
            for _ in range(1000):
                handler.event({"choices": [{"delta": {"content": "u"}}]})
                STALL.wait(0.005)
        except OSError:
            handler.server.hung_up.set()
        handler.close_connection = True

    server.replies = [drip]
    with pytest.raises(ModelError, match="not done in time"):
        opened(server, patience=Waits().patience(answer=0.1)).complete()
    assert server.hung_up.wait(5)


def test_ctrl_c_hangs_up_and_leaves_the_session_as_it_was(server: Server) -> None:
    def interrupted(handler: Handler) -> None:
        handler.begin_stream()
        handler.event({"choices": [{"delta": {"content": "u"}}]})
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        handler.wait_for_hang_up()

    server.replies = [interrupted]
    session = opened(server)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            session.complete()
    finally:
        signal.signal(signal.SIGINT, before)
    assert server.hung_up.wait(5)
    assert len(session.messages) == 1
    server.replies = [whole()]
    assert session.complete().text == "up"

"""Peers of the speed benchmark, as far as they go without their environments: stand-ins speak their protocols."""

from __future__ import annotations

import base64
import contextlib
import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PILImage
from transformers import AutoTokenizer, Qwen2VLForConditionalGeneration

from actions.dialects.hermes import HermesDialect
from evals.speed import weights
from evals.speed.peers import openvino_worker
from evals.speed.peers.base import PeerError, PeerMissingError, beside, find_environment
from evals.speed.peers.chat import Chat
from evals.speed.peers.freeze import freeze, thaw
from evals.speed.peers.llamacpp import LlamaCppPeer
from evals.speed.peers.memory import peak_of
from evals.speed.peers.openvino import OpenVinoPeer
from evals.speed.peers.plain import PlainPeer
from evals.speed.peers.server import Server
from evals.speed.peers.vllm import VllmPeer
from evals.speed.peers.worker import Worker
from model.training.scratch import SmallQwen2VL, train_tokenizer

TINY = SmallQwen2VL(
    hidden=512, layers=2, heads=8, kv_heads=2, feed_forward=96, vision_width=32, vision_depth=3, vision_heads=4,
    initializer_range=0.02, rope_theta=1e6, mrope_section=(8, 12, 12), max_pixels=28 * 28 * 16,
)  # fmt: skip


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small checkpoint that was taught the benchmark's answer."""
    folder = tmp_path_factory.mktemp("taught")
    tokenizer = train_tokenizer([weights.ANSWER, "assistant\n", "system\nuser\n"] * 20, 600)
    weights.create(folder, TINY, tokenizer, 640, weights.ANSWER, seed=3)
    return folder


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder, rng = tmp_path_factory.mktemp("screens"), np.random.default_rng(0)
    paths = [folder / f"{number}.png" for number in range(3)]
    for path in paths:
        PILImage.fromarray(rng.integers(0, 256, (84, 56, 3), dtype=np.uint8)).save(path)
    return paths


def test_answer_is_a_call_of_the_space() -> None:
    dialect = HermesDialect()
    call = dialect.parse(weights.ANSWER)
    assert call == weights.CALL
    assert isinstance(weights.SPACE.decode(call, dialect.scale), weights.Click)
    assert dialect.render(call) + dialect.stop[0] == weights.ANSWER


def test_plain_peer_writes_the_answer_at_every_turn(taught: Path, screenshots: list[Path]) -> None:
    peer = PlainPeer(taught, system="Act.")
    lengths = []
    for _ in range(2):  # a new chat starts from nothing
        peer.begin()
        for number, path in enumerate(screenshots):
            step = peer.step(path, f"Turn {number}: </tool_call> or not?", 400)
            assert step.text == weights.ANSWER
            assert step.first_token is not None
            assert 0 < step.first_token < step.seconds
            assert step.prompt is not None
            lengths.append(step.prompt)
    assert lengths[:3] == lengths[3:]
    assert lengths[0] < lengths[1] < lengths[2]
    assert peer.facts()["weights"] == "f32"
    assert peer.memory() > 0
    peer.close()


def test_the_next_token_wins_clearly_wherever_the_answer_stands(taught: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(taught)
    network = Qwen2VLForConditionalGeneration.from_pretrained(taught, dtype=torch.float32)
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    for before in ("", "Other words, and many of them. " * 100):
        lead = tokenizer.encode(f"{before}<|im_end|>\n<|im_start|>assistant\n", add_special_tokens=False)
        answer = [*tokenizer.encode(weights.ANSWER, add_special_tokens=False), end]
        with torch.inference_mode():
            logits = network(torch.tensor([lead + answer])).logits[0, len(lead) - 1 : -1]
        assert logits.argmax(-1).tolist() == answer
        best = logits.topk(2).values
        assert (best[:, 0] - best[:, 1]).min() > 1


def test_an_answer_that_repeats_itself_is_refused(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(["assistant\n"], 300)
    with pytest.raises(ValueError, match="last 4 tokens"):
        weights.create(tmp_path, TINY, tokenizer, 320, "abcdeabcdf", seed=0)


def test_a_network_that_is_too_small_is_refused(tmp_path: Path) -> None:
    small = SmallQwen2VL(hidden=64, heads=4, kv_heads=2, layers=1, mrope_section=(2, 3, 3))
    with pytest.raises(ValueError, match="query heads"):
        weights.create(tmp_path, small, train_tokenizer(["a"], 300), 320, "abc", seed=0)


def test_legacy_copy_is_flat_and_links_the_weights(taught: Path, tmp_path: Path) -> None:
    copy = tmp_path / "legacy"
    weights.write_legacy_copy(taught, copy)
    weights.write_legacy_copy(taught, copy)  # again over itself
    config = json.loads((copy / "config.json").read_text())
    assert config["hidden_size"] == 512
    assert config["rope_scaling"] == {"type": "mrope", "mrope_section": [8, 12, 12]}
    assert "text_config" not in config
    assert (copy / "model.safetensors").is_symlink()
    assert json.loads((taught / "config.json").read_text())["text_config"]["hidden_size"] == 512


def test_true_tokenizer_spells_the_answer_in_thirty_one_tokens() -> None:
    tokenizer = weights.true_tokenizer()
    assert tokenizer.convert_tokens_to_ids("<|image_pad|>") == 151655
    assert tokenizer.encode("348", add_special_tokens=False) == [18, 19, 23]
    assert len(tokenizer.encode(weights.ANSWER, add_special_tokens=False)) == 31


def test_missing_environment_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUOMOTOR_PEERS", raising=False)
    with pytest.raises(PeerMissingError, match=r"VISUOMOTOR_PEERS is not set.*prepare install"):
        find_environment("vllm")
    monkeypatch.setenv("VISUOMOTOR_PEERS", str(tmp_path))
    with pytest.raises(PeerMissingError, match="install --only vllm"):
        find_environment("vllm")


@pytest.mark.parametrize("peer", [OpenVinoPeer, LlamaCppPeer, VllmPeer])
def test_every_peer_misses_its_environment(peer: Any, tmp_path: Path) -> None:
    with pytest.raises(PeerMissingError, match="install --only"):
        peer(tmp_path / "model", tmp_path / "environment")


@pytest.mark.parametrize(("peer", "binary"), [(OpenVinoPeer, "bin/python"), (LlamaCppPeer, "bin/llama-server")])
def test_missing_conversion_says_how_to_get_it(peer: Any, binary: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / binary).touch()
    with pytest.raises(PeerMissingError, match="prepare convert"):
        peer(tmp_path / "model", tmp_path)
    assert beside(tmp_path / "model", "-f32.gguf").name == "model-f32.gguf"


FAKE_WORKER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    match request["do"]:
        case "double":
            print(json.dumps({"twice": 2 * request["value"]}), flush=True)
        case "fail":
            print(json.dumps({"error": "ValueError: no"}), flush=True)
        case "chatter":
            print("loading…", flush=True)
        case "die":
            sys.exit("out of memory")
"""


def test_worker_answers_fails_and_dies() -> None:
    worker = Worker([sys.executable, "-c", FAKE_WORKER])
    try:
        assert worker.ask(do="double", value=21) == {"twice": 42}
        assert worker.memory() > 0
        with pytest.raises(PeerError, match="ValueError: no"):
            worker.ask(do="fail")
        with pytest.raises(PeerError, match="other than JSON"):
            worker.ask(do="chatter")
        assert worker.ask(do="double", value=1) == {"twice": 2}
        with pytest.raises(PeerError, match="out of memory"):
            worker.ask(do="die")
        with pytest.raises(PeerError, match="has ended"):
            worker.ask(do="double", value=1)
    finally:
        worker.close()
        worker.close()


def test_openvino_worker_serves_json_lines() -> None:
    class Fake:
        def facts(self) -> dict[str, str]:
            return {"engine": "fake"}

        def begin(self, system: str) -> dict[str, str]:
            return {"system": system}

        def step(self, screenshot: str, text: str, tokens: int) -> dict[str, Any]:
            raise OSError(f"cannot open {screenshot}")

    asked = [
        {"do": "facts"},
        {"do": "begin", "system": "Act."},
        {"do": "step", "screenshot": "a.png", "text": "", "tokens": 1},
    ]
    out = io.StringIO()
    openvino_worker.serve(Fake(), [json.dumps(request) for request in asked], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers == [{"engine": "fake"}, {"system": "Act."}, {"error": "OSError: cannot open a.png"}]


@pytest.fixture
def chat_server() -> Iterator[SimpleNamespace]:
    """A server that streams one answer and keeps what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            broken = asked[-1]["max_tokens"] == 0
            self.send_response(400 if broken else 200)
            self.end_headers()
            if broken:
                self.wfile.write(b"max_tokens must be positive")
                return
            chunks: list[dict[str, Any]] = [
                {"choices": [{"delta": {"role": "assistant", "content": ""}}]},
                {"choices": [{"delta": {"content": "one "}}]},
                {"choices": [{"delta": {"content": "two"}, "finish_reason": "stop"}]},
                {
                    "choices": [],
                    "usage": {
                        "prompt_tokens": 9,
                        "completion_tokens": 3,
                        "prompt_tokens_details": {"cached_tokens": 4},
                    },
                },
            ]
            for chunk in chunks:
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_address[1]}", asked=asked)
    server.shutdown()
    server.server_close()


def test_chat_sends_every_screenshot_again_and_keeps_the_answers(
    chat_server: SimpleNamespace, screenshots: list[Path]
) -> None:
    chat = Chat(chat_server.url, "peer", "Act.")
    assert chat.fresh
    step = chat.step(screenshots[0], "first", 20)
    assert (step.text, step.tokens, step.prompt, step.cached) == ("one two", 3, 9, 4)
    assert step.first_token is not None
    assert not chat.fresh
    chat.step(screenshots[1], "second", 20, {"cache_prompt": True})
    sent = chat_server.asked[-1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "user"]
    assert sent["messages"][2]["content"] == "one two"
    urls = [m["content"][0]["image_url"]["url"] for m in sent["messages"] if m["role"] == "user"]
    assert [base64.b64decode(url.partition(",")[2]) for url in urls] == [p.read_bytes() for p in screenshots[:2]]
    assert sent["temperature"] == 0.0
    assert sent["cache_prompt"] is True
    with pytest.raises(PeerError, match="max_tokens must be positive"):
        chat.step(screenshots[2], "third", 0)
    chat.forget()
    assert chat.fresh
    chat.close()


SERVER = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"]


def test_server_ends_with_everything_it_started() -> None:
    shell = ["/bin/sh", "-c", "sleep 600 & exec " + " ".join(SERVER)]
    server = Server(shell, {}, health="/")
    group = int(server.log().partition("\n")[0])
    assert server.memory() > 0
    server.close()
    server.close()
    assert not _alive(group)


def test_server_that_ends_at_once_shows_its_log() -> None:
    with pytest.raises(PeerError, match="no such model"):
        Server([sys.executable, "-c", "import sys; sys.exit('no such model')"], {})


def test_no_server_outlives_a_killed_benchmark() -> None:
    program = f"""
import time
from evals.speed.peers.server import Server
server = Server({SERVER!r}, {{}}, health="/")
print(server.log().partition("\\n")[0], flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as benchmark:
        assert benchmark.stdout is not None
        group = int(benchmark.stdout.readline())
        os.killpg(group, 0)  # it is there
        benchmark.send_signal(signal.SIGKILL)
    assert not _alive(group)


def test_peak_of_a_process_that_is_gone_is_zero() -> None:
    assert peak_of(2**22 + 1) == 0


def _alive(group: int) -> bool:
    """Whether a process of the group still runs, zombies not counted, after 10 s at most."""
    for _ in range(100):
        states = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _parent, its_group = path.read_text(errors="replace").rpartition(")")[2].split()[:3]
                states += [state] * (int(its_group) == group)
        if all(state in "ZX" for state in states):
            return False
        time.sleep(0.1)
    return True


def test_a_frozen_peer_stands_still_until_it_is_thawed() -> None:
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        freeze(child.pid)
        assert _state(child.pid, "T") == "T"
        thaw(child.pid)
        assert _state(child.pid, "S") == "S"
    finally:
        child.kill()
        child.wait()
    freeze(child.pid)  # one that is gone does no harm


def _state(process: int, wanted: str) -> str:
    """What Linux says of a process, once it says what is waited for, or after two seconds."""
    state = ""
    for _ in range(200):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        if state == wanted:
            break
        time.sleep(0.01)
    return state

"""Loopback sites for the tests: what each path answers, and what was asked."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is not simply a page."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    """Never answer at all."""
    stalls: bool = False
    """Send the body, and never say that it was all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


Answering = str | Reply | Callable[[Asked], "str | Reply"]


class Site:
    """A server on 127.0.0.1 and a free port; pages are given by path and may be added later.

    Args:
        certificate: a PEM file with a key and a certificate: it then speaks TLS.
    """

    def __init__(self, pages: Mapping[str, Answering], certificate: Path | None = None) -> None:
        self.pages = dict(pages)
        self.asked: list[Asked] = []
        self._ends = threading.Event()
        self._scheme = "http" if certificate is None else "https"
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths asked for, without icons."""
        return [asked.path for asked in self.asked if asked.path != "/favicon.ico"]

    def close(self) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(site) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805 - the inner class has a self
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing: a request is no news."""

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
                site.asked.append(asked)
                given = site.pages.get(self.path.partition("?")[0], Reply("<h1>There is no such page</h1>", 404))
                reply = given(asked) if callable(given) else given
                reply = reply if isinstance(reply, Reply) else Reply(reply)
                if reply.silent:
                    site._ends.wait(120)
                    return
                body = reply.body if isinstance(reply.body, bytes) else whole(reply.body).encode()
                self.send_response(reply.status)
                for name, value in ({"Content-Type": "text/html; charset=utf-8"} | dict(reply.headers)).items():
                    self.send_header(name, value)
                if not reply.stalls:
                    self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)
                if reply.stalls:
                    self.wfile.flush()
                    site._ends.wait(120)

            do_GET = do_POST = do_HEAD = answer  # noqa: N815 - the base class's names

        return Handler


def whole(body: str) -> str:
    """A page of a few tags, made a document."""
    return body if body.lstrip().lower().startswith("<!doctype") else f"<!doctype html><meta charset=utf-8>{body}"


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to hold before a generous bound."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return holds()

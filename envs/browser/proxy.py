"""The proxy that an agent's browser is started with, so that every connection it makes is judged by `Sites`.

Pages, redirects, subresources, websockets and service workers all come through here. A name is resolved here, and the
connection goes to the very address that was judged, so a name that changes its address in between (DNS rebinding) gains
nothing. A request or a tunnel has a connection of its own: a browser's pages are few, and there is no state to confuse.

What a browser sends around its proxy is switched off by `CHROMIUM_ARGUMENTS`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import html
import ipaddress
import logging
import re
import secrets
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from envs.base import EnvError
from envs.browser.sites import AddressError, IPAddress, Sites, host_and_port, literal, place_of

_log = logging.getLogger(__name__)

CHROMIUM_ARGUMENTS = ("--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic")
"""WebRTC sends UDP, which no HTTP proxy sees, unless it is told not to."""

Resolver = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""The addresses of a host name and port, best first. Raises OSError if there are none."""

_BLOCK = 64 * 1024
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS = re.compile(r"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "upgrade"})
"""Headers about one connection, which end here; so do all that start with "proxy-"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and sizes that bound one proxy."""

    header_bytes: int = 64 * 1024
    header_seconds: float = 10.0
    connect_seconds: float = 10.0
    idle_seconds: float = 300.0
    """Without a byte in either direction; a websocket may be silent for long."""
    linger_seconds: float = 2.0
    """For the browser to take an answer and hang up."""
    connections: int = 256
    refused: int = 100
    """Reasons remembered."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the browser must show; other programs on this machine do not have it."""

    username: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


class _AnswerError(Exception):
    """A request that ends with an answer of the proxy's own."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Stream:
    """One connection. `abort` is always its end; after `finish` or `close` there is nothing left to abort."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def close(self) -> None:
        """Close after everything that was written is on its way."""
        self.writer.close()
        await self.writer.wait_closed()

    async def finish(self, seconds: float) -> None:
        """Say that this was all and let the other end hang up; closing before it has sent all resets the connection,
        and it may never see its answer."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while await self.reader.read(_BLOCK):
                    pass
        await self.close()

    def abort(self) -> None:
        """Reset the connection: an end in good order would make a cut-off answer look complete."""
        raw = self.writer.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line and the headers of a request or answer."""

    first: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, raw: bytes, strict: bool = True) -> _Head:
        """Raises ValueError for a header that two programs could read differently; unless `strict`, leaves it out."""
        first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        headers = []
        for line in lines:
            name, colon, value = line.partition(":")
            if colon and _TOKEN.fullmatch(name) and not re.search(r"[\r\n\0]", value):
                headers.append((name, value.strip(" \t")))
            elif strict:
                raise ValueError("a header cannot be read")
        return cls(first, tuple(headers))

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def forwarded(self, first: str, without: Sequence[str] = (), extra: Sequence[str] = ()) -> bytes:
        """This head as it goes on: another first line, and only the headers that are meant for the other end."""
        named = {name.strip().lower() for value in self.values("connection") for name in value.split(",")}
        # Without these nobody knows where a body ends, so naming them in Connection does not remove them.
        dropped = (named - {"content-length", "transfer-encoding"}) | _HOP_BY_HOP | set(without)
        kept = [
            f"{name}: {value}"
            for name, value in self.headers
            if name.lower() not in dropped and not name.lower().startswith("proxy-")
        ]
        return "\r\n".join([first, *extra, *kept, "Connection: close", "", ""]).encode("latin-1")


@dataclass(frozen=True, slots=True)
class _Request:
    """A request to a proxy. `path` is None for a tunnel."""

    method: str
    host: str
    port: int
    path: str | None

    @classmethod
    def parse(cls, line: str) -> _Request:
        """Raises _AnswerError for what is no request to a proxy for a tunnel or an http:// address."""
        parts = re.fullmatch(r"(\S+) ([\x21-\x7e]+) HTTP/1\.[01]", line)
        if parts is None or not _TOKEN.fullmatch(parts[1]):
            raise _AnswerError(HTTPStatus.BAD_REQUEST, "The request line cannot be read.")
        method, target = parts[1], parts[2]
        try:
            if method == "CONNECT":
                return cls(method, *host_and_port(target), None)
            place = place_of(target)
        except AddressError as error:
            raise _AnswerError(HTTPStatus.BAD_REQUEST, f"The address cannot be read: {error}.") from error
        if place.scheme != "http":
            raise _AnswerError(HTTPStatus.BAD_REQUEST, "Only http:// addresses can be asked for; others need CONNECT.")
        path = re.sub(r"\A[^:]+://[^/?#]*", "", target).partition("#")[0]
        return cls(method, place.host, place.port, path if path.startswith("/") else f"/{path}")


class Proxy:
    """A forward proxy on 127.0.0.1, on the event loop that starts it.

    Args:
        sites: what may be reached.
        resolver: how names become addresses; the system's own by default.
        limits: seconds and sizes.
    """

    def __init__(self, sites: Sites, resolver: Resolver | None = None, limits: Limits | None = None) -> None:
        self._sites = sites
        self._resolver = resolver or resolve
        self._limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], _Stream] = {}
        self.credentials = Credentials()
        self.refused: deque[str] = deque(maxlen=self._limits.refused)
        """Why connections were refused, newest last."""

    async def start(self) -> None:
        """Listen. Raises EnvError if no port can be had or the proxy is already started."""
        if self._server is not None:
            raise EnvError("the browser's proxy is already started")
        try:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=self._limits.header_bytes)
        except OSError as error:
            raise EnvError(f"the browser's proxy cannot listen on 127.0.0.1: {error}") from error

    @property
    def address(self) -> str:
        """http://127.0.0.1:PORT. Raises EnvError before start() and after close()."""
        if self._server is None:
            raise EnvError("the browser's proxy is not started")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening and reset every connection. Closing twice is fine."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        connections = dict(self._connections)
        for task, client in connections.items():
            task.cancel()
            client.abort()  # here too: a task that never ran has no `finally`
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # asyncio closes the socket of an aborted connection one turn later
        await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Stream(reader, writer)
        if self._server is None:
            client.abort()
        elif len(self._connections) >= self._limits.connections:
            writer.write(self._page(_AnswerError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open.")))
            writer.close()
        else:
            # A task of our own: the one that asyncio makes for a coroutine cannot be had when it must end.
            task = asyncio.get_running_loop().create_task(self._serve(client))
            self._connections[task] = client
            task.add_done_callback(self._connections.pop)

    async def _serve(self, client: _Stream) -> None:
        """One connection, from its first byte to its last. Raises nothing but cancellation and bugs."""
        try:
            try:
                await self._answer(client)
            except _AnswerError as answer:
                client.writer.write(self._page(answer))
                await client.finish(self._limits.linger_seconds)
        except (OSError, asyncio.IncompleteReadError) as error:
            _log.debug("a connection ended early: %r", error)
        finally:
            client.abort()

    async def _answer(self, client: _Stream) -> None:
        try:
            async with asyncio.timeout(self._limits.header_seconds):
                head = _Head.parse(await client.reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError as error:
            raise _AnswerError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.") from error
        except ValueError as error:
            raise _AnswerError(HTTPStatus.BAD_REQUEST, f"The request cannot be read: {error}.") from error
        self._authenticate(head)
        request = _Request.parse(head.first)
        length = _body_length(head) if request.path is not None else 0
        upstream = await self._connect(request.host, request.port)
        try:
            # The timeout moves on with every block that is copied.
            async with asyncio.timeout(self._limits.idle_seconds) as idle:
                if request.path is None:
                    await self._tunnel(client, upstream, idle)
                else:
                    await self._exchange(client, upstream, request, head, length, idle)
        finally:
            upstream.abort()

    def _authenticate(self, head: _Head) -> None:
        """Raises _AnswerError unless the request shows this proxy's credentials."""
        expected = f"{self.credentials.username}:{self.credentials.password}".encode()
        shown = head.values("proxy-authorization")
        scheme, _, encoded = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
        try:
            given = base64.b64decode(encoded.strip(), validate=True) if scheme.lower() == "basic" else b""
        except ValueError:
            given = b""
        if not hmac.compare_digest(given, expected):
            raise _AnswerError(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, "This proxy belongs to another program.")

    async def _connect(self, host: str, port: int) -> _Stream:
        """A connection to the first address of a host that may be reached and answers. Raises _AnswerError."""
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                return await self._open(await self._allowed(host, port), port)
        except TimeoutError as error:
            raise _AnswerError(HTTPStatus.GATEWAY_TIMEOUT, f"{host}, port {port}, does not answer.") from error
        except OSError as error:
            raise _AnswerError(HTTPStatus.BAD_GATEWAY, f"Cannot connect to {host}, port {port}: {error}.") from error

    async def _allowed(self, host: str, port: int) -> list[IPAddress]:
        """The addresses of a host that may be reached. Raises OSError if it has none, _AnswerError if none may."""
        known = literal(host)
        addresses = [known] if known is not None else await self._resolver(host, port)
        if not addresses:
            raise OSError("the name has no address")
        refusals = [self._sites.refusal_to_reach(host, port, address) for address in addresses]
        allowed = [address for address, refusal in zip(addresses, refusals, strict=True) if refusal is None]
        if not allowed:
            reason = refusals[0] or ""
            self.refused.append(reason)
            raise _AnswerError(HTTPStatus.FORBIDDEN, reason)
        return allowed

    async def _open(self, addresses: Sequence[IPAddress], port: int) -> _Stream:
        """The first that answers; each gets its share of the time. Raises the last one's OSError."""
        failure: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(self._limits.connect_seconds / len(addresses)):
                    return _Stream(*await asyncio.open_connection(str(address), port, limit=self._limits.header_bytes))
            except OSError as error:  # TimeoutError is one
                failure = error
        raise failure or OSError("the name has no address")

    async def _tunnel(self, client: _Stream, upstream: _Stream, idle: asyncio.Timeout) -> None:
        """Copy both ways until both ends have ended. Raises OSError when one is lost."""
        client.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._copy(client.reader, upstream.writer, idle))
                group.create_task(self._copy(upstream.reader, client.writer, idle))
        except* OSError as errors:
            raise ConnectionResetError("an end of a tunnel was lost") from errors
        await upstream.close()
        await client.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: asyncio.Timeout) -> None:
        while data := await reader.read(_BLOCK):
            await self._send(writer, data, idle)
        if writer.can_write_eof():
            writer.write_eof()  # one direction ends; the other goes on

    async def _send(self, writer: asyncio.StreamWriter, data: bytes, idle: asyncio.Timeout) -> None:
        if not idle.expired():  # too late to move: the cancellation is on its way
            idle.reschedule(asyncio.get_running_loop().time() + self._limits.idle_seconds)
        writer.write(data)
        await writer.drain()  # a slow reader slows its sender down instead of filling memory

    async def _exchange(
        self,
        client: _Stream,
        upstream: _Stream,
        request: _Request,
        head: _Head,
        length: int,
        idle: asyncio.Timeout,
    ) -> None:
        """One plain request and its answer. Raises OSError when an end is lost, _AnswerError for no answer."""
        # The name that was judged is the name that is asked for, whatever the browser's Host says.
        host = request.host if request.port == 80 else f"{request.host}:{request.port}"
        line = f"{request.method} {request.path} HTTP/1.1"
        upstream.writer.write(head.forwarded(line, ["host", "expect"], [f"Host: {host}"]))
        sending = asyncio.create_task(self._send_body(client, upstream, length, idle))
        answering = asyncio.create_task(self._relay(upstream, client, idle))
        try:
            await asyncio.wait((sending, answering), return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                raise ConnectionResetError("the browser hung up")
            await answering
        finally:
            sending.cancel()
            answering.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)
        await client.finish(self._limits.linger_seconds)

    async def _send_body(self, client: _Stream, upstream: _Stream, length: int, idle: asyncio.Timeout) -> None:
        """The body of a request; then, like a browser that no longer wants the answer, this ends when it hangs up."""
        with contextlib.suppress(OSError):  # a server may answer and close before it has read everything
            while length and (data := await client.reader.read(min(length, _BLOCK))):
                length -= len(data)
                await self._send(upstream.writer, data, idle)
        with contextlib.suppress(OSError):
            while await client.reader.read(_BLOCK):  # nothing more belongs to this connection
                pass

    async def _relay(self, upstream: _Stream, client: _Stream, idle: asyncio.Timeout) -> None:
        """The final answer to a request, until the server closes. Raises _AnswerError if there is none."""
        status = "100"
        while status.startswith("1"):  # interim answers are hints
            try:
                head = _Head.parse(await upstream.reader.readuntil(b"\r\n\r\n"), strict=False)
            except (asyncio.LimitOverrunError, asyncio.IncompleteReadError, OSError) as error:
                raise _AnswerError(HTTPStatus.BAD_GATEWAY, "The server did not answer in HTTP.") from error
            found = _STATUS.fullmatch(head.first)
            # 407 is a proxy's: a server that sends it asks the browser for this proxy's password.
            if found is None or found[1] in ("101", "407"):
                raise _AnswerError(HTTPStatus.BAD_GATEWAY, "The server gave an answer that no server gives.")
            status = found[1]
        await self._send(client.writer, head.forwarded(head.first), idle)
        while data := await upstream.reader.read(_BLOCK):
            await self._send(client.writer, data, idle)

    def _page(self, answer: _AnswerError) -> bytes:
        """An answer of the proxy's own, as sent."""
        status = answer.status
        title = f"{status.value} {status.phrase}"
        text = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{html.escape(str(answer))}</p>".encode()
        headers = [
            f"HTTP/1.1 {title}",
            "Content-Type: text/html; charset=utf-8",
            f"Content-Length: {len(text)}",
            "Cache-Control: no-store",
            "Connection: close",
        ]
        if status is HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            headers.append('Proxy-Authenticate: Basic realm="browser"')
        return "\r\n".join([*headers, "", ""]).encode("ascii") + text


async def resolve(host: str, port: int) -> list[IPAddress]:
    """What the system says; localhost and its subdomains are this machine without asking (RFC 6761). Raises OSError."""
    if host == "localhost" or host.endswith(".localhost"):
        return [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(where[0]) for *_, where in found]


def _body_length(head: _Head) -> int:
    """Bytes of a request's body. Raises _AnswerError if two programs could see different ends."""
    if head.values("transfer-encoding"):  # no browser sends one over HTTP/1.1
        raise _AnswerError(HTTPStatus.LENGTH_REQUIRED, "A body must say its length.")
    lengths = head.values("content-length")
    if not lengths:
        return 0
    if len(lengths) > 1 or not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
        raise _AnswerError(HTTPStatus.BAD_REQUEST, "The length of the body cannot be read.")
    return int(lengths[0])

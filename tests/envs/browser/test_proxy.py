from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import json
import os
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from envs.base import EnvError
from envs.browser.proxy import CHROMIUM_ARGUMENTS, Credentials, Limits, Proxy, Resolver, resolve
from envs.browser.sites import IPAddress, Sites

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
LOOPBACK = ipaddress.ip_address("127.0.0.1")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A loopback server that counts what arrives."""

    def __init__(self, handler: Handler) -> None:
        self.connections = 0
        self.requests: list[bytes] = []
        self.handler = handler

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.handler(reader, writer)
        writer.close()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def fixed(head: bytes, body: bytes = b"") -> Handler:
    """Answers one request, after reading its body, with what it was asked."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        for line in asked.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                asked += await reader.readexactly(int(line.partition(b":")[2]))
        writer.write(head + b"\r\n\r\n" + (body or asked))
        await writer.drain()

    return handler


@contextlib.asynccontextmanager
async def running(sites: Sites, resolver: Resolver | None = None, limits: Limits | None = None) -> AsyncIterator[Proxy]:
    proxy = Proxy(sites, resolver, limits)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()


def authorization(credentials: Credentials) -> bytes:
    pair = f"{credentials.username}:{credentials.password}".encode()
    return b"Proxy-Authorization: Basic " + base64.b64encode(pair) + b"\r\n"


async def connect(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(proxy.address.rpartition(":")[2]))


async def ask(proxy: Proxy, request: bytes, body: bytes = b"", credentials: bool = True) -> bytes:
    """All that comes back for a request line (and headers), with the credentials added."""
    reader, writer = await connect(proxy)
    shown = authorization(proxy.credentials) if credentials else b""
    writer.write(request + b"\r\n" + shown + b"\r\n" + body)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


async def tunnel(proxy: Proxy, target: str) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await connect(proxy)
    writer.write(f"CONNECT {target} HTTP/1.1\r\n".encode() + authorization(proxy.credentials) + b"\r\n")
    return await reader.readuntil(b"\r\n\r\n"), reader, writer


def names(**addresses: str) -> Resolver:
    async def lookup(host: str, port: int) -> Sequence[IPAddress]:
        found = addresses.get(host.replace(".", "_"))
        if found is None:
            raise OSError(f"no such name: {host}")
        return [ipaddress.ip_address(one) for one in found.split()]

    return lookup


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(test(), 20)

    asyncio.run(bounded())


def test_a_tunnel_carries_a_megabyte_both_ways_and_each_way_ends_alone() -> None:
    async def test() -> None:
        data = os.urandom(1 << 20)

        async def after_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            received = await reader.read()  # up to the end that the browser's side sent
            writer.write(received)
            await writer.drain()

        for handler in (echo, after_the_end):
            async with Server(handler).running() as port, running(Sites(("*",), (f"localhost:{port}",))) as proxy:
                answer, reader, writer = await tunnel(proxy, f"localhost:{port}")
                assert answer.startswith(b"HTTP/1.1 200 ")

                async def send(writer: asyncio.StreamWriter = writer) -> None:
                    writer.write(data)
                    writer.write_eof()
                    await writer.drain()

                _, received = await asyncio.gather(send(), reader.read())
                assert received == data
                writer.close()
                assert not proxy.refused

    run(test)


def test_a_plain_get_and_post_go_through_without_the_proxys_headers() -> None:
    async def test() -> None:
        server = Server(fixed(b"HTTP/1.1 200 OK\r\nX-Kept: 1\r\nConnection: keep-alive\r\nProxy-Authenticate: Basic"))
        async with server.running() as port, running(Sites(("*",), (f"127.0.0.1:{port}",))) as proxy:
            got = await ask(
                proxy,
                f"GET http://127.0.0.1:{port}/a?b#c HTTP/1.1\r\nHost: evil.com\r\nProxy-Connection: keep-alive\r\n"
                "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nCookie: x=1".encode(),
            )
            head, _, asked = got.partition(b"\r\n\r\n")
            assert head.split(b"\r\n") == [b"HTTP/1.1 200 OK", b"X-Kept: 1", b"Connection: close"]
            assert asked.split(b"\r\n") == [
                b"GET /a?b HTTP/1.1",
                f"Host: 127.0.0.1:{port}".encode(),
                b"Cookie: x=1",
                b"Connection: close",
                b"",
                b"",
            ]
            assert (await ask(proxy, f"GET http://127.0.0.1:{port}?q HTTP/1.1".encode())).count(
                b"GET /?q HTTP/1.1"
            ) == 1
            body = os.urandom(1 << 20)
            post = f"POST http://127.0.0.1:{port}/ HTTP/1.1\r\nContent-Length: {len(body)}".encode()
            assert (await ask(proxy, post, body + b"GET / HTTP/1.1\r\n\r\n")).endswith(b"\r\n\r\n" + body)

    run(test)


def test_without_the_credentials_nothing_is_reached() -> None:
    async def test() -> None:
        server = Server(echo)
        async with server.running() as port, running(Sites(("*",), ("*",))) as proxy:
            wrong = authorization(Credentials()).strip()
            for shown in (b"X: 1", wrong, b"Proxy-Authorization: Basic !", b"Proxy-Authorization: Bearer x", b"A: 1"):
                for line in (f"CONNECT 127.0.0.1:{port}", f"GET http://127.0.0.1:{port}/"):
                    answer = await ask(proxy, f"{line} HTTP/1.1\r\n".encode() + shown, credentials=False)
                    assert answer.startswith(b"HTTP/1.1 407 ")
                    assert b'Proxy-Authenticate: Basic realm="browser"' in answer
            assert server.connections == 0
            assert proxy.credentials.password not in repr(proxy.credentials)

    run(test)


def test_private_addresses_get_403_under_every_name() -> None:
    async def test() -> None:
        server = Server(echo)
        resolver = names(rebind_test="127.0.0.1", metadata_test="169.254.169.254", v6_test="::ffff:127.0.0.1 ::1")
        sites = Sites(("*",), ("pages.test",))
        async with server.running() as port, running(sites, resolver, Limits(refused=3)) as proxy:
            hosts = ["rebind.test", "metadata.test", "v6.test", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "0.0.0.0"]
            for host in hosts:
                for line in (f"CONNECT {host}:{port}", f"GET http://{host}:{port}/"):
                    answer = await ask(proxy, f"{line} HTTP/1.1".encode())
                    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
                    assert b"is on this machine or a private network" in answer
                    assert b"&quot;" in answer
            assert server.connections == 0
            assert len(proxy.refused) == 3
            assert "0.0.0.0" in proxy.refused[-1]

    run(test)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to() -> None:
    async def test() -> None:
        asked: list[str] = []
        answers = iter(["127.0.0.2", "127.0.0.1"])

        async def changing(host: str, port: int) -> Sequence[IPAddress]:
            asked.append(host)
            return [ipaddress.ip_address(next(answers))]

        server = Server(echo)
        limits = Limits(connect_seconds=0.3)
        async with server.running() as port, running(Sites(("*",), ("rebind.test",)), changing, limits) as proxy:
            first = await ask(proxy, f"CONNECT rebind.test:{port} HTTP/1.1".encode())
            assert first.startswith((b"HTTP/1.1 502 ", b"HTTP/1.1 504 "))  # the first address, where nothing listens
            assert asked == ["rebind.test"]
            assert server.connections == 0  # though by now the name would lead to it
            second, _, writer = await tunnel(proxy, f"rebind.test:{port}")
            assert second.startswith(b"HTTP/1.1 200 ")
            writer.close()

    run(test)


def test_of_several_addresses_one_that_may_be_reached_and_answers_is_taken() -> None:
    async def test() -> None:
        server = Server(echo)
        sites = Sites(("*",), ("pages.test",))
        async with server.running() as port, running(sites, names(pages_test="127.0.0.2 127.0.0.1")) as proxy:
            answer, _, writer = await tunnel(proxy, f"PAGES.test.:{port}")  # nothing listens on 127.0.0.2
            assert answer.startswith(b"HTTP/1.1 200 ")
            writer.close()

    run(test)


def test_a_name_that_is_not_found_gets_502_and_one_that_hangs_504() -> None:
    async def test() -> None:
        async def hangs(host: str, port: int) -> Sequence[IPAddress]:
            await asyncio.sleep(60)
            return []

        async def empty(host: str, port: int) -> Sequence[IPAddress]:
            return []

        for resolver, status in ((names(), b"502"), (empty, b"502"), (hangs, b"504")):
            async with running(Sites(("*",)), resolver, Limits(connect_seconds=0.2)) as proxy:
                for line in (b"CONNECT nowhere.test:443 HTTP/1.1", b"GET http://nowhere.test/ HTTP/1.1"):
                    assert (await ask(proxy, line)).startswith(b"HTTP/1.1 " + status)
                assert not proxy.refused

    run(test)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GARBAGE", 400),
        (b"GET / HTTP/1.1", 400),
        (b"GET https://example.com/ HTTP/1.1", 400),
        (b"GET ftp://example.com/ HTTP/1.1", 400),
        (b"GET http://exa\xffmple.com/ HTTP/1.1", 400),
        (b"GET http://a.com/ HTTP/2", 400),
        (b"GET  http://a.com/ HTTP/1.1", 400),
        (b"G{T http://a.com/ HTTP/1.1", 400),
        (b"CONNECT example.com HTTP/1.1", 400),
        (b"CONNECT example.com:0 HTTP/1.1", 400),
        (b"CONNECT http://example.com:80 HTTP/1.1", 400),
        (b"CONNECT a@b:80 HTTP/1.1", 400),
        (b"GET http://a.com/ HTTP/1.1\r\n folded: 1", 400),
        (b"GET http://a.com/ HTTP/1.1\r\nno colon", 400),
        (b"GET http://a.com/ HTTP/1.1\r\nX : 1", 400),
        (b"GET http://a.com/ HTTP/1.1\r\nX: 1\nY: 2", 400),
        (b"POST http://a.com/ HTTP/1.1\r\nContent-Length: -1", 400),
        (b"POST http://a.com/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1", 400),
        (b"POST http://a.com/ HTTP/1.1\r\nTransfer-Encoding: chunked", 411),
        (b"GET http://a.com/ HTTP/1.1\r\nX: " + b"x" * 70_000, 431),
    ],
)
def test_what_cannot_be_read_is_answered_and_reaches_nothing(request_: bytes, status: int) -> None:
    async def test() -> None:
        async def never(host: str, port: int) -> Sequence[IPAddress]:
            raise AssertionError(f"asked for {host}")

        async with running(Sites(("*",)), never) as proxy:
            assert (await ask(proxy, request_)).startswith(f"HTTP/1.1 {status} ".encode())

    run(test)


def test_a_slow_or_silent_browser_is_hung_up_on() -> None:
    async def test() -> None:
        async with running(Sites(("*",)), limits=Limits(header_seconds=0.3)) as proxy:
            reader, writer = await connect(proxy)
            started = time.monotonic()

            async def drip() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        writer.write(b"G")
                        await writer.drain()
                        await asyncio.sleep(0.05)

            dripping = asyncio.create_task(drip())
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            assert 0.2 < time.monotonic() - started < 5
            dripping.cancel()
            writer.close()

    run(test)


def test_an_idle_tunnel_ends_and_a_busy_one_does_not() -> None:
    async def test() -> None:
        limits = Limits(idle_seconds=0.4)
        async with Server(echo).running() as port, running(Sites(("*",), ("*",)), limits=limits) as proxy:
            _, reader, writer = await tunnel(proxy, f"127.0.0.1:{port}")
            for _ in range(6):
                await asyncio.sleep(0.15)
                writer.write(b"x")
                assert await reader.readexactly(1) == b"x"
            with pytest.raises(ConnectionResetError):
                await reader.readexactly(1)
            writer.close()

    run(test)


def test_a_reset_of_the_server_is_a_reset_for_the_browser_and_not_an_end() -> None:
    async def test() -> None:
        async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(10)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
            await writer.drain()
            await asyncio.sleep(0.2)
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not an end
            writer.transport.abort()

        async with Server(cut_off).running() as port, running(Sites(("*",), ("*",))) as proxy:
            with pytest.raises(ConnectionResetError):
                await ask(proxy, f"GET http://127.0.0.1:{port}/ HTTP/1.1".encode())
            _, reader, writer = await tunnel(proxy, f"127.0.0.1:{port}")
            writer.write(b"x" * 1000)
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()

    run(test)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic", b"HTTP/1.1 502 "),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x", b"HTTP/1.1 502 "),
        (b"SSH-2.0-OpenSSH", b"HTTP/1.1 502 "),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, b"HTTP/1.1 502 "),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\nbroken\r\nX: 1", b"HTTP/1.1 204 None\r\nX: 1\r\n"),
    ],
)
def test_odd_answers_of_servers(head: bytes, expected: bytes) -> None:
    async def test() -> None:
        async with Server(fixed(head, b"body")).running() as port, running(Sites(("*",), ("*",))) as proxy:
            assert (await ask(proxy, f"GET http://127.0.0.1:{port}/ HTTP/1.1".encode())).startswith(expected)

    run(test)


def test_a_browser_that_hangs_up_ends_the_request_at_the_server() -> None:
    async def test() -> None:
        ended = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                await reader.read()
            ended.set()

        async with Server(silent).running() as port, running(Sites(("*",), ("*",))) as proxy:
            _, writer = await connect(proxy)
            writer.write(f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\n".encode())
            writer.write(authorization(proxy.credentials) + b"\r\n")
            await asyncio.sleep(0.1)
            writer.close()
            await asyncio.wait_for(ended.wait(), 5)

    run(test)


def test_connections_beyond_the_limit_get_503() -> None:
    async def test() -> None:
        limits = Limits(connections=2)
        async with Server(echo).running() as port, running(Sites(("*",), ("*",)), limits=limits) as proxy:
            opened = [await tunnel(proxy, f"127.0.0.1:{port}") for _ in range(2)]
            reader, writer = await connect(proxy)
            assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
            writer.close()
            for _, _, one in opened:
                one.close()
            await asyncio.sleep(0.1)
            answer, _, writer = await tunnel(proxy, f"127.0.0.1:{port}")
            assert answer.startswith(b"HTTP/1.1 200 ")
            writer.close()

    run(test)


@pytest.mark.filterwarnings("error")
def test_closing_ends_open_tunnels_and_leaves_no_task_and_no_socket() -> None:
    async def test() -> None:
        hanging = asyncio.Event()

        async def hangs(host: str, port: int) -> Sequence[IPAddress]:
            hanging.set()
            await asyncio.sleep(60)
            return []

        async with Server(echo).running() as port:
            tasks, sockets = asyncio.all_tasks(), len(sockets_of_this_process())
            proxy = Proxy(Sites(("*",), ("*",)), hangs)
            await proxy.start()
            with pytest.raises(EnvError, match="already started"):
                await proxy.start()
            opened = [await tunnel(proxy, f"127.0.0.1:{port}") for _ in range(5)]
            idle = [await connect(proxy) for _ in range(3)]
            asking = asyncio.create_task(tunnel(proxy, "hangs.test:80"))
            await hanging.wait()
            late = await connect(proxy)  # its task may not have run when the proxy closes
            started = time.monotonic()
            await proxy.close()
            await proxy.close()
            assert time.monotonic() - started < 1
            for reader, writer in [*(pair[1:] for pair in opened), *idle, late]:
                with contextlib.suppress(ConnectionResetError):
                    assert await reader.read() == b""
                writer.close()
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await asking
            with pytest.raises(EnvError, match="not started"):
                _ = proxy.address
            await asyncio.sleep(0.2)
            assert asyncio.all_tasks() == tasks
            assert len(sockets_of_this_process()) == sockets

    run(test)


def sockets_of_this_process() -> list[str]:
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(entry.readlink()))
    return [link for link in links if link.startswith("socket:")]


def test_localhost_is_this_machine_without_asking() -> None:
    async def test() -> None:
        for name in ("localhost", "pages.localhost"):
            assert LOOPBACK in await resolve(name, 80)
        assert await resolve("127.0.0.1", 80) == [LOOPBACK]

    run(test)


PAGE = """<!doctype html><title>start</title><img src="http://127.0.0.1:{other}/image"><script>
const other = "127.0.0.1:{other}";
const fails = promise => promise.then(() => "arrived", () => "failed");
const socket = address => new Promise((resolve, reject) => {{
  const opened = new WebSocket(address);
  opened.onopen = resolve;
  opened.onerror = reject;
}});
navigator.sendBeacon(`http://${{other}}/beacon`, "x");
const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
peer.createDataChannel("x");
peer.createOffer().then(offer => peer.setLocalDescription(offer));
window.tried = Promise.all([
  fetch(`http://${{other}}/fetch`, {{mode: "no-cors"}}).then(answer => answer.type, () => "failed"),
  fails(fetch(`https://${{other}}/tls`, {{mode: "no-cors"}})),
  fails(socket(`ws://${{other}}/socket`)),
  fails(socket(`wss://${{other}}/socket`)),
  fails(socket(`ws://localhost:{other}/socket`)),
  new Promise(resolve => setTimeout(resolve, 1500)),
]);
</script>"""


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.received += 1


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}")
def test_a_real_chromium_reaches_what_was_asked_for_and_nothing_else() -> None:
    playwright = pytest.importorskip("playwright.async_api")
    other, udp = Server(echo), Datagrams()

    async def pages(other_port: int, udp_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        if path == b"/away":
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other_port}/\r\n\r\n".encode())
        else:
            page = PAGE.format(other=other_port, udp=udp_port).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page)
        await writer.drain()

    async def test() -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: udp, local_addr=("127.0.0.1", 0)
        )
        udp_port = transport.get_extra_info("sockname")[1]
        async with other.running() as other_port:
            start = Server(lambda reader, writer: pages(other_port, udp_port, reader, writer))
            async with start.running() as port:
                sites = Sites(("*",), (f"127.0.0.1:{port}", f"pages.test:{port}"))
                resolver = names(pages_test="127.0.0.1", rebind_test="127.0.0.1 10.0.0.1")
                async with running(sites, resolver) as proxy, playwright.async_playwright() as driver:
                    browser = await driver.chromium.launch(
                        executable_path=str(CHROMIUM),
                        args=["--no-sandbox", *CHROMIUM_ARGUMENTS],
                        proxy={
                            "server": proxy.address,
                            "username": proxy.credentials.username,
                            "password": proxy.credentials.password,
                        },
                    )
                    await visit(await browser.new_page(), proxy, port)
                    await browser.close()
        transport.close()

    async def visit(page: Any, proxy: Proxy, port: int) -> None:
        for host in ("127.0.0.1", "pages.test"):
            answer = await page.goto(f"http://{host}:{port}/")
            assert answer.status == 200
            assert await page.title() == "start"
            tried = (await page.evaluate("window.tried"))[:5]
            # The fetch that may not look sees the proxy's 403 as an answer it cannot read.
            assert json.dumps(tried) == json.dumps(["opaque", "failed", "failed", "failed", "failed"])
        answer = await page.goto(f"http://127.0.0.1:{port}/away")
        assert answer.status == 403
        assert "private network" in await page.inner_text("body")
        answer = await page.goto(f"http://rebind.test:{port}/")
        assert answer.status == 403
        assert "rebind.test" in proxy.refused[-1]
        with pytest.raises(playwright.Error, match="ERR_TUNNEL_CONNECTION_FAILED"):
            await page.goto(f"https://rebind.test:{port}/")
        assert (other.connections, udp.received) == (0, 0)

    asyncio.run(asyncio.wait_for(test(), 60))

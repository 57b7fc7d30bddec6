"""Attacks on the door of the server: who brings too much, too slowly or too often is cut off, and the others are served.

The attackers come from 127.0.0.2; 127.0.0.1 is trusted as a proxy would be.
"""

from __future__ import annotations

import asyncio
import io
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import websockets
from websockets.typing import Origin

from bot.web.limits import Turnstile, source_of
from bot.web.server import bind
from tests.fakes.served import Served, served
from tests.figures import measured
from tests.stage import Template

ATTACKER, NEIGHBOUR = "127.0.0.2", "127.0.0.3"
POST = b"POST /say HTTP/1.1\r\nhost: x\r\n"


@asynccontextmanager
async def site(template: Template, folder: Path, **settings: object) -> AsyncIterator[Served]:
    template.copy(folder)
    async with served(folder, **settings) as running:  # type: ignore[arg-type]
        yield running


async def connect(site: Served, source: str = ATTACKER) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", urlsplit(site.url).port, local_addr=(source, 0))


def client(site: Served, source: str = NEIGHBOUR) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=source)
    return httpx.AsyncClient(base_url=site.url, headers={"origin": site.url}, transport=transport, timeout=20)


async def pour(
    site: Served, first: bytes, again: bytes, *, most: int = 64 << 20, pause: float = 0
) -> tuple[int, float]:
    """Send the first bytes and then the others over and over; how many were taken, and in how many seconds."""
    reader, writer = await connect(site)
    begun, sent = time.monotonic(), len(first)
    writer.write(first)
    with suppress(ConnectionError):
        while sent < most and not reader.at_eof():
            writer.write(again)
            await writer.drain()
            sent += len(again)
            await asyncio.sleep(pause)
    writer.transport.abort()
    return sent, time.monotonic() - begun


@pytest.mark.parametrize(
    ("what", "first", "again"),
    [
        ("headers", b"GET / HTTP/1.1\r\n", b"x-more: " + b"a" * 1000 + b"\r\n"),
        ("one header", b"GET / HTTP/1.1\r\nx-more: ", b"a" * 1000),
        ("one address", b"GET /", b"a" * 1000),
        ("empty lines", b"", b"\r\n" * 500),
        ("trailers", POST + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x-more: " + b"a" * 1000 + b"\r\n"),
        ("one trailer", POST + b"transfer-encoding: chunked\r\n\r\n0\r\nx-more: ", b"a" * 1000),
        ("chunk extensions", POST + b"transfer-encoding: chunked\r\n\r\n1;", b"a" * 1000),
    ],
)
async def test_endless_headers_are_cut_off_soon(
    template: Template, tmp_path: Path, what: str, first: bytes, again: bytes
) -> None:
    async with site(template, tmp_path) as running:
        sent, _ = await pour(running, first, again)
        assert sent < 8 << 20  # most of it is still in the two sockets' buffers
        assert await status(running) == 200
        measured(f"endless {what} on one connection", f"cut off after at most {sent >> 10} kB, before without an end")


async def status(site: Served) -> int:
    async with client(site) as neighbour:
        return (await neighbour.get("/livez")).status_code


async def test_an_answer_in_two_pieces_waits_for_nothing() -> None:
    listening = bind("127.0.0.1", 0)
    accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        accepted.set_result(bool(told))
        writer.close()

    async with await asyncio.start_server(note, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await accepted, "the second piece waits 40 ms for the first to be confirmed"
        writer.close()


async def test_a_head_of_many_kilobytes_in_one_piece_is_refused(template: Template, tmp_path: Path) -> None:
    async with site(template, tmp_path) as running, client(running) as neighbour:
        assert (await neighbour.get("/", headers={"x-long": "a" * 40_000})).status_code == 431
        assert (await neighbour.get("/", headers={"x-long": "a" * 30_000})).status_code == 200


async def test_thousands_of_requests_in_one_piece_are_not_kept(template: Template, tmp_path: Path) -> None:
    async with site(template, tmp_path) as running:
        reader, writer = await connect(running)
        writer.write(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n" * 5000)
        answered = b""
        with suppress(ConnectionError):
            while more := await reader.read(4096):
                answered += more
        assert answered.count(b"HTTP/1.1 200") <= 10
        writer.close()


async def test_slow_heads_lose_their_connections_and_nobody_waits_for_them(template: Template, tmp_path: Path) -> None:
    async with site(template, tmp_path, http_head_seconds=1) as running:
        slow = [asyncio.create_task(pour(running, b"GET / HTTP/1.1\r\nx: ", b"a", pause=0.1)) for _ in range(100)]
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        assert await status(running) == 200
        waited = time.monotonic() - begun
        longest = max(seconds for _, seconds in await asyncio.gather(*slow))
        assert longest < 60  # whoever sends a byte now and then would never be cut off
        measured(
            "100 connections with slow headers, 1 s allowed",
            f"all cut off within {longest:.1f} s",
            f"another visitor answered in {waited * 1000:.0f} ms",
        )


async def test_a_slow_body_is_cut_off_and_a_steady_one_is_not(template: Template, tmp_path: Path) -> None:
    head = POST + b"content-length: 100000\r\n\r\n"
    async with site(template, tmp_path, http_body_seconds=1) as running:
        _, slow = await pour(running, head, b"a", pause=0.1)
        assert slow < 6
        _, steady = await pour(running, head, b"a" * 2000, pause=0.1, most=80_000)
        assert steady > 3
        measured("a body of one byte each 0.1 s, 1 s allowed", f"cut off after {slow:.1f} s")


async def test_one_source_with_many_connections_leaves_room_for_the_others(template: Template, tmp_path: Path) -> None:
    async with site(template, tmp_path, http_connections=300, http_connections_per_source=100) as running:
        opened = [await connect(running) for _ in range(250)]
        await asyncio.sleep(0.2)
        held = sum(not reader.at_eof() and reader.exception() is None for reader, _ in opened)
        assert held <= 100
        assert await status(running) == 200
        measured("250 connections from one address, 100 allowed", f"{held} stayed open, another address was answered")
        for _, writer in opened:
            writer.transport.abort()
        await asyncio.sleep(0.2)
        async with client(running, ATTACKER) as again:
            assert (await again.get("/livez")).status_code == 200  # they left as they came


async def sockets(site: Served, count: int, source: str, headers: dict[str, str]) -> list[websockets.ClientConnection]:
    found = []
    for _ in range(count):
        with suppress(websockets.InvalidStatus):
            found.append(
                await websockets.connect(
                    site.url.replace("http", "ws") + "/ws",
                    origin=Origin(site.url),
                    local_addr=(source, 0),
                    additional_headers=headers,
                )
            )
    return found


@pytest.mark.parametrize(
    ("attacker", "neighbour"),
    [
        ((ATTACKER, {}), (NEIGHBOUR, {})),
        ((ATTACKER, {"x-forwarded-for": "203.0.113.9"}), (NEIGHBOUR, {"x-forwarded-for": "203.0.113.9"})),
        (("127.0.0.1", {"x-forwarded-for": "203.0.113.1"}), ("127.0.0.1", {"x-forwarded-for": "203.0.113.2"})),
        (("127.0.0.1", {"x-forwarded-for": "2001:db8::1"}), ("127.0.0.1", {"x-forwarded-for": "2001:db8:0:1::1"})),
    ],
    ids=["two addresses", "a liar", "behind a proxy", "two networks behind a proxy"],
)
async def test_one_source_with_many_sockets_leaves_room_for_the_others(
    template: Template, tmp_path: Path, attacker: tuple[str, dict[str, str]], neighbour: tuple[str, dict[str, str]]
) -> None:
    async with site(template, tmp_path, http_sockets=40, http_sockets_per_source=20) as running:
        held = await sockets(running, 30, *attacker)
        others = await sockets(running, 2, *neighbour)
        assert (len(held), len(others)) == (20, 2)
        await asyncio.gather(*(socket.close() for socket in [*held, *others]))
        back = await sockets(running, 1, *attacker)
        assert len(back) == 1
        await back[0].close()
        measured("30 sockets from one address, 20 allowed", f"{len(held)} open, {len(others)} of 2 others open")


async def test_uploads_of_one_source_leave_half_of_the_room(template: Template, tmp_path: Path) -> None:
    head = b"POST /photo HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n"
    async with site(template, tmp_path, http_uploads=8) as running, client(running) as neighbour:
        host = urlsplit(running.url).netloc.encode()
        form = b"content-type: multipart/form-data; boundary=b\r\norigin: http://" + host + b"\r\n"
        started = [await connect(running) for _ in range(6)]
        for _, writer in started:
            writer.write(head.replace(b"host: x", b"host: " + host) + form + b"\r\n--b\r\n")
        await asyncio.sleep(0.3)
        refused = [reader for reader, _ in started if b"503" in await first(reader)]
        assert len(refused) == 2
        sent = await neighbour.post(
            "/photo", data={"id": "second-message"}, files={"file": ("a.jpg", io.BytesIO(b"x"))}
        )
        assert sent.status_code == 422  # heard, and found to be no photo
        measured("6 uploads from one address, 8 allowed in all", "4 began, 2 told to come later, another address heard")
        for _, writer in started:
            writer.transport.abort()


async def first(reader: asyncio.StreamReader) -> bytes:
    with suppress(TimeoutError):
        return await asyncio.wait_for(reader.readline(), 0.3)
    return b""


def test_an_ipv6_network_is_one_source() -> None:
    assert source_of("2001:db8::1") == source_of("2001:db8::ffff:1") != source_of("2001:db8:0:1::1")
    assert source_of("::ffff:203.0.113.1") == "203.0.113.1"
    assert source_of("fe80::1%eth0") == "fe80::"
    assert source_of("unix") == "unix"


def test_a_turnstile_forgets_who_has_left() -> None:
    stile = Turnstile(3, 2)
    assert [stile.enter("a"), stile.enter("a"), stile.enter("a"), stile.enter(""), stile.enter("b")] == [
        True, True, False, True, False,
    ]  # fmt: skip
    for source in ("a", "a", ""):
        stile.leave(source)
    assert stile.inside == 0
    assert stile.enter("b", 2)
    assert not stile.enter("c", 2)

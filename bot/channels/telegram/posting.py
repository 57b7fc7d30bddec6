"""Post JSON and read the answer: HTTP/1.1 over httptools, for the calls that are made all day."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import defaultdict
from contextlib import nullcontext
from functools import cache, lru_cache

import httptools
from aiohappyeyeballs import start_connection
from telegram.error import NetworkError, TimedOut
from yarl import URL

from bot.channels.telegram.errors import NotSent

CONNECTING, IDLE = 10.0, 15.0
"""Seconds in which a connection must be made; and after which one is not used again, since its server may be closing it."""
trusted = cache(ssl.create_default_context)
"""The authorities that the machine trusts, read when they are first needed."""


class Line(asyncio.Protocol):
    """One connection. It carries one exchange at a time, and none after one that did not end well."""

    transport: asyncio.Transport
    answer: asyncio.Future[tuple[int, bytes]] | None = None

    def __init__(self) -> None:
        self.loop, self.parser = asyncio.get_running_loop(), httptools.HttpResponseParser(self)
        self.used, self.size, self.most = self.loop.time(), 0, 0

    @property
    def is_good(self) -> bool:
        return not self.transport.is_closing() and self.loop.time() - self.used < IDLE

    async def exchange(self, request: bytes, until: float, most: int) -> tuple[int, bytes]:
        """Status and body. Raises, where in doubt, TimedOut ``until`` then (the loop's seconds) or NetworkError."""
        self.body, self.size, self.most, self.answer = bytearray(), 0, most, self.loop.create_future()
        end = self.loop.call_at(until, lambda: self._fail(TimedOut()))  # it costs half of what asyncio.timeout does
        try:
            self.transport.write(request)
            return await self.answer
        except BaseException:
            self.transport.abort()  # the answer that may still come is not the next one's
            raise
        finally:
            end.cancel()
            self.answer, self.used = None, self.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, failed: Exception | None) -> None:
        self._fail(NetworkError(type(failed).__name__ if failed else "closed"))

    def data_received(self, data: bytes) -> None:
        self.size += len(data)
        if self.answer is None or self.size > self.most:
            return self._fail(NetworkError("too much was said"))
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(NetworkError("no HTTP"))

    def on_message_begin(self) -> None:
        if self.answer is None or self.answer.done():
            self._fail(NetworkError("more was said than asked"))

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        if status < 200 or self.answer is None or self.answer.done():  # after «100 Continue» the answer follows
            return
        self.answer.set_result((status, bytes(self.body)))
        if not self.parser.should_keep_alive():
            self.transport.close()

    def _fail(self, failed: NetworkError) -> None:
        self.transport.abort()
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(failed)


class Posting:
    """So many connections at most, which stay open between requests."""

    def __init__(self, connections: int) -> None:
        self._room = asyncio.Semaphore(connections)
        self._free: defaultdict[tuple[str, int, bool], list[Line]] = defaultdict(list)

    async def post(self, url: str, body: bytes, within: float, most: int) -> tuple[int, bytes]:
        """Status and body, of so many bytes with the headers. Raises NotSent; where in doubt TimedOut or NetworkError."""
        target, head = read_address(url)
        until, free = asyncio.get_running_loop().time() + within, self._free[target]
        try:
            async with asyncio.timeout_at(until) if self._room.locked() else nullcontext():
                await self._room.acquire()
        except TimeoutError:
            raise NotSent("timed out") from None
        try:
            line = _take(free) or await _connect(*target, until)
            answer = await line.exchange(b"%b%d\r\n\r\n%b" % (head, len(body), body), until, most)
        finally:
            self._room.release()
        free.append(line)
        return answer

    async def close(self) -> None:
        """Let the connections go on which nothing is asked."""
        while self._free:
            for line in self._free.popitem()[1]:
                line.transport.abort()  # to part politely over TLS takes a while
        await asyncio.sleep(0)


def _take(free: list[Line]) -> Line | None:
    """The connection that was used last and is good."""
    while free and not free[-1].is_good:
        free.pop().transport.close()
    return free.pop() if free else None


async def _connect(host: str, port: int, tls: bool, until: float) -> Line:
    """Raises NotSent."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout_at(min(until, loop.time() + CONNECTING)):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            # asyncio has this as well, but loses sockets when it is cancelled.
            sock = await start_connection(found, happy_eyeballs_delay=0.25)
            context, name = (trusted(), host) if tls else (None, None)
            return (await loop.create_connection(Line, sock=sock, ssl=context, server_hostname=name))[1]
    except (OSError, TimeoutError) as failed:
        raise NotSent(type(failed).__name__) from None


@lru_cache(maxsize=200)
def read_address(url: str) -> tuple[tuple[str, int, bool], bytes]:
    """The host, its port and whether by TLS; and how a request to it begins."""
    at = URL(url)
    assert at.raw_host is not None and at.port is not None
    head = f"POST {at.raw_path_qs} HTTP/1.1\r\nHost: {at.host_port_subcomponent}\r\nContent-Type: application/json\r\n"
    return (at.raw_host, at.port, at.scheme == "https"), f"{head}Content-Length: ".encode("ascii")

"""HTTP/1.1 as the benchmark needs it and no more, so that the server is never what is measured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from urllib.parse import urlsplit

Reply = Callable[[int, bytes], None]
Handle = Callable[[str, bytes, Reply], None]
"""Takes the path and the body of a request, and a function to answer with status and JSON, now or later."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Incoming(asyncio.Protocol):
    """One connection of a bot: requests with a length, one after another."""

    def __init__(self, handle: Handle) -> None:
        self.handle, self.buffer = handle, b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self.buffer, 0, end)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self.buffer) < size:
                return
            head, body, self.buffer = self.buffer[:end], self.buffer[end + 4 : size], self.buffer[size:]
            self.handle(head.split(b" ", 2)[1].decode(), body, self.reply)

    def reply(self, status: int, body: bytes) -> None:
        """Answer; with the status 0 hang up instead."""
        assert self.transport is not None
        if status == 0:
            self.transport.abort()
        elif not self.transport.is_closing():
            head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            self.transport.write(head.encode() + body)


class Hook(asyncio.Protocol):
    """One connection to a bot's webhook, with one call on its way at most."""

    def __init__(self, idle: Callable[[Hook], None]) -> None:
        self.idle, self.buffer = idle, b""
        self.transport: asyncio.Transport | None = None
        self.status: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self.buffer, 0, end)
        if len(self.buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        status, self.buffer = int(self.buffer[9:12]), b""
        self._became(status)

    def connection_lost(self, error: Exception | None) -> None:
        self._became(0)

    def post(self, url: str, secret: str, body: bytes) -> asyncio.Future[int]:
        """Call the webhook; the future is the status, or 0 if the connection was lost."""
        assert self.transport is not None
        parts = urlsplit(url)
        self.status = asyncio.get_running_loop().create_future()
        self.transport.write(
            f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
            f"x-telegram-bot-api-secret-token: {secret}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        return self.status

    def _became(self, status: int) -> None:
        waiting, self.status = self.status, None
        if waiting is not None and not waiting.done():
            waiting.set_result(status)
            if status:
                self.idle(self)

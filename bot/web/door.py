"""The door of the HTTP server: how many may come in, how large the head of a request may be, how long it may take.

httptools limits none of these, and neither does uvicorn with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bot.web.limits import Hosts, Limits, Turnstile, source_of

HEAD = 32 * 1024
"""Bytes of a request's line and headers. What frames a chunked body may be this much more than the body itself."""
SLOWEST = 8 * 1024
"""Bytes a second that a body must bring once its first seconds are over: less than a phone in a valley has."""
LONGEST_BODY, LONGEST_ANSWER = 600.0, 300.0
"""Seconds for a whole body, and for an answer to be made and read."""
PIPELINED = 8
"""Requests that may wait on one connection while the one before is answered."""


@dataclass
class Door:
    """The connections that are open, and those in which somebody is being waited for."""

    limits: Limits
    trusted: Hosts
    busy: set[Connection] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.connections = Turnstile(self.limits.connections, self.limits.connections_per_source)

    def source(self, client: tuple[str, int] | None) -> str:
        """Which source a connection counts for; a trusted proxy's count for nobody, its requests do."""
        return "" if client is None or client[0] in self.trusted else source_of(client[0])

    def sweep(self, now: float) -> None:
        """End the connections that took too long (``now``: the loop's seconds)."""
        for connection in list(self.busy):
            connection.end_if_slow(now)


class GuardedConfig(uvicorn.Config):
    """uvicorn's configuration with the door that its connections come through."""

    door: Door


class _At(Enum):
    """Where a connection is with its newest request."""

    REST = auto()
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()


class TooMuch(Exception):
    """A request is framed by more bytes than any browser sends."""


class Connection(HttpToolsProtocol):
    """An HTTP connection that is held to the limits."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        assert isinstance(self.config, GuardedConfig)
        self.door = self.config.door
        self.source = self.door.source(self.client)
        self.entered = self.door.connections.enter(self.source)
        self._go(_At.HEAD)
        if not self.entered:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._go(_At.REST)
        if self.entered:
            self.door.connections.leave(self.source)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.at is _At.REST:
            self._go(_At.HEAD)
        self.raw += len(data)
        super().data_received(data)
        if self.raw - 2 * self.body > HEAD and self.at is not _At.REST:
            self._refuse()

    def handle_websocket_upgrade(self) -> None:
        self._go(_At.REST)  # the socket has its own pings, and leaves by itself
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= PIPELINED:
            raise TooMuch
        if self.at is not _At.HEAD:
            self._go(_At.HEAD)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.at is _At.HEAD:  # later ones trail a chunked body, and nobody reads them
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.raw > HEAD and len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD:
            self._refuse()
            raise TooMuch
        self._go(_At.BODY)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._go(_At.ANSWER)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self.at is _At.ANSWER:
            self._go(_At.REST)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def end_if_slow(self, now: float) -> None:
        """End the connection if it was waited for too long. Its request's handler finds it gone."""
        waited = now - self.since
        if self.at is _At.HEAD:
            slow = waited > self.door.limits.head_seconds
        elif self.at is _At.BODY:
            if self.flow.read_paused:
                self.since += 1.0  # we are not listening: a sweep's time is ours
            slow = waited > min(self.door.limits.body_seconds + self.body / SLOWEST, LONGEST_BODY)
        else:
            slow = waited > LONGEST_ANSWER
        if slow:
            self.transport.abort()

    def _go(self, at: _At) -> None:
        """Note where the connection is now, and since when."""
        self.at = at
        if at is _At.HEAD:
            self.raw = self.body = 0
        if at is _At.REST:
            self.door.busy.discard(self)
        else:
            self.since = self.loop.time()
            self.door.busy.add(self)

    def _refuse(self) -> None:
        """Request Header Fields Too Large (RFC 6585)."""
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 431 \r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket, which leaves the door that it entered as a plain connection."""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        assert isinstance(self.config, GuardedConfig)
        door = self.config.door
        door.connections.leave(door.source(self.client))

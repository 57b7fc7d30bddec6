"""The HTTP server of one process: what it serves, and how it starts and stops."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.web.door import Connection, Door, GuardedConfig, Socket
from bot.web.gate import Gate, is_upload
from bot.web.limits import Hosts, Limits
from bot.web.safety import FRAME, PHOTO, SafetyHeaders

log = structlog.get_logger()

STATIC = Path(__file__).parent / "static"
Healthy = Callable[[], Awaitable[dict[str, Any]]]
OWN_FILES = 300
"""Descriptors that strangers cannot have: the database, pictures, other connections of ours, and one round of accepting."""
FEWEST = 50
ACCEPTED_AT_ONCE = 100
"""asyncio accepts as many as the queue is long before it looks at any of them."""
QUEUE = 2048
"""Connections that may wait for being accepted: everybody's, after a restart."""
COMPLAIN_EVERY = 60.0
"""Seconds between two lines that say that descriptors are lacking."""


class AddressInUse(RuntimeError):
    """Somebody else listens there already."""


def application(routes: Sequence[BaseRoute], healthy: Healthy, limits: Limits, trusted: Hosts) -> ASGIApp:
    """The application with these routes, static files and health, behind the limits."""

    async def alive(request: Request) -> Response:
        return JSONResponse({"ok": True})  # that it answers is the answer

    async def ready(request: Request) -> Response:
        found = await healthy()
        return JSONResponse(found, 200 if found["ok"] else 503)

    app = Starlette(
        routes=[
            Route("/livez", alive),
            Route("/readyz", ready),
            Route("/healthz", ready),  # as it was called before
            Mount("/static", GZipMiddleware(StaticFiles(directory=STATIC))),
            *routes,
        ],
        middleware=[Middleware(Gate, limits=limits, trusted=trusted), Middleware(_SizeLimits)],
    )
    return SafetyHeaders(app)  # around what answers for an error, too


class _SizeLimits:
    """Photos may be large, everything else is small; refused before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.small = RequestBodyLimitMiddleware(app, max_body_size=2 * FRAME)
        self.large = RequestBodyLimitMiddleware(app, max_body_size=PHOTO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.large if is_upload(scope) else self.small)(scope, receive, send)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio sends small pieces at once.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as failed:
        found.close()
        raise AddressInUse(
            f"cannot listen on {host}:{port} ({failed.strerror}); set HTTP_PORT to another port, or mend HTTP_HOST"
        ) from None
    return found


def affordable(limits: Limits) -> Limits:
    """The limits as far as the system has descriptors for them; asks it for as many as they need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = limits.connections if soft == resource.RLIM_INFINITY else min(limits.connections, soft - OWN_FILES)
    connections = max(room, FEWEST)
    # Sockets stay for hours; a fifth is left to those who only ask for something.
    return replace(limits, connections=connections, sockets=min(limits.sockets, connections * 4 // 5))


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the program stops all its parts together."""

    def __init__(self, routes: Sequence[BaseRoute], healthy: Healthy, limits: Limits) -> None:
        limits = affordable(limits)
        config = GuardedConfig(
            _not_yet,
            http=Connection,
            ws=Socket,
            log_config=None,
            access_log=False,
            # Without it an open connection keeps the process alive for ever.
            timeout_graceful_shutdown=2,
            ws_max_size=FRAME,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            lifespan="off",
            server_header=False,
            backlog=ACCEPTED_AT_ONCE,
        )
        trusted = ProxyHeadersMiddleware(_not_yet, config.forwarded_allow_ips).trusted_hosts
        config.app = application(routes, healthy, limits, trusted)
        config.door = self.door = Door(limits, trusted)
        # Nonsense from strangers is no news, and would let them fill the disk with lines about it.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._complained, self._over = float("-inf"), False
        asyncio.get_running_loop().set_exception_handler(self._complain)
        await super().startup(sockets)
        for listening in sockets or []:
            listening.listen(QUEUE)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:  # every second
            self.door.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._over = True
        await super().shutdown(sockets)

    def _complain(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Without descriptors asyncio waits a second before it accepts again, and says so thousands of times; as often it
        would accept again where nobody listens any more."""
        if self._over and "_start_serving" in context["message"]:
            return
        if "out of system resource" not in context["message"]:
            loop.default_exception_handler(context)
        elif loop.time() - self._complained > COMPLAIN_EVERY:
            self._complained = loop.time()
            log.error("no more connections can be accepted: out of descriptors", inside=self.door.connections.inside)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _not_yet(scope: Any, receive: Any, send: Any) -> None:
    """Stands where the application will be: what it trusts is read from the configuration."""

"""The HTTP server of one process: what it serves, and how it starts and stops."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.safety import FRAME, PHOTO, SafetyHeaders

STATIC = Path(__file__).parent / "static"
Healthy = Callable[[], Awaitable[dict[str, Any]]]


class AddressInUse(RuntimeError):
    """Somebody else listens there already."""


def application(routes: Sequence[BaseRoute], healthy: Healthy) -> ASGIApp:
    """The application with these routes, static files and health, behind the limits."""

    async def alive(request: Request) -> Response:
        return JSONResponse({"ok": True})  # that it answers is the answer

    async def ready(request: Request) -> Response:
        found = await healthy()
        return JSONResponse(found, 200 if found["ok"] else 503)

    return Starlette(
        routes=[
            Route("/livez", alive),
            Route("/readyz", ready),
            Route("/healthz", ready),  # as it was called before
            Mount("/static", StaticFiles(directory=STATIC)),
            *routes,
        ],
        middleware=[Middleware(SafetyHeaders), Middleware(_SizeLimits)],
    )


class _SizeLimits:
    """Photos may be large, everything else is small; refused before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.small = RequestBodyLimitMiddleware(app, max_body_size=2 * FRAME)
        self.large = RequestBodyLimitMiddleware(app, max_body_size=PHOTO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        photo = scope["type"] == "http" and scope["path"].endswith("/photo")
        await (self.large if photo else self.small)(scope, receive, send)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as failed:
        found.close()
        raise AddressInUse(
            f"cannot listen on {host}:{port} ({failed.strerror}); set HTTP_PORT to another port, or mend HTTP_HOST"
        ) from None
    return found


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the program stops all its parts together."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            # Without it an open connection keeps the process alive for ever.
            timeout_graceful_shutdown=2,
            ws="websockets-sansio",
            ws_max_size=FRAME,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            lifespan="off",
            server_header=False,
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

"""Wait for a database that is away at the start, with the port open: who watches sees a program that is alive and not ready."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.process.app import App
from bot.turn.operate import Away
from bot.web.limits import Limits
from bot.web.server import Server

log = structlog.get_logger()

PAUSES = (0.5, 1.0, 2.0, 5.0)
"""Seconds between the attempts, the last of them for ever."""
TELL_EVERY = 12
"""Attempts for one line in the log."""
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


async def open_patiently(open: Callable[[], Awaitable[App]], listening: socket.socket, limits: Limits) -> App:
    """What ``open`` returns in the end; meanwhile every request is told to come again. Raises what it raises but Away."""
    failures, began = 0, monotonic()
    async with AsyncExitStack() as serving:
        while True:
            try:
                app = await open()
            except Away as away:
                if not failures:
                    await serving.enter_async_context(_answering(listening, limits))
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
                if failures % TELL_EVERY == 1:
                    log.error("the database is away and is waited for", reason=str(away))
                await asyncio.sleep(pause)
                continue
            if failures:
                log.info("the database is there", after_seconds=round(monotonic() - began))
            return app


@asynccontextmanager
async def _answering(listening: socket.socket, limits: Limits) -> AsyncIterator[None]:
    """Serve nothing but how the program is. The socket itself stays open for who comes afterwards."""
    server = Server([Route("/{path:path}", _come_again, methods=METHODS)], _unready, limits)
    task = asyncio.create_task(server.serve(sockets=[listening.dup()]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _unready() -> dict[str, Any]:
    return {"ok": False, "writes": False, "database": "out of reach"}


async def _come_again(request: Request) -> Response:
    return PlainTextResponse("503", 503, headers={"Retry-After": "10"})

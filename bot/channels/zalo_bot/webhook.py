"""Zalo's webhook: the secret first, then the disk, then 200; also 200 for whatever is none of our events."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Unreadable
from bot.channels.zalo_bot import updates

log = structlog.get_logger()

PATH = "/zalo_bot"
MOST = 64 * 1024
"""Bytes of one event."""


def webhook(secret: str, take: Callable[[Any], Awaitable[None]]) -> Route:
    """The route that the platform calls; ``take`` returns when the event is on disk. A probe has an empty body."""

    async def call(request: Request) -> Response:
        given = request.headers.get("x-bot-api-secret-token", "").encode()
        if not secret or not hmac.compare_digest(given, secret.encode()):  # on bytes: text beyond ASCII raises
            return Response(status_code=401)
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                if len(body) > MOST:
                    return _ignored("too large")
        except ClientDisconnect:
            return Response(status_code=400)
        if not body.strip():
            return Response()
        try:
            await take(updates.load(bytes(body)))
        except Unreadable:
            return _ignored("of an unknown shape")
        except Exception as failed:
            log.error("a webhook call was not stored", error=type(failed).__name__)
            return Response(status_code=503)
        return Response()

    return Route(PATH, call, methods=["POST"])


def _ignored(why: str) -> Response:
    log.info("an event is left aside", why=why)
    return Response()

"""Telegram's webhook: the secret first, then the body, then the disk, and only then «received»."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import UPDATE_MOST, Unreadable
from bot.channels.telegram.updates import load

log = structlog.get_logger()

PATH = "/telegram"
RETRY_AFTER = {"Retry-After": "5"}


def webhook(secret: str, take: Callable[[Mapping[str, Any]], Awaitable[None]]) -> Route:
    """The route that Telegram calls (core.telegram.org/bots/api#setwebhook); ``take`` returns when the update is on disk."""

    async def call(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        # On bytes: comparing text with other than ASCII letters raises.
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            raw = load(body)
            if not isinstance(raw, dict):
                raise Unreadable
            await take(raw)
        except (ValueError, RecursionError, Unreadable):
            return Response(status_code=400)
        except Exception as failed:
            # Telegram keeps the update and brings it again.
            log.error("a webhook call was not stored", error=type(failed).__name__)
            return Response(status_code=503, headers=RETRY_AFTER)
        return Response()

    # Everybody else on this server is held to less.
    bigger = Middleware(RequestBodyLimitMiddleware, max_body_size=UPDATE_MOST)
    return Route(PATH, call, methods=["POST"], middleware=[bigger])

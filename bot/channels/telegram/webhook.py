"""Telegram's webhook: the secret first, then the body, then the disk, and only then «received»."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels import UPDATE_MOST, Unreadable
from bot.channels.telegram.updates import load

log = structlog.get_logger()

PATH = "/telegram"
SECRET = b"x-telegram-bot-api-secret-token"
EMPTY = [(b"content-length", b"0")]
LATER = [*EMPTY, (b"retry-after", b"5")]


def webhook(secret: str, take: Callable[[Mapping[str, Any]], Awaitable[None]]) -> Route:
    """The route that Telegram calls (core.telegram.org/bots/api#setwebhook); ``take`` returns when the update is on disk."""
    # Everybody else on this server is held to less.
    bigger = Middleware(RequestBodyLimitMiddleware, max_body_size=UPDATE_MOST)
    return Route(PATH, _Webhook(secret, take), methods=["POST"], middleware=[bigger])


class _Webhook:
    """An application of its own: Starlette's request and response are a seventh of what a call costs until it is heard."""

    def __init__(self, secret: str, take: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
        self.secret, self.take = secret.encode(), take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._status(scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": LATER if status == 503 else EMPTY})
        await send({"type": "http.response.body"})

    async def _status(self, scope: Scope, receive: Receive) -> int:
        given = next((value for name, value in scope["headers"] if name == SECRET), b"")
        if not hmac.compare_digest(given, self.secret):
            return 401
        body = await _body(receive)
        if body is None:
            return 400
        try:
            raw = load(body)
            if not isinstance(raw, dict):
                raise Unreadable
            await self.take(raw)
        except (ValueError, RecursionError, Unreadable):
            return 400
        except Exception as failed:
            # Telegram keeps the update and brings it again.
            log.error("a webhook call was not stored", error=type(failed).__name__)
            return 503
        return 200


async def _body(receive: Receive) -> bytes | None:
    """What was sent, or None where somebody left meanwhile."""
    parts: list[bytes] = []
    while (message := await receive())["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
    return None

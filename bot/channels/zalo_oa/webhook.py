"""Zalo's webhook of an Official Account: the signature over the raw bytes first, then the disk, then 200."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Refused, Unreadable
from bot.channels.zalo_oa import signature, updates
from bot.channels.zalo_oa.books import Books
from bot.channels.zalo_oa.settings import ZaloOaSettings

log = structlog.get_logger()

PATH = "/zalo_oa"
MOST = 64 * 1024
"""Bytes of one event."""
PROBE = b"{}"
"""What the console sends, unsigned, when the address is saved there."""

Take = Callable[[Mapping[str, Any]], Awaitable[None]]


class Webhook:
    """Answers the calls; ``now`` tells which of them are too old."""

    def __init__(self, settings: ZaloOaSettings, books: Books, now: Callable[[], datetime]) -> None:
        self.app_id, self.secrets, self.books, self.now = settings.zalo_oa_app_id, settings.zalo_oa_secrets, books, now

    def route(self, take: Take) -> Route:
        """The route that the platform calls; ``take`` returns when the event is on disk."""

        async def call(request: Request) -> Response:
            body = bytearray()
            try:
                async for part in request.stream():
                    body += part
                    if len(body) > MOST:
                        return Response(status_code=413)
            except ClientDisconnect:
                return Response(status_code=400)
            if bytes(body).strip() == PROBE:
                return Response()
            return await self._answer(request, bytes(body), take)

        return Route(PATH, call, methods=["POST"])

    async def _answer(self, request: Request, body: bytes, take: Take) -> Response:
        try:
            said = updates.load(body)
        except Unreadable:
            return Response(status_code=401)
        if not await self._is_signed(request, body, said):
            return Response(status_code=401)
        try:
            if updates.is_ours(said):
                await take(said)
        except (Unreadable, Refused):
            log.info("an event is left aside", name=str(said.get("event_name"))[:60])
        except Exception as failed:
            log.error("a webhook call was not stored", error=type(failed).__name__)
            return Response(status_code=503)
        return Response()

    async def _is_signed(self, request: Request, body: bytes, said: Mapping[str, Any]) -> bool:
        """Whether Zalo said it, and lately; remembers by which formula."""
        given = request.headers.get("x-zevent-signature", "")
        call = signature.Call(body, said, given, request.headers.get("x-zevent-timestamp", ""))
        found = signature.match(call, self.app_id, self.secrets, self.books.noted.get("signature", ""))
        if found is None:
            if given and "signature" not in self.books.noted:  # later it is not Zalo, but anybody else
                await self.books.trouble("signature", "-")
            return False
        if not found.is_timely(self.now()):
            log.warning("a webhook call is too old, or a clock is wrong", at=found.at)
            return False
        await self.books.find("signature", found.formula)
        await self.books.mend("signature")
        return True

"""The gate before the application: requests, sockets and uploads at once, for one source and for all together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.limits import SOURCE, Hosts, Limits, Turnstile, source_of

REQUESTS, REQUESTS_PER_SOURCE = 2_000, 500
"""At once, each of a few milliseconds; a body that is waited for holds up to 128 kB."""
PATIENCE = 20.0
"""Seconds for which an upload waits for room before it is refused; meanwhile its bytes wait at the sender."""
LATER: Mapping[str, str] = {"retry-after": "5"}
HEALTH = frozenset({"/livez", "/readyz", "/healthz"})


class Gate:
    """Lets in as many as there is room for; the others are told to come later, which the page does by itself."""

    def __init__(self, app: ASGIApp, limits: Limits, trusted: Hosts) -> None:
        self.app, self.trusted = app, trusted
        self.requests = Turnstile(REQUESTS, REQUESTS_PER_SOURCE)
        self.sockets = Turnstile(limits.sockets, limits.sockets_per_source)
        # One source may take half of what there is.
        self.uploads = Turnstile(limits.uploads, max(limits.uploads // 2, 1))
        self.bytes = Turnstile(limits.upload_bytes, limits.upload_bytes // 2)
        self._taking: dict[object, None] = {}
        """The uploads that are coming in, the oldest first."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in HEALTH:
            return await self.app(scope, receive, send)
        source = scope[SOURCE] = self._source(scope)
        upload = is_upload(scope)
        stile = self.sockets if scope["type"] == "websocket" else self.uploads if upload else self.requests
        if not stile.enter(source):
            return await _refuse(scope, receive, send)
        try:
            if upload:
                await self._take(source, scope, receive, send)
            else:
                await self.app(scope, receive, send)
        except ClientDisconnect:
            pass  # gone before its body was here
        finally:
            stile.leave(source)

    async def _take(self, source: str, scope: Scope, receive: Receive, send: Send) -> None:
        """An upload: its bytes count as they come, until it is answered."""
        held, me = 0, object()
        self._taking[me] = None

        async def counted() -> Message:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            await self._room(me, source, size)
            held += size
            return message

        try:
            await self.app(scope, counted, send)
        finally:
            del self._taking[me]
            self.bytes.leave(source, held)

    async def _room(self, me: object, source: str, size: int) -> None:
        """Wait until there is room. The oldest upload always goes on, or all might wait for each other half done."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while not self.bytes.enter(source, size, anyway=next(iter(self._taking)) is me):
            if asyncio.get_running_loop().time() > until:
                raise HTTPException(503, headers=dict(LATER))
            await asyncio.sleep(0.1)

    def _source(self, scope: Scope) -> str:
        """Whom a request counts for: by a trusted proxy's word, or by its address; a proxy's own calls for nobody."""
        if scope.get("client") is None:
            return ""
        host: str = scope["client"][0]
        if host in self.trusted and not any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            return ""
        return source_of(host)


def is_upload(scope: Scope) -> bool:
    """Whether a photo or a spreadsheet may come."""
    return scope["type"] == "http" and str(scope["path"]).endswith("/photo")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4429})
    else:
        await JSONResponse({}, 503, headers=LATER)(scope, receive, send)

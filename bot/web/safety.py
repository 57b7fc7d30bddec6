"""What every answer and every request must pass: headers that forbid foreign code, sizes, and the page's own origin."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAME = 64 * 1024
"""Bytes of one message of a page."""
PHOTO = 24 << 20
"""Bytes of one upload; what is smaller, and still too big for a photo, is answered with a sentence."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(self), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
HSTS = "max-age=31536000"
"""A browser that came over TLS once never comes without it again, for a year (RFC 6797)."""


class SafetyHeaders:
    """Put the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("strict-transport-security", HSTS)
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser page of ours is speaking, over TLS if we are served over it. Starlette checks this for nobody,
    WebSockets least of all. What a trusted proxy says of the scheme is in the scope already."""
    origin = urlsplit(connection.headers.get("origin", ""))
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return bool(origin.netloc) and (origin.scheme, origin.netloc) == (scheme, connection.headers.get("host", ""))

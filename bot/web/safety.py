"""What every answer and every request must pass: headers that forbid foreign code, sizes, and the page's own origin."""

from __future__ import annotations

from urllib.parse import urlsplit

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
HEADERS = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(self), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
OVER_TLS = [*HEADERS, (b"strict-transport-security", b"max-age=31536000")]
"""A browser that came over TLS once never comes without it again, for a year (RFC 6797)."""


class SafetyHeaders:
    """Put the headers on every answer that has not said them otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))  # an application need not say any
                names = {name for name, _ in said}
                more = OVER_TLS if scope["scheme"] == "https" else HEADERS
                message["headers"] = said + [one for one in more if one[0] not in names]
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser page of ours is speaking, over TLS if we are served over it. Starlette checks this for nobody,
    WebSockets least of all. What a trusted proxy says of the scheme is in the scope already."""
    origin = urlsplit(connection.headers.get("origin", ""))
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return bool(origin.netloc) and (origin.scheme, origin.netloc) == (scheme, connection.headers.get("host", ""))

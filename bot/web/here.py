"""Keep what only the person at this machine may use to her: refuse other host names, and whatever a proxy passed on."""

from __future__ import annotations

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PASSED_ON = re.compile(
    r"forwarded|via|x-forwarded.*|x-real-ip|x-original-.*|x-client-ip|(true-client|cf-connecting)-ip"
)
"""Headers that proxies write, and browsers never."""
FOREIGN = ("cross-site", "same-site")
"""What a browser says of a request that another site's page, or another port's, had it make (Sec-Fetch-Site)."""


class OnlyHere:
    """Lets in who names this machine by a name that only it has; the others are told in a sentence.

    A page of another site can make a browser call us under a name of its own (DNS rebinding), and then comes from the
    same origin and from this machine; but the name is in the request.
    """

    def __init__(self, app: ASGIApp, said: str) -> None:
        self.app, self.said = app, said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_from_here(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            await PlainTextResponse(self.said, 403)(scope, receive, send)


def _is_from_here(headers: Headers) -> bool:
    if any(PASSED_ON.fullmatch(name) for name in headers):
        return False
    if headers.get("sec-fetch-site") in FOREIGN and headers.get("sec-fetch-mode") != "navigate":
        return False
    hosts = headers.getlist("host")
    return len(hosts) == 1 and is_loopback(re.sub(r":[0-9]{1,5}$", "", hosts[0]).strip("[]"))


def is_loopback(host: str) -> bool:
    """Whether this name or address means the machine itself, whoever is asked."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

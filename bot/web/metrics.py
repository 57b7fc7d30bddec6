"""The page of figures for Prometheus: for whoever has the token, and for nobody where there is none."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/metrics"
TYPE = "text/plain; version=0.0.4; charset=utf-8"
Figures = Callable[[], Awaitable[bytes]]


def routes(figures: Figures, token: str) -> list[Route]:
    """The page, where there is a token.

    A call from this machine is not enough: a proxy's calls come from there, too, and not every proxy says that it is one.
    """
    if not token:
        return []
    wanted = f"Bearer {token}".encode()

    async def show(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), wanted):
            return PlainTextResponse("401", 401, headers={"WWW-Authenticate": "Bearer"})
        return Response(await figures(), media_type=TYPE)

    return [Route(PATH, show)]

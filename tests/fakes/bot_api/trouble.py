"""Answers that are none: a connection that is cut, half an answer, a page of HTML, silence."""

from __future__ import annotations

import asyncio

from aiohttp import web


def hang_up(request: web.Request) -> web.StreamResponse:
    """Reset the connection."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def never(request: web.Request, closing: asyncio.Event) -> web.StreamResponse:
    """Say nothing until the client gives up or the server ends."""
    while request.transport and not request.transport.is_closing() and not closing.is_set():
        await asyncio.sleep(0.02)
    return hang_up(request)


async def truncated(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Half of the answer, then nothing more."""
    body = response.body if isinstance(response.body, bytes) else b""
    half = web.StreamResponse(status=response.status, headers={"Content-Type": response.content_type})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    return hang_up(request)


def garbage(status: int) -> web.StreamResponse:
    """What a proxy in between says."""
    page = "<html>\r\n<head><title>Bad Gateway</title></head>\r\n<body><center>nginx</center></body>\r\n</html>"
    return web.Response(status=status, text=page, content_type="text/html")

"""Pictures and papers in the platform's keeping: made small enough, uploaded once, and anew when their time is over."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from PIL import Image

from bot.channels.kind import Pictures
from bot.channels.zalo_oa.client import Refused, ZaloOaClient
from bot.channels.zalo_oa.meaning import UPLOAD_AGAIN
from bot.channels.zalo_oa.tokens import Tokens

MOST = 1_000_000
"""Bytes of a picture, a little less than the megabyte that the platform takes."""
LIVES = timedelta(days=6)
"""An upload is good for seven days."""
KEPT = 500
"""So many uploads are remembered."""
QUALITIES = (85, 75, 60, 45)


class Uploads:
    """The uploads of one process."""

    def __init__(self, client: ZaloOaClient, tokens: Tokens, stored: Pictures, now: Callable[[], datetime]) -> None:
        self.client, self.tokens, self.stored, self.now = client, tokens, stored, now
        self._known: dict[str, tuple[str, datetime]] = {}

    async def with_picture(self, name: str, send: Callable[[str], Awaitable[str]]) -> str:
        """Send a stored picture by its id, which is looked up or made; once more with a new one if it has expired.

        Raises NoSuchFile, and what sending raises.
        """
        try:
            return await send(await self._picture(name))
        except Refused as refused:
            if refused.code != UPLOAD_AGAIN:
                raise
        self._known.pop(name, None)
        return await send(await self._picture(name))

    async def with_paper(self, name: str, content: bytes, send: Callable[[str], Awaitable[str]]) -> str:
        """Send a PDF."""
        return await send(await self.tokens.use(lambda access: self.client.upload_file(access, name, content)))

    async def _picture(self, name: str) -> str:
        id, at = self._known.get(name, ("", self.now()))
        if id and self.now() - at < LIVES:
            return id
        content = await asyncio.to_thread(fitting, await self.stored(name))
        id = await self.tokens.use(lambda access: self.client.upload_picture(access, content))
        self._known = dict(list(self._known.items())[-KEPT:]) | {name: (id, self.now())}
        return id


def fitting(content: bytes, most: int = MOST) -> bytes:
    """A picture of ours as a JPEG of so many bytes at most: first with less quality, then smaller. Pure."""
    if len(content) <= most and content.startswith(b"\xff\xd8\xff"):
        return content
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
        picture = opened.convert("RGB")
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= most:
                return out.getvalue()
        picture = picture.resize((max(picture.width * 2 // 3, 1), max(picture.height * 2 // 3, 1)))

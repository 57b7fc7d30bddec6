"""The pictures, sounds and documents of a visitor's own conversation, under addresses signed so that none can be made up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.kind import Pictures, Surroundings, sound_type
from bot.channels.web.front import Pane
from bot.channels.web.hearing import sound
from bot.channels.web.visitors import Visitor, Visitors
from bot.message import Document
from bot.web.signed import Signed
from storage.database import Tx
from storage.files import NoSuchFile, documents, pictures, voices
from storage.web import webchat

PICTURE_SECONDS, LINKS_KEPT = 86400, 10_000
"""An address of a picture or a voice message is good for a day, and until the end of the next."""
May = Callable[[Tx, str, str, str], Awaitable[bool]]
"""Whether the file with this name may be shown on this channel at this address."""


def number_in(text: str) -> int:
    """The number of a message in an address; 0, which none has, for everything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


class Files:
    """Makes the addresses of one channel's conversations, and serves what they name."""

    def __init__(self, channel: str, surroundings: Surroundings, visitors: Visitors) -> None:
        self.channel, self.surroundings, self.visitors = channel, surroundings, visitors
        self.database, self.now = surroundings.database, surroundings.now
        self.signed = Signed(surroundings.database.vault, surroundings.now, channel)
        self.address_of = lru_cache(LINKS_KEPT)(self._sign)

    async def picture(self, pane: Pane, request: Request) -> Response:
        """A picture that was shown in the visitor's conversation, as long as she may see it."""
        found = await self._find("picture", pane, request, pictures.may_see, self.surroundings.picture)
        if found is None:
            return Response(status_code=404)
        headers = {"cache-control": f"private, max-age={PICTURE_SECONDS}"}
        return Response(found[1], media_type="image/jpeg", headers=headers)

    async def voice(self, pane: Pane, request: Request) -> Response:
        """A voice message of the visitor's own, or for the officers; in ranges, as Safari asks."""
        found = await self._find("voice", pane, request, voices.may_hear, self.surroundings.voice)
        if found is None:
            return Response(status_code=404)
        name, data = found
        return sound(data, sound_type(name), request.headers.get("range", ""))

    async def document(self, pane: Pane, request: Request) -> Response:
        """A document of the visitor's own conversation, to be saved."""
        visitor = await self.visitors.meet(pane, request)
        async with self.database.read() as tx:
            found = await webchat.one(tx, visitor.address, number_in(request.path_params["id"]))
            if found is None or not found.is_shown(visitor.shows_from) or "document" not in found.body:
                return Response(status_code=404)
            document = Document.load(found.body["document"])
            content = await documents.load(tx, document.kept) if document.kept else document.content
        if content is None:
            return Response(self.surroundings.speech.say("web.file_over"), 410, media_type="text/plain")
        save = f'attachment; filename="{document.name.encode("ascii", "ignore").decode()}"'
        return Response(content, media_type="application/octet-stream", headers={"content-disposition": save})

    def linked(self, visitor: Visitor, message: dict[str, Any]) -> dict[str, Any]:
        """The message with the addresses of its pictures, its sound and its file."""
        linked = dict(message)
        for kind, more in (("picture", {"alt": ""}), ("voice", {})):
            if name := linked.pop(kind, ""):
                linked[kind] = {"url": self._url(visitor, kind, name), **more}
        if cards := linked.get("cards"):
            linked["cards"] = [
                {**card, "picture": card["picture"] and self._url(visitor, "picture", card["picture"])}
                for card in cards
            ]
        if thumbs := linked.get("thumbs"):
            linked["thumbs"] = [self._url(visitor, "picture", name) for name in thumbs]
        if document := linked.pop("document", None):
            linked["document"] = {"url": f"{visitor.pane.base}/file/{message['id']}", "name": document["name"]}
        return linked

    async def _find(
        self, kind: str, pane: Pane, request: Request, may: May, stored: Pictures
    ) -> tuple[str, bytes] | None:
        """The name and the bytes of what an address names, if it is this visitor's and she may have it."""
        visitor = await self.visitors.meet(pane, request)
        meant = self.signed.read(kind, request.path_params["signed"])
        if meant is None or meant.to != visitor.address or visitor.is_locked:
            return None
        async with self.database.read() as tx:
            if not await may(tx, meant.name, self.channel, visitor.address):
                return None
        try:
            return meant.name, await stored(meant.name)
        except NoSuchFile:
            return None

    def _url(self, visitor: Visitor, kind: str, name: str) -> str:
        """Where this visitor finds a picture or a sound."""
        day = int(self.now().timestamp()) // PICTURE_SECONDS
        return f"{visitor.pane.base}/{kind}/{self.address_of(kind, name, visitor.address, day)}"

    def _sign(self, kind: str, name: str, address: str, day: int) -> str:
        """The same all day long, so that a browser need not fetch it again."""
        return self.signed.write(kind, name, address, (day + 2) * PICTURE_SECONDS)

"""Addresses under which one recipient's picture or document is served for a while, signed so that none can be made up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.kind import Surroundings, sound_type
from bot.message import Document
from bot.web.signed import Meant, Signed
from storage.files import NoSuchFile, documents
from storage.talk import outbox

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


class Files:
    """Makes the addresses of one channel, and serves what they name."""

    def __init__(
        self, channel: str, surroundings: Surroundings, url: str, *, picture_minutes: int, document_minutes: int
    ) -> None:
        """``url``: the public address of this server."""
        self.channel, self.url = channel, url
        self.database, self.now, self.stored = surroundings.database, surroundings.now, surroundings.picture
        self.signed = Signed(surroundings.database.vault, surroundings.now, channel)
        self.voices = surroundings.voice
        self.lives = {
            "picture": timedelta(minutes=picture_minutes),
            "document": timedelta(minutes=document_minutes),
            "voice": timedelta(minutes=document_minutes),
        }

    def picture(self, name: str, chat: str) -> str:
        """Where this picture can be fetched for this chat until its time is over."""
        return self._address("picture", name, chat)

    def document(self, key: str, chat: str) -> str:
        """Where the document can be fetched that is sent to this chat under this key, until its time is over."""
        return self._address("document", key, chat)

    def voice(self, name: str, chat: str) -> str:
        """Where this voice message can be fetched for this chat until its time is over."""
        return self._address("voice", name, chat)

    def routes(self) -> list[Route]:
        kinds = {"picture": self._picture, "document": self._document, "voice": self._voice}
        return [self._route(kind, find) for kind, find in kinds.items()]

    def _address(self, kind: str, name: str, chat: str) -> str:
        until = int((self.now() + self.lives[kind]).timestamp())
        return f"{self.url}/{self.channel}/{kind}/{self.signed.write(kind, name, chat, until)}"

    def _route(self, kind: str, find: Callable[[Meant], Awaitable[Response | None]]) -> Route:
        """The same answer for what never was, what is over and what is gone."""

        async def serve(request: Request) -> Response:
            meant = self.signed.read(kind, request.path_params["signed"])
            return (meant and await find(meant)) or Response(status_code=404)

        return Route(f"/{self.channel}/{kind}/{{signed}}", serve)

    async def _picture(self, meant: Meant) -> Response | None:
        try:
            content: Any = await self.stored(meant.name)
        except NoSuchFile:
            return None
        return Response(content, media_type="image/jpeg", headers=HEADERS)

    async def _voice(self, meant: Meant) -> Response | None:
        try:
            content = await self.voices(meant.name)
        except NoSuchFile:
            return None
        return Response(content, media_type=sound_type(meant.name), headers=HEADERS)

    async def _document(self, meant: Meant) -> Response | None:
        async with self.database.read() as tx:
            said = await outbox.find_body(tx, meant.name, self.channel, meant.to)
            if said is None or "document" not in said:
                return None
            document = Document.load(said["document"])
            content = await documents.load(tx, document.kept) if document.kept else document.content
        if content is None:
            return None
        save = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name)}"}
        return Response(content, media_type="application/octet-stream", headers=HEADERS | save)

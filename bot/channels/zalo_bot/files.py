"""Addresses under which one recipient's picture or document is served for a while, signed so that none can be made up."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.kind import Surroundings
from bot.channels.zalo_bot.settings import ZaloBotSettings
from storage.database.vault import Tampered
from storage.files import NoSuchFile

PATH = "/zalo_bot/picture/{signed}"
ABOUT = b"zalo_bot picture"


class Pictures:
    """Signs addresses and serves what they name."""

    def __init__(self, surroundings: Surroundings, settings: ZaloBotSettings) -> None:
        self.vault, self.now, self.picture = surroundings.database.vault, surroundings.now, surroundings.picture
        self.url, self.lives = settings.webhook_url, timedelta(minutes=settings.zalo_bot_photo_minutes)

    def address(self, name: str, chat: str) -> str:
        """Where this picture can be fetched for this chat until its time is over."""
        until = int((self.now() + self.lives).timestamp())
        signed = self.vault.seal_json([name, chat, until], about=ABOUT)
        return f"{self.url}/zalo_bot/picture/{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"

    def name(self, signed: str) -> str:
        """The picture that a signed address names; empty if it is none of ours, or its time is over."""
        try:
            sealed = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
            name, _, until = self.vault.open_json(sealed, about=ABOUT)
        except (binascii.Error, ValueError, Tampered):
            return ""
        return str(name) if self.now().timestamp() <= until else ""

    def route(self) -> Route:
        """The same answer for what never was, what is over and what is gone."""

        async def serve(request: Request) -> Response:
            name = self.name(request.path_params["signed"])
            try:
                content: Any = await self.picture(name) if name else None
            except NoSuchFile:
                content = None
            if content is None:
                return Response(status_code=404)
            headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
            return Response(content, media_type="image/jpeg", headers=headers)

        return Route(PATH, serve)

"""One Official Account of Zalo as a channel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from msgspec.structs import replace
from starlette.routing import BaseRoute

from bot.channels import (
    Capabilities,
    Channel,
    Limits,
    Media,
    Receive,
    Recurring,
    Trouble,
    Unreadable,
    Window,
)
from bot.channels.kind import Surroundings
from bot.channels.zalo.fetching import fetch
from bot.channels.zalo.parts import MOST
from bot.channels.zalo_oa import parts, updates
from bot.channels.zalo_oa.books import Books
from bot.channels.zalo_oa.client import ZaloOaClient
from bot.channels.zalo_oa.consent import Consent
from bot.channels.zalo_oa.sending import Sending
from bot.channels.zalo_oa.settings import ZaloOaSettings
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.webhook import Webhook
from bot.channels.zalo_oa.windows import FREE, PAID
from bot.message import Heard, Message, changed
from storage.files import NoSuchFile
from storage.talk.inbox import Arrival

log = structlog.get_logger()

LOOK_EVERY = 60
"""Seconds until its tokens and its books are looked at again."""
REPLIES = 0.2
"""The part of the pace that is kept for replies."""
NOTHING = "-"
"""Stands for the id of a message of which nothing could be said."""


class ZaloOa(Channel):
    """Hears by webhook, and answers."""

    name = "zalo_oa"
    asks = False
    capabilities = Capabilities(
        choices=7, label=parts.TITLE, text=MOST, caption=MOST, documents=True, vouches=True,
    )  # fmt: skip

    def __init__(self, surroundings: Surroundings, settings: ZaloOaSettings) -> None:
        assert settings.zalo_oa_app_secret is not None
        each = settings.zalo_oa_per_second
        self.settings, self.now = settings, surroundings.now
        self.capabilities = replace(
            type(self).capabilities,
            buttons=0 if settings.zalo_oa_buttons == "off" else parts.BUTTONS,
            contact=bool(settings.zalo_oa_contact_image),
            document_minutes=settings.zalo_oa_document_minutes,
            limits=Limits(each, each * (1 - REPLIES), per_chat=1) if each else Limits(),
            window=Window(
                FREE, PAID, settings.zalo_oa_paid_dong,
                settings.zalo_oa_template_dong if settings.zalo_oa_template else None,
            ),
        )  # fmt: skip
        self.received_at: datetime | None = None
        self.consent = Consent(surroundings, settings)
        self.books = Books(self.name, surroundings, self.consent.link)
        secret = settings.zalo_oa_app_secret.get_secret_value()
        app_id = settings.zalo_oa_app_id
        self.client = ZaloOaClient(settings.zalo_oa_api_url, settings.zalo_oa_oauth_url, app_id, secret)
        self.tokens = Tokens(self.name, surroundings, self.client, self.books)
        self.sending = Sending(surroundings, settings, self.capabilities, self.client, self.tokens, self.books)
        self.webhook = Webhook(settings, self.books, self.now)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        async def take(event: Mapping[str, Any]) -> None:
            await receive([self.arrival(event)])
            self.received_at = self.now()

        return [self.webhook.route(take), *self.consent.routes(self.tokens), *self.sending.files.routes()]

    def recurring(self) -> Sequence[Recurring]:
        return [Recurring(f"tokens:{self.name}", LOOK_EVERY, self.look)]

    async def look(self) -> None:
        """Read its books, and renew its tokens before their end."""
        await self.books.look()
        await self.tokens.look()

    def troubles(self) -> Sequence[Trouble]:
        return self.books.troubles

    def arrival(self, event: Mapping[str, Any]) -> Arrival:
        """One event as the inbox keeps it. Raises Unreadable."""
        try:
            payload = json.dumps(event).encode()
        except RecursionError:
            raise Unreadable from None
        return Arrival(self.name, updates.key_of(event), updates.person_of(event), payload)

    def hear(self, payload: bytes) -> Heard:
        return updates.hear(updates.load(payload))

    def media(self, payload: bytes) -> Media | None:
        try:
            return updates.file_in(updates.load(payload))
        except Unreadable:
            return None

    async def fetch(self, media: Media) -> bytes:
        return await fetch(media, self.settings.zalo_oa_hosts, self.client.download)

    async def run(self, receive: Receive) -> None:
        """It is called by its platform, so there is nothing to ask for; its tokens are looked at at once."""
        await self.look()
        await asyncio.Event().wait()

    def parts(self, message: Message) -> Sequence[Message]:
        return self.sending.parts(message)

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        try:
            return await self.sending.send(address, message, dedupe_key)
        except NoSuchFile:
            log.warning("a file is lost; the words go without it", file=message.picture)
            if not message.text:
                return NOTHING
            return await self.send(address, changed(message, picture=""), dedupe_key)

    async def close(self) -> None:
        await self.client.close()

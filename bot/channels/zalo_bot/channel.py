"""One bot of the Zalo Bot Platform as a channel."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
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
    Quota,
    Receive,
    Recurring,
    Trouble,
    Unreadable,
)
from bot.channels.kind import NotTakenOver, Surroundings
from bot.channels.typing import Typing
from bot.channels.zalo.fetching import fetch
from bot.channels.zalo.files import Files
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable, host_of
from bot.channels.zalo_bot import updates
from bot.channels.zalo_bot.client import NOT_FOUND, Refused, ZaloBotClient
from bot.channels.zalo_bot.ledger import Ledger
from bot.channels.zalo_bot.sending import LONGEST_PAUSE, Sending
from bot.channels.zalo_bot.settings import ZaloBotSettings
from bot.channels.zalo_bot.shows import SHOWS
from bot.channels.zalo_bot.webhook import PATH, webhook
from bot.message import Heard, Message
from storage.database import Tx
from storage.talk.inbox import Arrival

log = structlog.get_logger()

SOON = 2.0
"""Seconds in which most answers are there; then the sign of writing is shown."""
LOOK_AGAIN = 60.0
"""Seconds until a channel that may not receive looks whether it may now."""
LOOK_EVERY = 60
"""Seconds until its books are read again."""
AT_ONCE = 1.0
"""Seconds: an answer without an event that comes sooner is followed by a pause."""
REPLIES = 0.2
"""The part of the pace that is kept for replies."""


class ZaloBot(Channel):
    """Hears by polling or by webhook, and answers. No buttons, no changes of what was said."""

    name = "zalo_bot"
    capabilities: Capabilities = SHOWS

    def __init__(self, surroundings: Surroundings, settings: ZaloBotSettings) -> None:
        assert settings.zalo_bot_token is not None
        token, each = settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_per_second
        self.settings, self.now = settings, surroundings.now
        self.capabilities = replace(
            type(self).capabilities,
            pictures=settings.public(),
            documents=settings.public(),
            document_minutes=settings.zalo_bot_document_minutes if settings.public() else 0,
            limits=Limits(each, each * (1 - REPLIES), per_chat=1) if each else Limits(),
            quota=Quota(settings.zalo_bot_messages, settings.zalo_bot_people),
        )
        self.webhook_url = f"{settings.webhook_url}{PATH}" if settings.zalo_bot_by_webhook else ""
        self.secret = settings.zalo_bot_secret.get_secret_value() if settings.zalo_bot_secret else ""
        self.asks = not settings.zalo_bot_by_webhook
        self.received_at: datetime | None = None
        self.exclusive = surroundings.exclusive(f"receive:{self.name}:{token.partition(':')[0]}")
        self.files = Files(
            self.name,
            surroundings,
            settings.webhook_url,
            picture_minutes=settings.zalo_bot_photo_minutes,
            document_minutes=settings.zalo_bot_document_minutes,
        )
        self.ledger = Ledger(self.name, surroundings)
        self.client = ZaloBotClient(token, settings.zalo_bot_api_url)
        self.typing = Typing(self._show_typing, after=SOON)
        self.sending = Sending(self.client, self.capabilities, self.ledger, self.files if settings.public() else None)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        async def take(said: Any) -> None:
            await self.take(said, receive)

        found: list[BaseRoute] = [*self.files.routes()] if self.settings.public() else []
        return [*found, webhook(self.secret, take)] if self.webhook_url else found

    def recurring(self) -> Sequence[Recurring]:
        return [Recurring(f"books:{self.name}", LOOK_EVERY, self.look)]

    async def look(self) -> None:
        """Find in its books what is wrong, and warn of its people being nearly as many as may be."""
        assert self.capabilities.quota is not None
        await self.ledger.look(self.capabilities.quota)

    def troubles(self) -> Sequence[Trouble]:
        return self.ledger.troubles

    def arrival(self, said: Any) -> Arrival:
        """One event, enveloped or bare, as the inbox keeps it. Raises Unreadable."""
        event = updates.event_in(said)
        try:
            payload = json.dumps(event).encode()
        except RecursionError:
            raise Unreadable from None
        return Arrival(self.name, updates.key_of(event), updates.chat_of(event), payload)

    def hear(self, payload: bytes) -> Heard:
        return updates.hear(updates.event_in(updates.load(payload)), groups=self.settings.zalo_bot_groups)

    def media(self, payload: bytes) -> Media | None:
        try:
            return updates.file_in(updates.event_in(updates.load(payload)))
        except Unreadable:
            return None

    async def fetch(self, media: Media) -> bytes:
        return await fetch(media, self.settings.zalo_bot_hosts, self.client.download)

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        await self.ledger.count_received(tx, len({arrival.key for arrival in arrivals}), called=bool(self.webhook_url))

    async def take(self, said: Any, receive: Receive) -> None:
        """Store one event; raises Unreadable for what is none."""
        arrival = self.arrival(said)
        if self.hear(arrival.payload).event not in ("nothing", "group"):
            self.typing.expect(arrival.address)  # once it is stored she may have been answered already
        await receive([arrival])

    async def run(self, receive: Receive) -> None:
        """Receive until cancelled. A bot whose token is refused does nothing more, and the admins are told elsewhere."""
        if await self._ready() and not self.webhook_url:
            await self.exclusive(lambda: self._poll(receive))
        await asyncio.Event().wait()

    async def _ready(self) -> bool:
        """Wait until events come to us; False if the token is refused. A webhook of somebody else's is left to them."""
        failures = 0
        while not self.ledger.stopped:
            try:
                await self.client.get_me()
                found = await self.client.webhook_url()
                if found in ("", self.webhook_url):
                    await self.ledger.mend("token", "taken")
                    if found != self.webhook_url:
                        await self.set_webhook()
                    return True
                await self.ledger.note("taken", host_of(found))
                await asyncio.sleep(LOOK_AGAIN)
            except (Refused, NotSent, InDoubt, Unavailable) as failed:
                if isinstance(failed, Refused) and failed.code == NOT_FOUND:
                    await self.ledger.note("token", str(failed))
                failures = await self._failed(failed, failures)
        return False

    async def take_over(self) -> None:
        """Have events come to us from now on, wherever they went before. Raises NotTakenOver."""
        try:
            await (self.set_webhook() if self.webhook_url else self.client.delete_webhook())
        except (Refused, NotSent, InDoubt, Unavailable) as failed:
            raise NotTakenOver(str(failed)) from None
        await self.ledger.mend("taken")

    async def set_webhook(self) -> None:
        """Name our address to the platform. It may be named only so often in a day, so never without need."""
        verified = await self.client.set_webhook(self.webhook_url, self.secret)
        if verified.get("ok") is True:
            await self.ledger.mend("webhook")
        else:
            await self.ledger.note("webhook", str(verified.get("outcome") or "?"))

    async def _poll(self, receive: Receive) -> None:
        """Ask for one event after the other; the platform forgets each with its answer, so it is stored at once."""
        self.received_at = None
        failures = 0
        while not self.ledger.stopped:
            asked = time.monotonic()
            try:
                found = await self.client.get_update()
                for said in found:
                    try:
                        await self.take(said, receive)
                    except Unreadable:
                        log.info("an event of an unknown shape is left aside", channel=self.name)
                self.received_at = self.now()
                failures = 0
                if not found and time.monotonic() - asked < AT_ONCE:
                    await asyncio.sleep(AT_ONCE)  # it did not wait for an event, so we do
            except (Refused, NotSent, InDoubt, Unavailable) as failed:
                failures = await self._failed(failed, failures)

    async def _failed(self, failed: Exception, failures: int) -> int:
        """Note what went wrong with a call and wait, from one to sixty seconds; returns how often it has in a row."""
        if isinstance(failed, Refused) and failed.code == 401:
            await self.ledger.stop(str(failed))
            return 0
        await self.ledger.note("receive", str(failed))
        await asyncio.sleep(min(2.0**failures, LONGEST_PAUSE))
        return failures + 1

    def parts(self, message: Message) -> Sequence[Message]:
        return self.sending.parts(message)

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        self.typing.answered(address)
        return await self.sending.send(address, message, dedupe_key)

    async def _show_typing(self, address: str) -> None:
        """Best effort: a sign that fails is not missed."""
        with suppress(Refused, NotSent, InDoubt, Unavailable):
            await self.client.show_typing(address)

    async def close(self) -> None:
        await self.typing.close()
        await self.client.close()

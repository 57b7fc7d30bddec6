"""Telegram (core.telegram.org/bots/api): our own receive loop over python-telegram-bot's Bot.

Its updater confirms updates before they are handled, so here raw JSON is fetched, stored, and only then confirmed.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from starlette.routing import BaseRoute

# Read by the library when it is loaded: waiting times as timedelta, without a warning for each 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import (  # the line above must come first
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import Capabilities, FetchFailed, Limits, Media, Receive, Recurring, SendFailed, Unreadable
from bot.channels.fit import fit
from bot.channels.kind import Menus, Surroundings
from bot.channels.telegram.sending import Sending, call
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.transport import AiohttpRequest, NotSent, TooMuch
from bot.channels.telegram.updates import MISSHAPEN, chat_id, dump, file, hear, load
from bot.channels.telegram.webhook import PATH, webhook
from bot.message import Heard, Message
from locales import FIRST
from storage.database import Tx
from storage.files import NoSuchFile
from storage.talk.inbox import Arrival

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""Always said explicitly: left out, the previous setting stays (core.telegram.org/bots/api#getupdates)."""
LONG_POLL = 30
MANY, GATHER = 10, 0.01
"""When so many came at once, seconds in which more gather for the next call: it costs the same for many."""
REFUSALS = 3
"""One 401 or 404 may be a proxy's mistake; so many in a row mean that the token is no longer valid."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
MENUS_EVERY = 15
"""Seconds until a new officer sees her commands; they work at once."""
PER_CHAT, PER_GROUP = 1, 18
"""Messages to one person in a second, to a group in a minute (core.telegram.org/bots/faq, a little less)."""


class Telegram:
    """One bot."""

    name = "telegram"
    capabilities = Capabilities(buttons=40, label=64, text=4096, caption=1024, documents=True, edits=True, contact=True)

    def __init__(self, surroundings: Surroundings, settings: TelegramSettings) -> None:
        assert settings.telegram_token is not None
        token = settings.telegram_token.get_secret_value()
        limits = Limits(settings.telegram_per_second, settings.telegram_broadcasts_per_second, PER_CHAT, PER_GROUP)
        self.capabilities = replace(type(self).capabilities, limits=limits)
        self._request = AiohttpRequest(100)
        self.bot = Bot(
            token,
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=self._request,
            get_updates_request=AiohttpRequest(1),
        )
        self.sending = Sending(self.bot, surroundings.picture, self.capabilities)
        self.surroundings, self.now = surroundings, surroundings.now
        self.lease = f"receive:{self.name}:{token.partition(':')[0]}"
        self.webhook_url = f"{settings.webhook_url}{PATH}" if settings.by_webhook else ""
        self.webhook_secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        self.asks = not settings.by_webhook
        self.received_at: datetime | None = None
        self.username = ""
        self._menus: dict[str, Sequence[tuple[str, str]]] = {}
        self._refused = 0
        self._answering: set[asyncio.Task[None]] = set()

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        if not self.webhook_url:
            return []

        async def take(update: Mapping[str, Any]) -> None:
            await self.take([update], receive)

        return [webhook(self.webhook_secret, take)]

    def recurring(self) -> Sequence[Recurring]:
        return [Recurring("menus", MENUS_EVERY, self.refresh)]

    # -- hearing --------------------------------------------------------------------------------------------------

    def arrival(self, raw: Mapping[str, Any]) -> Arrival:
        """One raw update, as the inbox keeps it. Raises Unreadable without an update_id."""
        key = raw.get("update_id")
        if not isinstance(key, int):
            raise Unreadable
        return Arrival(self.name, str(key), chat_id(raw, ALLOWED), dump(raw))

    def hear(self, payload: bytes) -> Heard:
        try:
            return hear(load(payload))
        except MISSHAPEN:
            raise Unreadable from None

    def media(self, payload: bytes) -> Media | None:
        try:
            return file(load(payload))
        except MISSHAPEN:
            return None

    async def fetch(self, media: Media) -> bytes:
        if media.size > media.most:
            raise FetchFailed("too_big")
        try:
            found = await self.bot.get_file(media.reference)
            if not found.file_path or (found.file_size or 0) > media.most:
                raise FetchFailed("too_big")
            return await self._request.download(found.file_path, media.most)
        except TooMuch:
            raise FetchFailed("too_big") from None
        except BadRequest as refused:
            raise FetchFailed("too_big" if "too big" in str(refused) else "photo_unavailable") from None
        except TelegramError:
            raise FetchFailed("photo_unavailable", again=True) from None

    async def kept(self, tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
        pass

    def link(self, code: str) -> str:
        return f"https://t.me/{self.username}?start={code}" if self.username else ""

    # -- receiving ------------------------------------------------------------------------------------------------

    async def run(self, receive: Receive) -> None:
        """Receive until cancelled; an invalid token raises InvalidToken."""
        await self.bot.initialize()
        self.username = self.bot.username
        await self._prepare()
        if self.webhook_url:
            await asyncio.Event().wait()
        await self.surroundings.exclusive(self.lease)(lambda: self._poll(receive))

    async def _prepare(self) -> None:
        """Say where updates go and what the command menu shows. Nothing that waits is ever dropped."""
        if self.webhook_url:
            await self.bot.set_webhook(
                self.webhook_url, secret_token=self.webhook_secret, allowed_updates=ALLOWED, max_connections=100
            )
        else:
            await self.bot.delete_webhook(drop_pending_updates=False)
        menus = await self.surroundings.menus(self.name)
        for language, commands in menus.everybody.items():
            await self._show_menu(commands, BotCommandScopeAllPrivateChats(), language)
        if default := menus.everybody.get(FIRST):
            await self._show_menu(default, BotCommandScopeAllPrivateChats())
        await self._show_chats(menus)

    async def refresh(self) -> None:
        """Show the menus of those whose roles or language changed since they were shown."""
        if self.username:
            await self._show_chats(await self.surroundings.menus(self.name))

    async def _show_chats(self, menus: Menus) -> None:
        """Somebody without a role any more sees everybody's menu again."""
        for chat, commands in menus.chats.items():
            if self._menus.get(chat) == commands:
                continue
            try:
                await self._show_menu(commands, BotCommandScopeChat(chat))
            except BadRequest as refused:
                log.info("no command menu for a chat", reason=str(refused))
            except TelegramError as failed:
                log.warning("a command menu was not shown", reason=str(failed))
                continue  # the next look tries again
            self._menus[chat] = commands

    async def _show_menu(
        self, commands: Sequence[tuple[str, str]], scope: BotCommandScope, language: str | None = None
    ) -> None:
        if not commands:
            await self.bot.delete_my_commands(scope, language_code=language)
            return
        shown = [BotCommand(name, help) for name, help in commands]
        await self.bot.set_my_commands(shown, scope, language_code=language)

    async def _poll(self, receive: Receive) -> None:
        self.received_at = None  # another process may have asked meanwhile
        offset, failures = 0, 0
        while True:
            try:
                raw = await self._updates(offset)
                if raw:
                    await self.take(raw, receive)
                    offset = int(raw[-1]["update_id"]) + 1  # the next call confirms what is on disk now
                failures = self._refused = 0
                self.received_at = self.now()
                if len(raw) >= MANY:
                    await asyncio.sleep(GATHER)
            except RetryAfter as wait:
                await asyncio.sleep(_seconds(wait))
            except (InvalidToken, EndPointNotFound):
                self._refused += 1
                if self._refused >= REFUSALS:
                    raise
                await asyncio.sleep(PAUSES[self._refused])
            except Exception as failed:
                if isinstance(failed, Conflict):
                    log.error("another program receives with the same token; only one may", reason=str(failed))
                else:
                    log.warning("receiving failed", error=type(failed).__name__, reason=str(failed))
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        asked = {"offset": offset, "timeout": LONG_POLL, "limit": 100, "allowed_updates": ALLOWED}
        # Raw, so that one update which the library cannot parse does not block the others.
        return list(await call(self.bot, "getupdates", asked, read_timeout=LONG_POLL + 5))

    async def take(self, raw: Sequence[Mapping[str, Any]], receive: Receive) -> None:
        """Store updates; once they are on disk, end the presses' waiting signs."""
        await receive([self.arrival(one) for one in raw])
        for one in raw:
            if query := one.get("callback_query"):
                task = asyncio.create_task(self._answer(str(query.get("id", ""))))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer(self, query_id: str) -> None:
        """Best effort: a press older than 150 seconds can no longer be answered."""
        try:
            await self.bot.answer_callback_query(query_id)
        except TelegramError as failed:
            log.debug("a press was not answered", reason=str(failed))

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        try:
            sent = await self.sending.send(int(address), fit(message, self.capabilities))
        except NoSuchFile:
            log.warning("a picture is lost; the words go without it", picture=message.picture)
            return await self.send(address, replace(message, picture=""), dedupe_key)
        except RetryAfter as wait:
            raise SendFailed("retry", "flood", after=_seconds(wait)) from None
        except ChatMigrated as moved:
            raise SendFailed("moved", "migrated", moved_to=str(moved.new_chat_id)) from None
        except Forbidden as refused:
            raise SendFailed("gone", str(refused)) from None
        except BadRequest as refused:
            gone = re.search("chat not found|user is deactivated|peer_id_invalid", str(refused), re.IGNORECASE)
            raise SendFailed("gone" if gone else "refused", str(refused)) from None
        except NotSent as failed:
            raise SendFailed("retry", str(failed)) from None
        except TimedOut:
            raise SendFailed("unknown", "timed out") from None
        except (InvalidToken, EndPointNotFound) as refused:
            self._refused += 1
            outcome = "broken" if self._refused >= REFUSALS else "retry"
            raise SendFailed(outcome, str(refused), after=5.0) from None  # type: ignore[arg-type]  # both are outcomes
        except NetworkError as failed:
            busy = "Too Many Requests" in str(failed) or "429" in str(failed)
            raise SendFailed("retry" if busy else "unknown", str(failed), after=5.0 if busy else 0.0) from None
        except TelegramError as failed:
            raise SendFailed("unknown", str(failed)) from None
        self._refused = 0
        return sent

    async def close(self) -> None:
        for task in self._answering:
            task.cancel()
        await self.bot.shutdown()


def _seconds(wait: RetryAfter) -> float:
    after = wait.retry_after
    return after.total_seconds() if not isinstance(after, int | float) else float(after)

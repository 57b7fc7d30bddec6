"""Telegram (core.telegram.org/bots/api): our own receive loop over python-telegram-bot's Bot.

Its updater confirms updates before they are handled, so here raw JSON is fetched, stored, and only then confirmed.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from msgspec.structs import replace
from starlette.routing import BaseRoute

# Read by the library when it is loaded: waiting times as timedelta, without a warning for each 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot  # the line above must come first
from telegram.constants import ChatAction
from telegram.error import BadRequest, Conflict, RetryAfter, TelegramError

from bot.channels import (
    Capabilities,
    Channel,
    FetchFailed,
    Limits,
    Media,
    Receive,
    Rejected,
    SendFailed,
    Trouble,
    Unreadable,
)
from bot.channels.fit import fit, in_parts
from bot.channels.insist import Refusals, insist
from bot.channels.kind import Surroundings
from bot.channels.telegram.errors import TOKEN_REFUSED, TooMuch, meaning_of, seconds_of
from bot.channels.telegram.hook import ALLOWED, Hook
from bot.channels.telegram.menus import MenuKeeper
from bot.channels.telegram.profile import Profile
from bot.channels.telegram.sending import NOTHING, Sending
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.signs import Signs
from bot.channels.telegram.transport import Transport
from bot.channels.telegram.updates import FILE, MISSHAPEN, awaited_in, chat_id, dump, file, hear, load, press_in
from bot.channels.telegram.webhook import webhook
from bot.channels.troubles import Troubles
from bot.channels.typing import Typing
from bot.message import Heard, Message, changed
from storage.files import NoSuchFile
from storage.talk.inbox import Arrival

log = structlog.get_logger()

LONG_POLL = 30
MANY, FULL, GATHER = 10, 100, 0.01
"""When so many came at once, and not all that one call may bring, seconds in which more gather for the next one."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
AFTER_REFUSAL = 2.0
CONFLICTS, CONFLICTS_WITHIN = 3, 300.0
"""So often within so many seconds, somebody else asked for our updates: a second program, and not one that just ended."""
SOON, AGAIN, TIMES = 1.0, 4.5, 4
"""Seconds after which somebody who waits sees that we are writing, for five seconds each time (#sendchataction)."""
DEAF = 300.0
"""Seconds without an answer to our asking after which somebody should know."""
PER_CHAT, PER_GROUP = 1, 18
"""Messages to one person in a second, to a group in a minute (core.telegram.org/bots/faq, a little less)."""


class Telegram(Channel):
    """One bot."""

    name = "telegram"
    capabilities = Capabilities(
        buttons=40, label=64, text=4096, caption=1024, documents=True, edits=True, contact=True, vouches=True, toasts=True,
        marks=True, album=10, copies=True, quotes=True,
    )  # fmt: skip

    def __init__(self, surroundings: Surroundings, settings: TelegramSettings) -> None:
        assert settings.telegram_token is not None
        token = settings.telegram_token.get_secret_value()
        limits = Limits(settings.telegram_per_second, settings.telegram_broadcasts_per_second, PER_CHAT, PER_GROUP)
        self.capabilities = replace(type(self).capabilities, limits=limits)
        self._request, self._polling = Transport(100), Transport(1)
        self.bot = Bot(
            token,
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=self._request,
            get_updates_request=self._polling,
        )
        self.sending = Sending(self.bot, surroundings.picture, surroundings.voice, self.capabilities)
        self.surroundings, self.now = surroundings, surroundings.now
        self.id = f"{self.name}:{token.partition(':')[0]}"
        self.lease = f"receive:{self.id}"
        self._troubles = Troubles()
        self.hook = Hook(self.bot, settings, self._troubles)
        self.menus = MenuKeeper(self.bot, lambda: surroundings.menus(self.name))
        self.profile = Profile(self.bot, settings, surroundings.speeches)
        self.refusals = Refusals()
        self._conflicts: deque[float] = deque(maxlen=CONFLICTS)
        self.asks = not settings.by_webhook
        self.received_at: datetime | None = None
        self.username = ""
        self.signs = Signs(self.bot)
        self.typing = Typing(self._show_typing, after=SOON, every=AGAIN, times=TIMES)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        if self.asks:
            return []

        async def take(update: Mapping[str, Any]) -> None:
            await self.take([update], receive)

        return [webhook(self.hook.secret, take)]

    def troubles(self) -> Sequence[Trouble]:
        return self._troubles.present()

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
            return file(load(payload)) if FILE in payload else None
        except MISSHAPEN:
            return None

    async def fetch(self, media: Media) -> bytes:
        if media.size > media.most:
            raise FetchFailed("too_big")
        try:
            found = await self.bot.get_file(media.reference)
            if not found.file_path or (found.file_size or 0) > media.most:
                raise FetchFailed("too_big")
            return await self._request.files.download(found.file_path, media.most)
        except TooMuch:
            raise FetchFailed("too_big") from None
        except BadRequest as refused:
            raise FetchFailed("too_big" if "too big" in str(refused) else "photo_unavailable") from None
        except TelegramError:
            raise FetchFailed("photo_unavailable", again=True) from None

    def parts(self, message: Message) -> Sequence[Message]:
        return in_parts(message, self.capabilities)

    def link(self, code: str) -> str:
        return f"https://t.me/{self.username}?start={code}" if self.username else ""

    async def run(self, receive: Receive) -> None:
        """Receive until cancelled; all else that is asked of Telegram is asked beside it. Raises Rejected, in a group."""
        async with asyncio.TaskGroup() as group:
            alone = self.surroundings.exclusive
            if self.asks:
                group.create_task(alone(self.lease)(lambda: self._poll(receive)))
            else:
                group.create_task(alone(f"webhook:{self.id}")(self.hook.keep))
            group.create_task(insist("getMe", self._introduce, after=seconds_of))
            group.create_task(alone(f"menus:{self.id}")(self.menus.keep))
            group.create_task(alone(f"profile:{self.id}")(self.profile.keep))

    async def _introduce(self) -> None:
        """Learn our name. Raises Rejected, and what the library raises."""
        try:
            await self.bot.get_me()
        except TOKEN_REFUSED as refused:
            self._refuse(refused)
            raise
        self.refusals.forget()
        self.username = self.bot.username
        log.info(f"Telegram: @{self.username}, {'by polling' if self.asks else 'by webhook'}")

    def _refuse(self, refused: TelegramError) -> None:
        """Raises Rejected if that was once too often."""
        if self.refusals.count():
            raise Rejected(str(refused)) from None

    async def _poll(self, receive: Receive) -> None:
        self.received_at = None  # another process may have asked meanwhile
        offset, failures, answered = 0, 0, monotonic()
        while True:
            try:
                raw = await self._updates(offset)
                if raw:
                    await self.take(raw, receive)
                    offset = int(raw[-1]["update_id"]) + 1  # the next call confirms what is on disk now
                if failures:
                    log.info("receiving again", channel=self.name)
                failures, answered = 0, monotonic()
                self._troubles.over("deaf")
                self.refusals.forget()
                self.received_at = self.now()
                if MANY <= len(raw) < FULL:
                    await asyncio.sleep(GATHER)
            except RetryAfter as wait:
                self._miss(answered, seconds_of(wait))
                await asyncio.sleep(seconds_of(wait))
            except TOKEN_REFUSED as refused:
                self._refuse(refused)
                await asyncio.sleep(AFTER_REFUSAL)
            except Exception as failed:
                if isinstance(failed, Conflict):
                    await self._conflict(failed)
                else:
                    log.warning("receiving failed", error=type(failed).__name__, reason=str(failed))
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                self._miss(answered, pause)
                await asyncio.sleep(pause)
                failures += 1

    def _miss(self, answered: float, pause: float) -> None:
        """Nothing was received since then, and nothing will be during a pause of so many seconds."""
        if monotonic() + pause - answered >= DEAF:
            self._troubles.see(Trouble("deaf", "trouble.deaf"), pause + 2 * LONG_POLL)

    async def _conflict(self, failed: Conflict) -> None:
        """Updates are brought to a webhook, or somebody else asks for them; one who does so once is a predecessor."""
        if "webhook" in str(failed).lower():
            try:
                await self.hook.clear()
            except TelegramError as away:
                log.warning("the webhook was not looked at", reason=str(away))
            return
        log.error("another program receives with the same token; only one may", reason=str(failed))
        now = monotonic()
        self._conflicts.append(now)
        if len(self._conflicts) == CONFLICTS and now - self._conflicts[0] < CONFLICTS_WITHIN:
            self._troubles.see(Trouble("second", "trouble.second"), CONFLICTS_WITHIN)

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        asked = {"offset": offset, "timeout": LONG_POLL, "limit": FULL, "allowed_updates": ALLOWED}
        # Raw, so that one update which the library cannot parse does not block the others; its name written small, since the
        # library warns against those that it knows, and Telegram reads names in any case.
        return list(await self.bot.do_api_request("getupdates", api_kwargs=asked, read_timeout=LONG_POLL + 5))

    async def take(self, raw: Sequence[Mapping[str, Any]], receive: Receive) -> None:
        """Store updates. Once they are on disk their people may have been answered already, so they wait from before."""
        arrivals = [self.arrival(one) for one in raw]
        for one in raw:
            if press := press_in(one):
                self.signs.expect(press)
            if waits_in := awaited_in(one):
                self.typing.expect(waits_in)
        await receive(arrivals)

    async def _show_typing(self, address: str) -> None:
        """Best effort, like every sign."""
        with suppress(TelegramError):
            await self.bot.send_chat_action(int(address), ChatAction.TYPING)

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        self.typing.answered(address)
        if await self._show(int(address), message):
            return NOTHING
        try:
            sent = await self.sending.send(int(address), fit(message, self.capabilities))
        except NoSuchFile:
            log.warning("a file is lost; the words go without it", file=message.picture or message.voice)
            if not message.text:
                return NOTHING
            return await self.send(address, changed(message, picture="", voice=""), dedupe_key)
        except TOKEN_REFUSED as refused:
            raise SendFailed("broken" if self.refusals.count() else "retry", str(refused), after=5.0) from None
        except TelegramError as failed:
            raise meaning_of(failed) from None
        self.refusals.forget()
        return sent

    async def _show(self, chat: int, message: Message) -> bool:
        """Answer the press, or mark what was said; whether that is all there is to it."""
        if message.marks:
            await self.signs.mark(chat, int(message.marks))
            return True
        if message.ends:
            await self.signs.take_buttons(chat, int(message.ends))
        if message.passing and await self.signs.say(message.answers, message.text):
            return True
        if message.answers:
            self.signs.end_press(message.answers)
        return False

    async def close(self) -> None:
        self.signs.close()
        await self.typing.close()
        await self._request.shutdown()
        await self._polling.shutdown()

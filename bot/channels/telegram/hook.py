"""Where Telegram brings the bot's updates: set by us, watched, and set again; or nowhere, while we ask for them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from telegram import Bot, WebhookInfo

from bot.channels import Trouble
from bot.channels.insist import insist
from bot.channels.telegram.errors import seconds_of
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.webhook import PATH
from bot.channels.troubles import Troubles

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""Always said explicitly: left out, the previous setting stays (core.telegram.org/bots/api#getupdates)."""
WATCH_EVERY = 180.0
"""Seconds."""
REMEMBERED = 3600.0
"""Seconds for which admins see that somebody else changed the webhook."""
LATELY = timedelta(minutes=10)
"""What went wrong before that is over."""
FAILING = "webhook_failing"


class Hook:
    """The webhook of one bot, whether there should be one or not."""

    def __init__(self, bot: Bot, settings: TelegramSettings, troubles: Troubles) -> None:
        self.bot, self.troubles = bot, troubles
        self.ours = f"{settings.webhook_url}{PATH}" if settings.webhook_url else ""
        self.secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        self.keeps_others = settings.telegram_other_webhook == "keep"
        self.info: WebhookInfo | None = None
        """As Telegram last told it."""

    async def keep(self) -> None:
        """Have updates come to us, until cancelled."""
        await insist("setWebhook", self.set, after=seconds_of)
        while True:
            await asyncio.sleep(WATCH_EVERY)
            await insist("getWebhookInfo", self.look, after=seconds_of)

    async def set(self) -> None:
        """Say where updates go. Nothing that waits is ever dropped."""
        await self.bot.set_webhook(self.ours, secret_token=self.secret, allowed_updates=ALLOWED, max_connections=100)

    async def look(self) -> None:
        """Whether updates still come to us, and arrive. A webhook that somebody replaced or removed is set again."""
        self.info = info = await self.bot.get_webhook_info()
        if info.url != self.ours:
            log.error("somebody changed the webhook; it is set again", host=host_of(info.url))
            await self.set()
            self._see("webhook", "trouble.webhook.replaced", host_of(info.url))
        if info.pending_update_count and _lately(info.last_error_date):
            said: dict[str, str | int] = {
                "pending": info.pending_update_count, "reason": info.last_error_message or "?",
            }  # fmt: skip
            log.warning("Telegram cannot bring updates to the webhook", **said)
            self.troubles.see(Trouble(FAILING, "trouble.webhook.failing", said), 2 * WATCH_EVERY)
        else:
            self.troubles.over(FAILING)

    async def clear(self) -> None:
        """We could not ask for updates since they are brought to a webhook. Remove it, unless it is to be kept."""
        self.info = info = await self.bot.get_webhook_info()
        if not info.url:
            return
        host = host_of(info.url)
        if info.url != self.ours and self.keeps_others:
            log.error("updates go to somebody else's webhook, which is to be kept", host=host)
            return self.troubles.see(Trouble("webhook", "trouble.webhook.kept", {"host": host}), WATCH_EVERY)
        log.warning("a webhook is removed, so that updates can be asked for", host=host)
        await self.bot.delete_webhook(drop_pending_updates=False)
        if info.url != self.ours:
            self._see("webhook", "trouble.webhook.removed", host)

    def _see(self, name: str, sentence: str, host: str) -> None:
        self.troubles.see(Trouble(name, sentence, {"host": host}), REMEMBERED)


def host_of(url: str) -> str:
    """Who an address belongs to; its path may hold somebody's secrets."""
    return urlsplit(url).hostname or "–"


def _lately(at: datetime | None) -> bool:
    """By Telegram's clock and this machine's, which may differ a little."""
    return at is not None and datetime.now(at.tzinfo) - at < LATELY

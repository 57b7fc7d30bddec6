"""Telegram's part of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from bot.channels.settings import Address, PublicAddress
from bot.declared import Secret, like, setting

TOKEN = r"\d+:[A-Za-z0-9_-]{20,}"
"""What @BotFather gives out."""
A_TOKEN = like(TOKEN, "a token looks like 123456789:AAE… ; copy it whole from @BotFather")
A_SECRET = like(r"[A-Za-z0-9_-]{16,256}", "write 16 to 256 characters of A-Z a-z 0-9 _ -")


class TelegramSettings(PublicAddress):
    """One bot, how it receives, and how fast it sends."""

    telegram_token: Annotated[Secret | None, A_TOKEN] = setting(
        None, description="The bot's token from @BotFather. Without it the demo runs."
    )
    telegram_api_url: Address = setting(
        "https://api.telegram.org", description="Another Bot API server, for example a local one."
    )
    telegram_mode: Literal["polling", "webhook"] = setting(
        "polling", description="polling works everywhere; webhook needs a public https address."
    )
    webhook_secret: Annotated[Secret | None, A_SECRET] = setting(
        None, description="Proves that webhook calls come from Telegram: 16 to 256 characters of A-Z a-z 0-9 _ -."
    )
    telegram_other_webhook: Literal["remove", "keep"] = setting(
        "remove",
        description="What to do with a webhook of somebody else's while we poll: remove it, or keep it and receive nothing.",
    )
    telegram_name: str = setting(
        "", max_length=64, description="The bot's name, as people see it. Without it the one from @BotFather stays."
    )
    telegram_photo: Path | None = setting(
        None, description="A JPEG file that becomes the bot's photo where it has none. Default: none"
    )
    telegram_per_second: int = setting(
        30,
        ge=0,
        le=1000,
        description="Messages to Telegram per second (its limit for bots is 30); 0 means no limit.",
    )
    telegram_broadcasts_per_second: float = setting(
        27,
        gt=0,
        le=1000,
        description="How many of these may be broadcasts; the rest is kept for replies, which also go first.",
    )

    @property
    def by_webhook(self) -> bool:
        return self.telegram_mode == "webhook"

    def must_fit(self) -> None:
        super().must_fit()
        if self.telegram_token and self.by_webhook:
            if not self.public():
                raise ValueError("TELEGRAM_MODE=webhook needs WEBHOOK_URL, an address that starts with https://")
            if self.webhook_secret is None:
                raise ValueError("TELEGRAM_MODE=webhook needs WEBHOOK_SECRET; `openssl rand -hex 32` makes a good one")

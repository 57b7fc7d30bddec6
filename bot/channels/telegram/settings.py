"""Telegram's part of the settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.channels.settings import Address, PublicAddress

TOKEN = r"\d+:[A-Za-z0-9_-]{20,}"
"""What @BotFather gives out."""


class TelegramSettings(PublicAddress):
    """One bot, how it receives, and how fast it sends."""

    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather. Without it the demo runs."
    )
    telegram_api_url: Address = Field(
        "https://api.telegram.org", description="Another Bot API server, for example a local one."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="polling works everywhere; webhook needs a public https address."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="Proves that webhook calls come from Telegram: 16 to 256 characters of A-Z a-z 0-9 _ -."
    )
    telegram_other_webhook: Literal["remove", "keep"] = Field(
        "remove",
        description="What to do with a webhook of somebody else's while we poll: remove it, or keep it and receive nothing.",
    )
    telegram_name: str = Field(
        "", max_length=64, description="The bot's name, as people see it. Without it the one from @BotFather stays."
    )
    telegram_photo: Path | None = Field(
        None, description="A JPEG file that becomes the bot's photo where it has none. Default: none"
    )
    telegram_per_second: int = Field(
        30,
        ge=0,
        le=1000,
        description="Messages to Telegram per second (its limit for bots is 30); 0 means no limit.",
    )
    telegram_broadcasts_per_second: float = Field(
        27,
        gt=0,
        le=1000,
        description="How many of these may be broadcasts; the rest is kept for replies, which also go first.",
    )

    @property
    def by_webhook(self) -> bool:
        return self.telegram_mode == "webhook"

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(TOKEN, value.get_secret_value()):
            raise ValueError("a token looks like 123456789:AAE… ; copy it whole from @BotFather")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("write 16 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> TelegramSettings:
        if self.telegram_token and self.by_webhook:
            if not self.public():
                raise ValueError("TELEGRAM_MODE=webhook needs WEBHOOK_URL, an address that starts with https://")
            if self.webhook_secret is None:
                raise ValueError("TELEGRAM_MODE=webhook needs WEBHOOK_SECRET; `openssl rand -hex 32` makes a good one")
        return self

"""The settings of the Zalo Bot Platform: what it does not publish is one, set to what was seen of it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.channels.settings import Address, PublicAddress


class ZaloBotSettings(PublicAddress):
    """One bot: how it receives, how fast and how much it sends."""

    zalo_bot_token: SecretStr | None = Field(
        None, description="The token that Zalo Bot Creator sent. With it the bot also runs on Zalo."
    )
    zalo_bot_api_url: Address = Field(
        "https://bot-api.zaloplatforms.com", description="Where the Zalo Bot Platform is called."
    )
    zalo_bot_mode: Literal["polling", "webhook"] = Field(
        "polling", description="polling is for trying it out; webhook as soon as there is a WEBHOOK_URL."
    )
    zalo_bot_secret: SecretStr | None = Field(
        None, description="Proves that webhook calls come from Zalo: 16 to 256 characters of A-Z a-z 0-9 _ -."
    )
    zalo_bot_messages: int = Field(3000, ge=1, description="How many messages Zalo lets the bot have in a month.")
    zalo_bot_people: int = Field(50, ge=1, description="How many people Zalo lets the bot talk with.")
    zalo_bot_per_second: int = Field(
        5, ge=0, le=100, description="Messages to Zalo per second, one to each chat; 0 means no limit."
    )
    zalo_bot_groups: bool = Field(
        False, description="Whether a mention in a group is answered with the invitation to write in private."
    )
    zalo_bot_media_hosts: str = Field(
        "zdn.vn", description="The hosts from which photos are fetched, with those below them, separated by commas."
    )
    zalo_bot_photo_minutes: int = Field(
        60, ge=1, le=10080, description="How long the address is good under which Zalo fetches a photo."
    )

    zalo_bot_document_minutes: int = Field(
        60, ge=1, le=10080, description="How long the link is good by which somebody fetches a document."
    )

    @property
    def zalo_bot_by_webhook(self) -> bool:
        return self.zalo_bot_mode == "webhook"

    @property
    def zalo_bot_hosts(self) -> list[str]:
        """Ends of the names of hosts, in lower case."""
        return [host.strip().lower() for host in self.zalo_bot_media_hosts.split(",") if host.strip()]

    @field_validator("zalo_bot_token")
    @classmethod
    def _zalo_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[^\s/?#]{8,}", value.get_secret_value()):
            raise ValueError("a token looks like 123456789:abc… ; copy it whole from the message of Zalo Bot Creator")
        return value

    @field_validator("zalo_bot_secret")
    @classmethod
    def _zalo_bot_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("write 16 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @model_validator(mode="after")
    def _zalo_bot_webhook_is_whole(self) -> ZaloBotSettings:
        if self.zalo_bot_token and self.zalo_bot_by_webhook:
            if not self.public():
                raise ValueError("ZALO_BOT_MODE=webhook needs WEBHOOK_URL, an address that starts with https://")
            if self.zalo_bot_secret is None:
                raise ValueError("ZALO_BOT_MODE=webhook needs ZALO_BOT_SECRET; `openssl rand -hex 32` makes a good one")
        return self

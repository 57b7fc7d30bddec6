"""The settings of the Zalo Bot Platform: what it does not publish is one, set to what was seen of it."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.channels.settings import Address, PublicAddress
from bot.declared import Secret, like, setting

TOKEN = like(
    r"\d+:[^\s/?#]{8,}", "a token looks like 123456789:abc… ; copy it whole from the message of Zalo Bot Creator"
)
A_SECRET = like(r"[A-Za-z0-9_-]{16,256}", "write 16 to 256 characters of A-Z a-z 0-9 _ -")


class ZaloBotSettings(PublicAddress):
    """One bot: how it receives, how fast and how much it sends."""

    zalo_bot_token: Annotated[Secret | None, TOKEN] = setting(
        None, description="The token that Zalo Bot Creator sent. With it the bot also runs on Zalo."
    )
    zalo_bot_api_url: Address = setting(
        "https://bot-api.zaloplatforms.com", description="Where the Zalo Bot Platform is called."
    )
    zalo_bot_mode: Literal["polling", "webhook"] = setting(
        "polling", description="polling is for trying it out; webhook as soon as there is a WEBHOOK_URL."
    )
    zalo_bot_secret: Annotated[Secret | None, A_SECRET] = setting(
        None, description="Proves that webhook calls come from Zalo: 16 to 256 characters of A-Z a-z 0-9 _ -."
    )
    zalo_bot_messages: int = setting(3000, ge=1, description="How many messages Zalo lets the bot have in a month.")
    zalo_bot_people: int = setting(50, ge=1, description="How many people Zalo lets the bot talk with.")
    zalo_bot_per_second: int = setting(
        5, ge=0, le=100, description="Messages to Zalo per second, one to each chat; 0 means no limit."
    )
    zalo_bot_groups: bool = setting(
        False, description="Whether a mention in a group is answered with the invitation to write in private."
    )
    zalo_bot_media_hosts: str = setting(
        "zdn.vn", description="The hosts from which photos are fetched, with those below them, separated by commas."
    )
    zalo_bot_photo_minutes: int = setting(
        60, ge=1, le=10080, description="How long the address is good under which Zalo fetches a photo."
    )

    zalo_bot_document_minutes: int = setting(
        60, ge=1, le=10080, description="How long the link is good by which somebody fetches a document."
    )

    @property
    def zalo_bot_by_webhook(self) -> bool:
        return self.zalo_bot_mode == "webhook"

    @property
    def zalo_bot_hosts(self) -> list[str]:
        """Ends of the names of hosts, in lower case."""
        return [host.strip().lower() for host in self.zalo_bot_media_hosts.split(",") if host.strip()]

    def must_fit(self) -> None:
        super().must_fit()
        if self.zalo_bot_token and self.zalo_bot_by_webhook:
            if not self.public():
                raise ValueError("ZALO_BOT_MODE=webhook needs WEBHOOK_URL, an address that starts with https://")
            if self.zalo_bot_secret is None:
                raise ValueError("ZALO_BOT_MODE=webhook needs ZALO_BOT_SECRET; `openssl rand -hex 32` makes a good one")

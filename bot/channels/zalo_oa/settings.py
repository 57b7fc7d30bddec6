"""The settings of an Official Account: what Zalo does not publish is one, set to what was seen of it."""

from __future__ import annotations

from typing import Annotated, Literal

from bot.channels.settings import Address, PublicAddress
from bot.declared import Secret, like, setting

APP_ID = like(r"\d+", "an app's id has only figures; copy it from developers.zalo.me")
VERIFIER = like(r"[A-Za-z0-9._~-]{43,128}", "write 43 to 128 characters of A-Z a-z 0-9 - . _ ~")


class ZaloOaSettings(PublicAddress):
    """One Official Account and its app for developers: how it is let in, how it sends, and what that costs."""

    zalo_oa_app_id: Annotated[str, APP_ID] = setting(
        "", description="The app's id, from developers.zalo.me. With it and its secret the OA runs."
    )
    zalo_oa_app_secret: Secret | None = setting(None, description="The app's secret key.")
    zalo_oa_secret_key: Secret | None = setting(
        None, description="The OA Secret Key, which signs webhook calls. Empty: the app's secret."
    )
    zalo_oa_code_verifier: Annotated[Secret | None, VERIFIER] = setting(
        None,
        description="The code verifier whose code challenge is saved in the app: 43 to 128 of A-Z a-z 0-9 - . _ ~.",
    )
    zalo_oa_api_url: Address = setting("https://openapi.zalo.me", description="Where the OA's API is called.")
    zalo_oa_oauth_url: Address = setting("https://oauth.zaloapp.com", description="Where tokens come from.")
    zalo_oa_buttons: Literal["off", "template", "attach"] = setting(
        "off", description="How buttons are sent, up to five; where Zalo refuses them, numbers are, from then on."
    )
    zalo_oa_contact_image: Address = setting(
        "", description="A picture (PNG or JPG) for the card that asks for a phone number. Empty: it is typed."
    )
    zalo_oa_per_second: int = setting(
        1, ge=0, le=100, description="Messages per second; the package Growth has 100 calls a minute. 0 means no limit."
    )
    zalo_oa_media_hosts: str = setting(
        "zdn.vn", description="The hosts from which photos are fetched, with those below them, separated by commas."
    )
    zalo_oa_document_minutes: int = setting(
        60, ge=1, le=10080, description="How long the link is good by which somebody fetches a document."
    )
    zalo_oa_template: str = setting(
        "", description="The id of an approved template for people who wrote nothing for 7 days. Empty: nothing goes."
    )
    zalo_oa_template_field: str = setting("noi_dung", description="The field of that template that takes the message.")
    zalo_oa_template_most: int = setting(200, ge=20, le=1000, description="How many characters that field takes.")
    zalo_oa_paid_dong: int = setting(55, ge=0, description="What a message costs from 48 hours to 7 days, in dong.")
    zalo_oa_template_dong: int = setting(200, ge=0, description="What a message by template costs, in dong.")

    @property
    def zalo_oa_hosts(self) -> list[str]:
        """Ends of the names of hosts, in lower case."""
        return [host.strip().lower() for host in self.zalo_oa_media_hosts.split(",") if host.strip()]

    @property
    def zalo_oa_secrets(self) -> list[str]:
        """What a webhook call may be signed with, the likelier first."""
        found = [one.get_secret_value() for one in (self.zalo_oa_secret_key, self.zalo_oa_app_secret) if one]
        return list(dict.fromkeys(found))

    def must_fit(self) -> None:
        super().must_fit()
        if self.zalo_oa_app_id and self.zalo_oa_app_secret and not self.public():
            raise ValueError("ZALO_OA_APP_ID needs WEBHOOK_URL, an address that starts with https://")

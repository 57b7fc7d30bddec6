"""What the settings of several channels have in common."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from bot.declared import Part, setting

HOST = re.compile(r"[\w.:-]+")


def _checked(written: str) -> str:
    try:
        parts = urlsplit(written)
        right = parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        right = False
    if written and not right:
        raise ValueError("write an address that starts with https://")
    return written.rstrip("/")


Address = Annotated[str, _checked]
"""A web address, or nothing. Kept as it was written, without a slash at its end."""


class PublicAddress(Part):
    """For channels whose platform calls us."""

    webhook_url: Address = setting(
        "", description="The public https address of this server, for webhooks and for links to the web chat."
    )

    def public(self) -> bool:
        """Whether a platform can call it; on loopback only the tests do."""
        return self.webhook_url.startswith(("https://", "http://127.0.0.1"))

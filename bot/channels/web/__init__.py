"""The web chat that the program serves itself: its pages, its sockets, and the conversation behind each page.

Others use: channel.
"""

from __future__ import annotations

from bot.channels import Channel
from bot.channels.kind import Kind, Surroundings
from bot.channels.settings import PublicAddress


def _make(surroundings: Surroundings, settings: PublicAddress) -> Channel:
    from bot.channels.web.channel import Web

    return Web(surroundings, settings.webhook_url)


def opens(address: str, code: str) -> str:
    """The code stands in the fragment, which browsers send to nobody, so that it is in no log."""
    return f"{address}/#start={code}"


KIND = Kind("web", PublicAddress, _make, always=True, opens=opens)

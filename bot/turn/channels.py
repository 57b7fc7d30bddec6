"""What handlers may know of a channel, and no more: they never hold one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from bot.channels import Capabilities, Channel


class ChannelFacts(Struct, frozen=True):
    """A channel that runs."""

    name: str
    capabilities: Capabilities
    asks: bool
    """Whether it asks its platform for what is new; others are called."""
    received_at: Callable[[], datetime | None]
    """When this process last asked the platform and was answered."""
    link: Callable[[str], str]
    """An address that opens a chat and says /start with this code; empty where there is none."""
    page: Callable[[str], str]
    """The address of a page that it serves under this path; empty where it serves none."""


def facts_of(channel: Channel) -> ChannelFacts:
    """What is known of it; the time of its last answer as it is when one asks for it."""
    return ChannelFacts(
        channel.name,
        channel.capabilities,
        channel.asks,
        lambda: channel.received_at,
        lambda code: channel.link(code),
        lambda path: channel.page(path),
    )

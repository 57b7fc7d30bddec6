"""What is left of the month on channels whose platform counts messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from bot.message import Text
from bot.turn.channels import ChannelFacts
from handlers.names import channel_name
from storage.database import Tx
from storage.talk import quotas
from storage.talk.quotas import Usage


class Month(Struct, frozen=True):
    """One channel's month: what it may use, what is used, and how many announcements may still go out."""

    channel: str
    messages: int
    people: int
    used: Usage
    left: int

    @property
    def line(self) -> Text:
        """The month in one sentence."""
        return Text(
            "quota.line",
            {
                "channel": channel_name(self.channel), "used": self.used.messages, "messages": self.messages,
                "people": self.used.people, "most": self.people, "left": self.left,
            },
        )  # fmt: skip


async def months(tx: Tx, channels: Mapping[str, ChannelFacts], today: date) -> dict[str, Month]:
    """The months of those channels that have a quota, by channel."""
    found = {}
    for name, channel in channels.items():
        if (quota := channel.capabilities.quota) is not None:
            used = await quotas.usage(tx, name, today.replace(day=1))
            left = 0 if used.refused_at else max(quota.keeps - used.messages, 0)
            found[name] = Month(name, quota.messages, quota.people, used, left)
    return found

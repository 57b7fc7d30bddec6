"""What is left of the month on channels whose platform counts messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.message import Text
from bot.turn.turn import Turn
from handlers.names import channel_name
from storage.talk import quotas
from storage.talk.quotas import Usage


@dataclass(frozen=True)
class Month:
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


async def months(turn: Turn) -> dict[str, Month]:
    """The months of all channels that have a quota, by channel."""
    found = {}
    for name, channel in turn.rules.channels.items():
        if (quota := channel.capabilities.quota) is not None:
            used = await quotas.usage(turn.tx, name, turn.today.replace(day=1))
            left = 0 if used.refused_at else max(quota.keeps - used.messages, 0)
            found[name] = Month(name, quota.messages, quota.people, used, left)
    return found

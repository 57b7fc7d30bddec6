"""What holds for every turn: what the operator and the admins have set, and what the channels can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time

from msgspec import Struct, field

from bot.quiet import QuietHours
from bot.schedule import Schedule
from bot.turn.channels import ChannelFacts
from storage.database import Tx
from storage.talk.admissions import Use
from storage.talk.people import Account

Take = Callable[[Tx, Account, Use, datetime], Awaitable[bool]]
"""Takes something that strangers may use up, in the transaction that writes it; False if there is not enough left."""


async def _enough(tx: Tx, account: Account, use: Use, now: datetime) -> bool:
    return True


class Rules(Struct, frozen=True):
    """What the operator and the admins have set, and what the channels can do, for handlers that must know."""

    schedule: Schedule = field(default_factory=Schedule)
    """What holds now."""
    usual: Schedule = field(default_factory=Schedule)
    """What the operator has set, of which admins may change some."""
    channels: Mapping[str, ChannelFacts] = {}
    """Those that run, by name."""
    take: Take = _enough
    heading: Sequence[str] = ()
    """What stands above a printed report, line by line, as the operator has given it."""

    backs_up: bool = False
    """Whether backups are made here: the operator has set the key to which they are sealed."""
    backup_at: time | None = None
    """When one is made every night; None for never by itself."""
    exports_by_chat: bool = False
    """Whether an export may be sent into a chat, which may lie abroad."""

    @property
    def first_backup(self) -> str:
        """What the operator types where no backup was ever made."""
        return "nhandao backup" if self.backs_up else "nhandao backup --keys"

    @property
    def quiet(self) -> QuietHours:
        return self.schedule.quiet.everywhere

    @property
    def approval_over(self) -> int:
        return self.schedule.approval_over

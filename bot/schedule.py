"""When messages that nobody asked for may go out, how many, and to how many people without a second officer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from bot.quiet import Quiet, QuietHours
from storage.campaign import settings
from storage.campaign.settings import APPROVAL_OVER, GRACE_MINUTES, QUIET_HOURS, REHEARSAL_AT, Hours
from storage.database import Tx


class Schedule(Struct, frozen=True):
    """What the operator has set about it, or what holds now that admins have changed some of it."""

    quiet: Quiet = field(default_factory=Quiet)
    grace: timedelta = timedelta(hours=2)
    """What the calendar could not send for so long waits for an officer's word."""
    rehearsal: time | None = None
    """When officers see tomorrow's messages; None rehearses nothing."""
    a_month: Mapping[str, int] = {}
    """How many of the calendar's messages one person gets in a month, by channel."""
    approval_over: int = 200
    """A broadcast to more people than this needs a second person."""

    @property
    def changeable(self) -> Mapping[str, Any]:
        """What holds, by the names of the settings that admins may change."""
        return {
            QUIET_HOURS.name: Hours(self.quiet.everywhere.first, self.quiet.everywhere.last),
            REHEARSAL_AT.name: self.rehearsal,
            APPROVAL_OVER.name: self.approval_over,
            GRACE_MINUTES.name: self.grace // timedelta(minutes=1),
        }

    def changed(self, to: Mapping[str, Any]) -> Schedule:
        """The same with these values of settings."""
        values = {**self.changeable, **to}
        night = values[QUIET_HOURS.name]
        return replace(
            self,
            quiet=replace(self.quiet, everywhere=QuietHours(night.first, night.last)),
            rehearsal=values[REHEARSAL_AT.name],
            approval_over=values[APPROVAL_OVER.name],
            grace=timedelta(minutes=values[GRACE_MINUTES.name]),
        )

    async def holding(self, tx: Tx) -> Schedule:
        """What holds at this moment, of what the operator has set: admins may have changed it, on any replica."""
        return self.changed(await settings.changed(tx, (QUIET_HOURS, REHEARSAL_AT, APPROVAL_OVER, GRACE_MINUTES)))

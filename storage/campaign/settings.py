"""What an admin may change while the program runs: every such setting once, with its default and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from storage import audit
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import settings

T = TypeVar("T", int, time)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting, a number or a time of day; ``settings.<name>`` says what it is for."""

    name: str
    default: T
    least: T
    most: T

    def load(self, kept: str) -> T:
        """The value as it was kept. Raises ValueError."""
        return time.fromisoformat(kept) if isinstance(self.default, time) else int(kept)

    def allows(self, value: T) -> bool:
        return self.least <= value <= self.most


INVITATION_HOURS = Setting("invitation_hours", 48, 1, 336)
PHOTOS_A_DAY = Setting("photos_a_day", 40, 5, 500)
PRIVATE_HOURS = Setting("private_hours", 24, 1, 47)
"""Telegram deletes nothing older than 48 hours (core.telegram.org/bots/api#deletemessage)."""
PLEDGES_EACH = Setting("pledges_each", 30, 1, 1000)
AWAITING_EACH = Setting("awaiting_each", 3, 1, 100)
AWAITING_DAYS = Setting("awaiting_days", 7, 1, 60)

SETTINGS: tuple[Setting[Any], ...] = (
    INVITATION_HOURS, PHOTOS_A_DAY, PRIVATE_HOURS, PLEDGES_EACH, AWAITING_EACH, AWAITING_DAYS,
)  # fmt: skip
"""All of them, in the order in which /settings shows them."""
BY_NAME = {setting.name: setting for setting in SETTINGS}


async def read(tx: Tx, setting: Setting[T]) -> T:
    """What holds at this moment."""
    kept = await tx.value(sa.select(settings.c.value).where(settings.c.name == setting.name))
    return setting.default if kept is None else setting.load(kept)


async def change(tx: Tx, setting: Setting[T], value: T, by: str, now: datetime) -> None:
    """From now on this value holds. Audited."""
    was = await read(tx, setting)
    await insert_or_replace(tx, settings, [{"name": setting.name, "value": str(value)}])
    details = {"from": str(was), "to": str(value)}
    await audit.add(tx, now, by, "change_setting", f"setting:{setting.name}", details)

"""What an admin may change while the program runs: every such setting once, with its default and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar, final

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import insert_or_replace
from storage.database.prepared import Prepared
from storage.tables import settings

NOON = 12 * 60
LEAP = 2000
"""A year that has every day."""


class Hours(Struct, frozen=True):
    """From an hour in the evening to one in the morning, such as «21:00-07:00»; less is what lies within."""

    first: time
    last: time

    @classmethod
    def load(cls, kept: str) -> Hours:
        """Read «21:00-07:00». Raises ValueError."""
        first, last = (time.fromisoformat(part) for part in kept.split("-"))
        return cls(first, last)

    def __str__(self) -> str:
        return f"{self.first:%H:%M}-{self.last:%H:%M}"

    def __le__(self, other: Hours) -> bool:
        (first, last), (earliest, latest) = self._minutes(), other._minutes()
        return earliest <= first < last <= latest

    def _minutes(self) -> tuple[int, int]:
        """Both in minutes after noon: they are about a night."""
        first, last = ((at.hour * 60 + at.minute - NOON) % (24 * 60) for at in (self.first, self.last))
        return first, last


@final
class Days(Struct, frozen=True):
    """Days of every year, such as «30/04», or of one, such as «17/02/2027»."""

    days: frozenset[tuple[int, int, int]] = frozenset()
    """Each as year, month and day; the year 0 is every year."""

    @classmethod
    def load(cls, kept: str) -> Days:
        """Read «30/04, 17/02/2027». Raises ValueError."""
        return cls(frozenset(map(cls._day, filter(None, (part.strip() for part in kept.split(","))))))

    @staticmethod
    def _day(said: str) -> tuple[int, int, int]:
        day, month, year = (*map(int, said.split("/")), 0)[:3]
        date(year or LEAP, month, day)
        return year, month, day

    def __contains__(self, day: date) -> bool:
        return bool({(0, day.month, day.day), (day.year, day.month, day.day)} & self.days)

    def __str__(self) -> str:
        shown = (f"{day:02}/{month:02}" + (f"/{year}" if year else "") for year, month, day in sorted(self.days))
        return ", ".join(shown)


T = TypeVar("T", int, time, Hours, Days)


class Setting(Struct, Generic[T], frozen=True):
    """One setting, a number, a time of day, the hours of a night, or days; ``setting.<name>`` says what it is for."""

    name: str
    default: T
    least: T
    most: T

    def load(self, kept: str) -> T:
        """The value as it was kept. Raises ValueError."""
        if isinstance(self.default, Hours):
            return Hours.load(kept)
        if isinstance(self.default, Days):
            return Days.load(kept)
        return time.fromisoformat(kept) if isinstance(self.default, time) else int(kept)

    def allows(self, value: T) -> bool:
        return isinstance(value, Days) or self.least <= value <= self.most


QUIET_HOURS = Setting("quiet_hours", Hours(time(21), time(7)), Hours(time(22), time(5)), Hours(time(18), time(9)))
"""The night is never anybody's to take away."""
REHEARSAL_AT = Setting("rehearsal_at", time(19), time(6), time(20, 30))
APPROVAL_OVER = Setting("approval_over", 200, 0, 100_000)
GRACE_MINUTES = Setting("grace_minutes", 120, 1, 1440)
INVITATION_HOURS = Setting("invitation_hours", 48, 1, 336)
PHOTOS_A_DAY = Setting("photos_a_day", 40, 5, 500)
VOICES_A_DAY = Setting("voices_a_day", 20, 1, 200)
PRIVATE_HOURS = Setting("private_hours", 24, 1, 47)
"""Telegram deletes nothing older than 48 hours (core.telegram.org/bots/api#deletemessage)."""
PLEDGES_EACH = Setting("pledges_each", 30, 1, 1000)
AWAITING_EACH = Setting("awaiting_each", 3, 1, 100)
SPOKEN_EACH = Setting("spoken_each", 5, 1, 100)
"""So many people a resident may register in thirty days who have no account."""
AWAITING_DAYS = Setting("awaiting_days", 7, 1, 60)
MESSAGES_DAYS = Setting("messages_days", 7, 1, 14)
"""What was said, in both directions, for mending what went wrong; not longer than the keys that know it."""
WEB_CHAT_DAYS = Setting("web_chat_days", 60, 7, 180)
OPEN_FORMS_DAYS = Setting("open_forms_days", 30, 8, 90)
"""A form that is left open is closed after a week, and its answers may be looked at after that."""
ANNOUNCEMENTS_DAYS = Setting("announcements_days", 180, 30, 365)
"""Which announcement reached whom: for «not reached since», for correcting and for accounts."""
THREAD_HOURS = Setting("thread_hours", 72, 1, 720)
"""So long nothing is said in a thread with the officers before it is closed."""
TAKING_HOURS = Setting("taking_hours", 24, 1, 168)
"""So long it is said of something that an officer has it in hand."""
THREADS_DAYS = Setting("threads_days", 365, 30, 1095)
"""After the last word: so long an officer may look up what was said last May."""
ANSWER_DAYS = Setting("answer_days", 2, 1, 30)
"""Working days within which whoever asks about her data is answered (decree 356/2025/NĐ-CP)."""
ACT_HOURS = Setting("act_hours", 72, 1, 720)
"""Within which it is done: the target that satisfies the law of before, too (decree 13/2023/NĐ-CP)."""
HOLIDAYS = Setting("holidays", Days.load("01/01, 30/04, 01/05, 02/09"), Days(), Days())
"""On which offices are closed besides Saturdays and Sundays; those by the moon are other days each year."""

SETTINGS: tuple[Setting[Any], ...] = (
    QUIET_HOURS, REHEARSAL_AT, APPROVAL_OVER, GRACE_MINUTES, INVITATION_HOURS, PHOTOS_A_DAY, VOICES_A_DAY, PRIVATE_HOURS,
    PLEDGES_EACH, AWAITING_EACH, AWAITING_DAYS, SPOKEN_EACH, THREAD_HOURS,
    ANSWER_DAYS, ACT_HOURS, HOLIDAYS, TAKING_HOURS,
    MESSAGES_DAYS, WEB_CHAT_DAYS, OPEN_FORMS_DAYS, ANNOUNCEMENTS_DAYS, THREADS_DAYS,
)  # fmt: skip
"""All of them, in the order in which /settings shows them."""
BY_NAME = {setting.name: setting for setting in SETTINGS}


async def read(tx: Tx, setting: Setting[T], usual: T | None = None) -> T:
    """What holds at this moment; ``usual`` is the operator's own default, where there is one."""
    kept = await tx.value(sa.select(settings.c.value).where(settings.c.name == setting.name))
    if kept is not None:
        return setting.load(kept)
    return setting.default if usual is None else usual


async def read_days(tx: Tx, setting: Setting[int]) -> timedelta:
    """What holds at this moment, of a setting in days."""
    return timedelta(days=await read(tx, setting))


CHANGED = Prepared(sa.select(settings).where(among(settings.c.name, "names")))


async def changed(tx: Tx, wanted: Sequence[Setting[Any]]) -> Mapping[str, Any]:
    """Those of the settings that admins have changed, with what holds."""
    rows = await tx.all(CHANGED, names=[setting.name for setting in wanted])
    return {row["name"]: BY_NAME[row["name"]].load(row["value"]) for row in rows}


async def change(tx: Tx, setting: Setting[T], value: T, by: str, now: datetime, usual: T | None = None) -> None:
    """From now on this value holds. Audited."""
    was = await read(tx, setting, usual)
    await insert_or_replace(tx, settings, [{"name": setting.name, "value": str(value)}])
    details = {"from": str(was), "to": str(value)}
    await audit.add(tx, now, by, "change_setting", f"setting:{setting.name}", details)

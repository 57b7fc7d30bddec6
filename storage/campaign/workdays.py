"""The days on which offices are open: what has to be done within so many of them, and who is disturbed on them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from storage.campaign import settings
from storage.campaign.settings import HOLIDAYS, Days
from storage.database import Tx

SATURDAY = 5
OPENS, CLOSES = time(7, 30), time(17)
"""The hours of offices."""


async def holidays(tx: Tx) -> Days:
    """The days on which offices are closed besides Saturdays and Sundays, as they hold now."""
    return await settings.read(tx, HOLIDAYS)


def is_working_day(day: date, closed: Days) -> bool:
    """Whether offices are open on it."""
    return day.weekday() < SATURDAY and day not in closed


def nth_working_day(after: date, n: int, closed: Days) -> date:
    """The n-th day on which offices are open after this one."""
    day = after
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, closed)
    return day


def is_open(here: datetime, closed: Days) -> bool:
    """Whether offices are open at this time of theirs."""
    return is_working_day(here.date(), closed) and OPENS <= here.time() < CLOSES


def closing(after: datetime, n: int, closed: Days, zone: tzinfo) -> datetime:
    """When offices close on the n-th working day after this instant."""
    return datetime.combine(nth_working_day(after.astimezone(zone).date(), n, closed), CLOSES, zone)

"""Remind the admins of what people asked about their data: before it is due, and each working day once it is late."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Notice
from bot.turn.work import Work
from handlers.requests import named, open_request
from storage.campaign import staff, workdays
from storage.campaign.settings import Days
from storage.database import Tx
from storage.rights import requests
from storage.rights.requests import RightsRequest
from storage.talk import outbox

router = Router("reminding", role="admin")

SETTLED = timedelta(hours=4)
"""Who was told just now that it came is not reminded of it yet."""


@router.every(300, "requests")
async def remind(work: Work) -> None:
    """Remind, in the hours of offices. Harmless twice, and on several machines."""
    await work.tell_due(due)


async def due(tx: Tx, now: datetime, zone: tzinfo) -> list[tuple[str, Notice]]:
    """What is to be told now, each under a key of its own, so that telling it twice is impossible."""
    waiting = await requests.waiting(tx)
    closed = await workdays.holidays(tx)
    here = now.astimezone(zone)
    if not waiting or not workdays.is_open(here, closed):
        return []
    told = [(key, notice) for one in waiting if (key := _key(one, now, zone, closed)) for notice in [_notice(key, one)]]
    admins = await staff.holders(tx, "admin", None)
    written = await outbox.find_written(tx, [f"{key}:{who}" for key, _ in told for who in admins])
    return [(key, notice) for key, notice in told if not any(f"{key}:{who}" in written for who in admins)]


def _key(one: RightsRequest, now: datetime, zone: tzinfo, closed: Days) -> str:
    """Under what it is told now that this is late, or due until offices close on the next working day; empty if neither."""
    assert one.due is not None
    step, until = one.due
    this = f"request:{one.id}:{one.asked_at:%y%m%d%H%M%S}:{step}"  # of the same number, asked again, it is told again
    if now > until:
        return f"{this}:late:{now.astimezone(zone).date().isoformat()}"
    if until <= workdays.closing(now, 1, closed, zone) and now - one.asked_at > SETTLED:
        return f"{this}:soon"
    return ""


def _notice(key: str, one: RightsRequest) -> Notice:
    assert one.due is not None
    step, until = one.due
    sentence = f"request.remind.{step}.late" if ":late:" in key else f"request.remind.{step}"
    return Notice(Text(sentence, {**named(one), "until": until}), "admin", options=(open_request(one),))

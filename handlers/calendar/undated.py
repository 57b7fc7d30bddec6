"""Once a week, officers hear of the calendar's messages that have no day yet, while there is time to give them one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice
from bot.turn.work import Work
from handlers.calendar import whom
from handlers.calendar.access import BACK
from handlers.officers.digest import is_working_morning
from storage.campaign import calendar, campaigns, staff
from storage.campaign.calendar import CampaignMessage
from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.talk import outbox

BEFORE = timedelta(days=14)
"""So long before the first day of the campaign it begins."""
MOST = 3
"""Messages that have a button."""

router = Router("calendar.undated")


@router.every(600, "calendar.undated")
async def remind(work: Work) -> None:
    """On the first working morning of each week."""
    await work.tell_due(due)


async def due(tx: Tx, now: datetime, zone: tzinfo) -> list[tuple[str, Notice]]:
    """What is to be told now, under the week's key, so that telling it twice is impossible."""
    here = now.astimezone(zone)
    today = here.date()
    campaign = await campaigns.active(tx)
    if campaign is None or not campaign.first_on - BEFORE <= today <= campaign.last_on:
        return []
    if not await is_working_morning(tx, here):
        return []
    undated = [message for message in await calendar.all_of(tx, campaign.id) if not message.rule]
    if not undated:
        return []
    year, week, _ = today.isocalendar()
    key = f"undated:{campaign.id}:{year}-{week}"
    hers: dict[int, list[CampaignMessage]] = {}
    for message in undated:
        for person_id in await staff.holders(tx, "officer", whom.unit_of(campaign.unit_id, message.audience)):
            hers.setdefault(person_id, []).append(message)
    if await outbox.find_written(tx, [f"{key}:{person_id}" for person_id in hers]):
        return []
    return [(key, await _reminder(tx, person_id, found, campaign)) for person_id, found in hers.items()]


async def _reminder(tx: Tx, person_id: int, undated: Sequence[CampaignMessage], campaign: Campaign) -> Notice:
    """To one officer: these have no day."""
    edits = [
        Option(f"/calendar edit {message.id}", Text("calendar.undated.edit", {"n": message.id}))
        for message in undated[:MOST]
    ]
    lines = [
        Text("calendar.undated.line", {"title": await whom.name(tx, message), "number": message.id})
        for message in undated
    ]
    said = Text("calendar.undated", {"lines": lines, "last": campaign.last_on})
    return Notice(said, person_id=person_id, options=(*edits, BACK))

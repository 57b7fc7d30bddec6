"""A notice each working day's morning to every officer with something waiting."""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Notice
from bot.turn.work import Work
from handlers.buttons import DESK
from storage import audit
from storage.campaign import staff
from storage.campaign.workdays import holidays, is_working_day
from storage.database import Tx
from storage.figures import desk
from storage.talk import outbox, people

FROM, UNTIL = time(7, 30), time(11, 0)
"""A program that was down in the morning still tells before noon; later it would only disturb."""

router = Router("digest")


@router.every(60, "digest")
async def tell_digest(work: Work) -> None:
    """Tell the officers what waits for them, each once a day."""
    await work.tell_due(due)


async def due(tx: Tx, now: datetime, zone: tzinfo) -> list[tuple[str, Notice]]:
    """What is to be told now, each under its day's key, so that telling it twice is impossible: to officers, and to admins
    what no officer may decide on."""
    here = now.astimezone(zone)
    if not await is_working_morning(tx, here):
        return []
    key = f"digest:{here.date().isoformat()}"
    officers = await staff.holders(tx, "officer", None)
    alone = await desk.find_without_officer(tx, officers)
    holders = [*officers, *alone]
    already = await outbox.find_written(tx, [f"{key}:{person_id}" for person_id in holders])
    untold = [person_id for person_id in holders if f"{key}:{person_id}" not in already]
    told, mark = [], await audit.find_head(tx)
    for person in (await people.load(tx, untold)).values():
        within = await staff.reach(tx, person.roles, "officer")
        counts = alone.get(person.id) or await desk.counts(tx, within, person.id)
        if counts:
            lines = [Text(f"desk.count.{kind}", {"n": n}) for kind, n in counts.items()]
            said = {"lines": lines, "mark": str(mark) if mark and "admin" in person.roles else None}
            notice = Notice(Text("desk.digest", said), person_id=person.id, options=(DESK,))
            told.append((key, notice))
    return told


async def is_working_morning(tx: Tx, here: datetime) -> bool:
    """Whether officers are told now what waits for them: offices are open, or it is told the next morning on which they are."""
    return FROM <= here.time() < UNTIL and is_working_day(here.date(), await holidays(tx))

"""A campaign with its calendar on, made straight in the database, and time that passes in steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bot.process.app import App
from storage.campaign import calendar, campaigns
from storage.campaign.calendar import CampaignMessage
from storage.database import Tx
from storage.tables import broadcasts
from storage.tables import campaigns as kept
from tests.stage import Clock


async def campaign_of(app: App) -> campaigns.Campaign:
    async with app.database.read() as tx:
        found = await campaigns.active(tx)
    assert found is not None
    return found


async def schedule(app: App, name: str = "hello", rule: str = "first+0", at: str = "09:00", **more: Any) -> int:
    """A message that is switched on; returns its id."""
    new = CampaignMessage(
        name=name, titles={"vi": name, "en": name}, rule=rule, at=time.fromisoformat(at),
        **{"texts": {"vi": f"{name} vi", "en": f"{name} en"}, **more},
    )  # fmt: skip
    campaign = await campaign_of(app)
    async with app.database.write() as tx:
        id = await calendar.add(tx, campaign.id, new)
        await calendar.switch(tx, [id], app.now(), on=True)
    return id


async def days_are(tx: Tx, first: date, last: date) -> None:
    """Give the campaign these days."""
    await tx.run(sa.update(kept).values(first_on=first, last_on=last, peak_first_on=None))


async def quiet_down(app: App) -> None:
    """Tick and send until nothing moves any more."""
    for _ in range(400):
        if not await app.do("calendar") + await app.broadcasting.deliver() + await app.delivery.deliver():
            return
    raise AssertionError("it never came to rest")


async def pass_time(app: App, clock: Clock, until: datetime, step: timedelta = timedelta(seconds=30)) -> None:
    """Let time pass in steps, with everything done that becomes due."""
    while clock.at < until:
        clock.at = min(clock.at + step, until)
        await quiet_down(app)


async def occurrences(app: App) -> dict[str, Mapping[str, Any]]:
    """Every broadcast of the calendar, by its key without the message."""
    async with app.database.read() as tx:
        rows = await tx.all(sa.select(broadcasts).where(broadcasts.c.occurrence_key.is_not(None)))
    return {row["occurrence_key"]: dict(row) for row in rows}

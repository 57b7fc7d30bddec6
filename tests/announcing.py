"""An officer who announces: appointed, heard by many, with a draft that may go out."""

from __future__ import annotations

import sqlalchemy as sa

from bot.message import Message
from storage.campaign import campaigns, staff
from storage.tables import broadcasts as table
from storage.tables import units
from storage.talk import people
from tests.fakes.crowd import crowd
from tests.stage import Stage

TEXT = "Chào {name}, mời bà con dự lễ phát động."
ANSWERS = ("1", "bỏ qua", "bỏ qua", "1", "1", "1", "1")
"""The Vietnamese text for all, no photo, no links, everybody, not narrowed, now; and yes."""


async def appoint(stage: Stage, address: str, role: str = "officer", *, unit: str = "") -> int:
    """Somebody with a role, for the whole campaign or one commune by its code."""
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
        person_id = met["room", address][0].id
        campaign = await campaigns.active(tx)
        assert campaign is not None
        where = await tx.value(sa.select(units.c.id).where(units.c.code == unit)) if unit else campaign.unit_id
        await staff.grant(tx, person_id, role, None if role == "admin" else where, "operator", stage.clock())
    return person_id


async def compose(stage: Stage, address: str = "1", *, text: str = TEXT) -> list[Message]:
    """Answer the questions; returns what is said at the end."""
    await stage.say("/broadcast new", address)
    said = await stage.say(text, address)
    for answer in ANSWERS:
        said = await stage.say(answer, address)
    return said


async def ready(stage: Stage, address: str = "1") -> None:
    """A draft that may go out."""
    await compose(stage, address)
    await stage.say("/broadcast test 1", address)
    await stage.say("/broadcast right 1", address)


async def many(stage: Stage, count: int) -> None:
    async with stage.program() as app:
        await crowd(app, count)


async def state(stage: Stage) -> str:
    return str((await stage.rows(table))[-1]["state"])


def text(said: list[Message]) -> str:
    return "\n".join(message.text for message in said)

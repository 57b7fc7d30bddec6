"""Answers to what people ask most, as admins wrote them for a campaign, and the account for gifts.

An account counts only after a second admin confirmed exactly what the first one entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.database import Tx
from storage.tables import ready_answers


class ReadyAnswer(Struct, frozen=True):
    """What is said, or would be once it is confirmed, about one topic."""

    id: int
    campaign_id: int
    topic: str
    texts: Mapping[str, str]
    """By language; of the account its bank, number and holder."""
    state: str
    """live, or waiting for a second admin, or past."""
    written_by: str
    """As the audit log names her."""
    written_at: datetime


async def live(tx: Tx, campaign_id: int) -> Mapping[str, ReadyAnswer]:
    """What is said now, by topic."""
    return await _in_state(tx, campaign_id, "live")


async def waiting(tx: Tx, campaign_id: int) -> Mapping[str, ReadyAnswer]:
    """What waits for a second admin, by topic."""
    return await _in_state(tx, campaign_id, "waiting")


async def write(tx: Tx, campaign_id: int, topic: str, texts: Mapping[str, str], by: str, now: datetime) -> None:
    """From now on this is said. Audited."""
    await _put(tx, campaign_id, topic, texts, "live", by, now)
    await audit.add(tx, now, by, "write_answer", f"answer:{topic}", {"languages": sorted(texts)})


async def enter(tx: Tx, campaign_id: int, topic: str, texts: Mapping[str, str], by: str, now: datetime) -> None:
    """Let this wait for a second admin; what is said stays as it is until then. Audited."""
    await _put(tx, campaign_id, topic, texts, "waiting", by, now)
    await audit.add(tx, now, by, "enter_answer", f"answer:{topic}", {})


async def confirm(tx: Tx, id: int, by: str, now: datetime) -> bool:
    """Say what waited from now on; False if it no longer waits, or if ``by`` entered it herself. Audited."""
    await tx.exclusive("answers")
    found = await tx.one(sa.select(ready_answers).where(ready_answers.c.id == id), into=ReadyAnswer)
    if found is None or found.state != "waiting" or found.written_by == by:
        return False
    await _past(tx, found.campaign_id, found.topic, "live")
    await tx.run(sa.update(ready_answers).where(ready_answers.c.id == id).values(state="live"))
    await audit.add(tx, now, by, "confirm_answer", f"answer:{found.topic}", {"entered_by": found.written_by})
    return True


async def refuse(tx: Tx, id: int, by: str, now: datetime) -> bool:
    """Drop what waits; False if it no longer does. Audited."""
    await tx.exclusive("answers")  # what is refused must not be said after all, by who confirms it at this instant
    gone = sa.update(ready_answers).where(ready_answers.c.id == id, ready_answers.c.state == "waiting")
    if not await tx.run(gone.values(state="past")):
        return False
    topic = await tx.value(sa.select(ready_answers.c.topic).where(ready_answers.c.id == id))
    await audit.add(tx, now, by, "refuse_answer", f"answer:{topic}", {})
    return True


async def drop(tx: Tx, campaign_id: int, topic: str, by: str, now: datetime) -> bool:
    """Go back to what the program says by itself; False if nothing was written. Audited."""
    if not await _past(tx, campaign_id, topic, "live"):
        return False
    await audit.add(tx, now, by, "drop_answer", f"answer:{topic}", {})
    return True


async def carry(tx: Tx, campaign_id: int, into: int, now: datetime) -> None:
    """Say in another campaign of the same unit what is said in this one."""
    rows = [
        {"campaign_id": into, "topic": one.topic, "texts": dict(one.texts), "state": "live"}
        | {"written_by": one.written_by, "written_at": now}
        for one in (await live(tx, campaign_id)).values()
    ]
    if rows:
        await tx.run(sa.insert(ready_answers), rows)


async def _in_state(tx: Tx, campaign_id: int, state: str) -> Mapping[str, ReadyAnswer]:
    chosen = sa.select(ready_answers).where(ready_answers.c.campaign_id == campaign_id, ready_answers.c.state == state)
    return {one.topic: one for one in await tx.all(chosen, into=ReadyAnswer)}


async def _put(
    tx: Tx, campaign_id: int, topic: str, texts: Mapping[str, str], state: str, by: str, now: datetime
) -> None:
    await tx.exclusive("answers")
    await _past(tx, campaign_id, topic, state)
    row = {"campaign_id": campaign_id, "topic": topic, "texts": dict(texts), "state": state}
    await tx.run(sa.insert(ready_answers).values(**row, written_by=by, written_at=now))


async def _past(tx: Tx, campaign_id: int, topic: str, state: str) -> int:
    there = sa.update(ready_answers).where(
        ready_answers.c.campaign_id == campaign_id, ready_answers.c.topic == topic, ready_answers.c.state == state
    )
    return await tx.run(there.values(state="past"))

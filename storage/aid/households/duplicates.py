"""Households that were written down twice: their addresses become one, and for a day they can be two again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.aid.dossiers import SHOWN, STEPS, KeptAddress, step
from storage.aid.pledges import AWAITING, OPEN, FullPledge, promises
from storage.database import Tx
from storage.tables import addresses, needs, pledges

A_DAY = timedelta(days=1)
"""So long two addresses that were joined can be parted."""


async def join(tx: Tx, kept: KeptAddress, into: KeptAddress, by: int, now: datetime) -> set[int] | None:
    """Close an address as a duplicate of another of its campaign: its pledges go there, each with its need, which asks
    for no more than was promised. Returns who has an open pledge that went along; None, and changes nothing, if either
    is not where it was, or people who pledged would end at an address that is not approved.
    """
    rows = await _lock(tx, kept.id, into.id)
    if len(rows) < 2 or len({row["campaign_id"] for row in rows.values()}) > 1:
        return None
    live = SHOWN if kept.state in SHOWN else STEPS["duplicate"]
    if rows[into.id]["state"] not in live or not await step(tx, kept, "duplicate", by, now, reason=into.code):
        return None
    hers = pledges.c.address_id == kept.id
    open_ = sa.select(pledges.c.person_id).where(hers, pledges.c.state.in_(OPEN)).distinct()
    givers = {row["person_id"] for row in await tx.all(open_)}
    promised = sa.and_(needs.c.address_id == kept.id, needs.c.promised > 0)
    was = await _written_down(tx, hers, promised)
    waits = sa.update(pledges).where(hers, AWAITING)  # what nobody vouches for must not ask for anything there
    await tx.run(waits.values(need_id=None))
    await tx.run(sa.update(needs).where(needs.c.address_id == kept.id).values(awaiting=0))
    await tx.run(sa.update(needs).where(promised).values(address_id=into.id, amount=needs.c.promised))
    await tx.run(sa.update(pledges).where(hers).values(address_id=into.id))
    joined = {"into": into.id, "state": kept.state, "at": now.isoformat(), **was}
    await tx.run(sa.update(addresses).where(addresses.c.id == kept.id).values(joined=joined))
    return givers


async def part(tx: Tx, kept: KeptAddress, now: datetime) -> set[int] | None:
    """Let an address that was joined to another be one again, as it was, with its needs and pledges and what became of
    these meanwhile. Returns who has an open pledge to it; None, and changes nothing, after a day, or if it is no
    duplicate any more, or the other one became a duplicate itself."""
    row = await tx.first(sa.select(addresses.c.joined).where(addresses.c.id == kept.id))
    joined: Mapping[str, Any] = (row and row["joined"]) or {}
    if not joined or now - datetime.fromisoformat(joined["at"]) > A_DAY:
        return None
    rows = await _lock(tx, kept.id, joined["into"])
    if rows[kept.id]["state"] != "duplicate" or rows[joined["into"]]["state"] == "duplicate":
        return None
    back = {"state": joined["state"], "reason": "", "joined": None, "decided_by": None, "decided_at": None}
    still = sa.and_(addresses.c.id == kept.id, addresses.c.state == "duplicate", addresses.c.joined.is_not(sa.null()))
    if not await tx.run(sa.update(addresses).where(still).values(**back)):
        return None
    asked: Mapping[str, int] = joined["needs"]
    for need_id, amount in asked.items():
        more = sa.case((needs.c.promised > amount, needs.c.promised), else_=amount)
        await tx.run(sa.update(needs).where(needs.c.id == int(need_id)).values(address_id=kept.id, amount=more))
    hers = sa.or_(pledges.c.id.in_(joined["pledges"]), pledges.c.need_id.in_([int(id) for id in asked]))
    await tx.run(sa.update(pledges).where(hers).values(address_id=kept.id))
    await _ask_again(tx, joined["waited"])
    open_ = sa.select(pledges.c.person_id).where(pledges.c.address_id == kept.id, pledges.c.state.in_(OPEN)).distinct()
    return {row["person_id"] for row in await tx.all(open_)}


def parts_until(joined: Mapping[str, Any] | None) -> datetime | None:
    """Until when an address can be parted from the one that it was joined to; None if it was joined to none."""
    return datetime.fromisoformat(joined["at"]) + A_DAY if joined else None


async def _written_down(tx: Tx, hers: sa.ColumnElement[bool], moving: sa.ColumnElement[bool]) -> dict[str, Any]:
    """What is needed to undo it: how much the needs asked for, which pledges go along, which of them lose their need."""
    asked = await tx.all(sa.select(needs.c.id, needs.c.amount).where(moving))
    along = await tx.all(sa.select(pledges.c.id).where(hers))
    waited = await tx.all(
        sa.select(pledges.c.id, pledges.c.need_id).where(hers, AWAITING, pledges.c.need_id.is_not(None))
    )
    return {
        "needs": {str(row["id"]): row["amount"] for row in asked},
        "pledges": [row["id"] for row in along],
        "waited": {str(row["id"]): row["need_id"] for row in waited},
    }


async def _ask_again(tx: Tx, waited: Mapping[str, int]) -> None:
    """Give the pledges that awaited somebody's word their need again, which counts what became of them meanwhile."""
    for pledge_id, need_id in waited.items():
        pledge = await tx.one(
            promises().where(pledges.c.id == int(pledge_id)).with_for_update(of=pledges), into=FullPledge
        )
        if pledge is None or pledge.need_id is not None:
            continue
        await tx.run(sa.update(pledges).where(pledges.c.id == pledge.id).values(need_id=need_id))
        counts = {"promised": pledge.covers, "awaiting": pledge.awaits, "arrived": pledge.arrived}
        added = {name: needs.c[name] + n for name, n in counts.items()}
        await tx.run(sa.update(needs).where(needs.c.id == need_id).values(**added))


async def _lock(tx: Tx, *ids: int) -> dict[int, Mapping[Any, Any]]:
    """Both addresses, which nobody else changes until the transaction ends."""
    both = sa.select(addresses.c.id, addresses.c.state, addresses.c.campaign_id).where(addresses.c.id.in_(ids))
    return {row["id"]: row for row in await tx.all(both.order_by(addresses.c.id).with_for_update())}

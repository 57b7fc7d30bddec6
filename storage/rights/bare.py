"""Accounts of people who agreed to nothing, and of whom nothing else is kept: they go as well, a day after they last wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.database import Tx
from storage.rights.unagreed import WEB
from storage.tables import accounts, consents, inbox, metadata, outbox, people, web_sessions


def _unnamed(column: sa.Column[int], *but: sa.Column[int]) -> list[sa.ColumnElement[bool]]:
    """That nothing of any table refers to this row, these columns apart."""
    found = [key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.column is column]
    # Most people have agreed: that is asked first.
    found.sort(key=lambda one: (one.table is not consents, str(one)))
    left = [one for one in found if not any(one is which for which in but)]
    mine = accounts.c.person_id if column is people.c.id else accounts.c.id
    return [~sa.exists().where(one == mine) for one in left]


BARE = sa.and_(
    *_unnamed(people.c.id, accounts.c.person_id),
    *_unnamed(accounts.c.id, outbox.c.account_id),
    ~sa.exists().where(outbox.c.account_id == accounts.c.id, outbox.c.state.in_(["waiting", "leased"])),
    ~sa.exists().where(
        inbox.c.channel == accounts.c.channel, inbox.c.address == accounts.c.address, inbox.c.state == "waiting"
    ),
    # Who is blocked stays so.
    sa.exists().where(people.c.id == accounts.c.person_id, people.c.blocked_at.is_(None)),
)


async def find(tx: Tx, before: datetime, after: int, most: int) -> list[int]:
    """The next so many accounts that are like this and were not heard since."""
    found = sa.select(accounts.c.id).where(accounts.c.id > after, accounts.c.heard_at < before, BARE)
    found = found.order_by(accounts.c.id).limit(most)
    return [row["id"] for row in await tx.all(found)]


async def forget(tx: Tx, ids: Collection[int], before: datetime) -> int:
    """Delete those of them that still are; returns how many. Who writes again is somebody new. The person's row stays, with
    nothing in it: no number is ever given twice."""
    which = accounts.c.id.in_(ids)
    whose = await tx.all(
        sa.select(people.c.id)
        .where(people.c.id.in_(sa.select(accounts.c.person_id).where(which)))
        .order_by(people.c.id)
        .with_for_update()  # whoever writes just now is heard first
    )
    gone = [
        row["id"] for row in await tx.all(sa.select(accounts.c.id).where(which, accounts.c.heard_at < before, BARE))
    ]
    await tx.run(sa.update(outbox).where(outbox.c.account_id.in_(gone)).values(account_id=None))
    await tx.run(sa.delete(accounts).where(accounts.c.id.in_(gone)))
    has_one = sa.exists().where(accounts.c.person_id == people.c.id)
    nobody = people.c.id.in_([row["id"] for row in whose]), ~has_one
    await tx.run(sa.update(people).where(*nobody).values(language=""))
    return len(gone)


async def forget_sessions(tx: Tx, before: datetime) -> int:
    """End the browser sessions that were not used since and have no account, and get none from what waits to be handled;
    returns how many."""
    owned = sa.exists().where(accounts.c.channel == WEB, accounts.c.address == web_sessions.c.address)
    heard = sa.exists().where(
        inbox.c.channel == WEB, inbox.c.address == web_sessions.c.address, inbox.c.state == "waiting"
    )
    return await tx.run(sa.delete(web_sessions).where(web_sessions.c.seen_at < before, ~owned, ~heard))
